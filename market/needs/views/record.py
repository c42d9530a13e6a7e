"""The public record of an owner."""

from flask import render_template

from market.access import public
from market.errors import MissingError
from market.needs.record import queries
from market.needs.views.blueprint import bp
from market.web.deeds import reading


@bp.get("/owners/<code>")
@public
def owner_record(code: str) -> str:
    """Show what became of an owner's notices, and what it called off."""
    if "\0" in code:
        raise MissingError
    with reading() as work:
        return render_template("needs/owner_record.html", record=queries.record_of(work, code))
