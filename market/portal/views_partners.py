"""The public pages of who works with whom, and the tables that anybody takes home."""

from flask import Response, render_template

from market.access import OrgKind, public
from market.accounts.queries import organisation_by_code
from market.errors import MissingError
from market.firms import queries as firms
from market.portal import partners
from market.portal.blueprint import bp
from market.portal.open_data import TABLES
from market.web.lists import Pages, csv_file
from market.web.work import request_work


@bp.get("/awards/by-owner/<owner_code>")
@public
def owner_awards(owner_code: str) -> str:
    """List what an owner gave to whom and how, with the counts for each firm."""
    if "\0" in owner_code:
        raise MissingError
    with request_work() as work:
        owner = organisation_by_code(work, owner_code)
        if owner.kind is not OrgKind.OWNER:
            raise MissingError
        whose = partners.of_owner(owner)
        pages = Pages.of(partners.count(work, whose))
        return render_template(
            "portal/partners.html",
            who=owner,
            by_owner=True,
            partners=partners.firms_of(work, owner),
            rows=partners.pairs(work, whose, limit=pages.rows, offset=pages.offset),
            pages=pages,
            ways=list(partners.Way),
        )


@bp.get("/awards/by-firm/<firm_code>")
@public
def firm_awards(firm_code: str) -> str:
    """List what a firm got from whom and how, with the counts for each owner."""
    if "\0" in firm_code:
        raise MissingError
    with request_work() as work:
        firm = firms.firm_by_code(work, firm_code)
        whose = partners.of_firm(firm)
        pages = Pages.of(partners.count(work, whose))
        return render_template(
            "portal/partners.html",
            who=firm,
            by_owner=False,
            partners=partners.owners_of(work, firm),
            rows=partners.pairs(work, whose, limit=pages.rows, offset=pages.offset),
            pages=pages,
            ways=list(partners.Way),
        )


@bp.get("/open-data")
@public
def open_data() -> str:
    """List the tables of awards, draws, failed notices and direct choices."""
    return render_template("portal/open_data.html", tables=TABLES)


@bp.get("/open-data/<table>.csv")
@public
def open_table(table: str) -> Response:
    """A public table as a file."""
    if table not in TABLES:
        raise MissingError
    wanted = TABLES[table]
    with request_work() as work:
        return csv_file(table, wanted.header(), wanted.rows(work))
