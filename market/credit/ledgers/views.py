"""Ledgers of owners and professionals on the web."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from market.access import OrgKind, Permission, requires
from market.accounts.model import Organisation
from market.accounts.queries import organisation, organisation_by_code
from market.credit.ledgers import queries
from market.credit.ledgers.exports import owner_header, owner_row
from market.db import UnitOfWork
from market.errors import MissingError
from market.web.deeds import NUMBER, reading
from market.web.lists import csv_file, wants_csv, words_asked


def register(bp: Blueprint) -> None:
    """Add the pages to the blueprint of credit."""
    bp.add_url_rule("/owner-ledger", "owner_ledger", own)
    bp.add_url_rule("/owners", "owners", owners)
    bp.add_url_rule("/owners/<owner_code>", "owner", owner)
    bp.add_url_rule(f"/people/<{NUMBER}:staff_id>", "person", person)


@requires(Permission.NEED_POST)
def own() -> str | Response:
    """Explain an owner's own score, event by event."""
    with reading() as work:
        return _page(work, organisation(work, work.org_id))


@requires(Permission.OVERSIGHT_READ)
def owners() -> str:
    """List the owners with faults that count, the lowest score first, to those who oversee."""
    words = words_asked()
    with reading() as work:
        return render_template(
            "credit/owners.html", rows=queries.owner_scores(work, words), words=words
        )


@requires(Permission.OVERSIGHT_READ)
def owner(owner_code: str) -> str | Response:
    """Explain any owner's score to those who oversee it."""
    with reading() as work:
        found = organisation_by_code(work, owner_code)
        if found.kind != OrgKind.OWNER:
            raise MissingError
        return _page(work, found)


def _page(work: UnitOfWork, of: Organisation) -> str | Response:
    ledger = queries.owner_ledger(work, of.id)
    if wants_csv():
        return csv_file(f"owner-credit-{of.code}", owner_header(), map(owner_row, ledger.rows))
    return render_template("credit/owner.html", of=of, ledger=ledger)


@requires(Permission.OVERSIGHT_READ)
def person(staff_id: int) -> str:
    """Show what was reported of a professional, in whatever firm."""
    with reading() as work:
        member, rows = queries.person(work, staff_id)
        return render_template("credit/person.html", member=member, rows=rows)
