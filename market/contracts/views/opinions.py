"""How often those who examine deliverables turn them down: for anyone, and in detail."""

from datetime import date

from flask import render_template

from market import regulations
from market.access import Permission, public, requires
from market.catalogue.files import current_catalogue
from market.contracts.opinions import queries
from market.contracts.opinions.queries import ByItem
from market.contracts.opinions.rules import rate_of
from market.contracts.views.blueprint import bp
from market.web.deeds import reading
from market.web.lists import PAGE_ROWS, Pages


@bp.get("/contracts/reviewers")
@public
def reviewers() -> str:
    """Show to anyone how often each reviewer turns work down, by service item."""
    with reading() as work:
        return _page(queries.by_item(work), work.today, by_firm=False)


@bp.get("/contracts/reviewers/firms")
@requires(Permission.OVERSIGHT_READ)
def reviewers_by_firm() -> str:
    """Show to those who oversee what each reviewer said of each firm, however few the cases."""
    with reading() as work:
        return _page(queries.by_firm(work), work.today, by_firm=True)


def _page(rows: list[ByItem], today: date, *, by_firm: bool) -> str:
    least = regulations.in_force("service", today).integer("statistics.least_opinions")
    pages = Pages.of(len(rows))
    shown = rows[pages.offset : pages.offset + PAGE_ROWS]
    return render_template(
        "contracts/reviewers.html",
        rows=[(one, rate_of(one.tally, 1 if by_firm else least)) for one in shown],
        items=current_catalogue(),
        pages=pages,
        least=least,
        by_firm=by_firm,
    )
