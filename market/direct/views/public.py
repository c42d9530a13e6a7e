"""The public pages of direct choices: the list, and one of them."""

from flask import render_template

from market.access import public
from market.direct import queries
from market.direct.limits import limits_of, rules_on
from market.direct.rules import DirectGround
from market.direct.views.blueprint import bp
from market.direct.views.shown import facts_of
from market.errors import MissingError
from market.web.deeds import reading
from market.web.lists import PAGE_ROWS, Pages, words_asked


@bp.get("")
@public
def index() -> str:
    """List what was chosen without a draw, with the limits in force."""
    words = words_asked()
    with reading() as work:
        pages = Pages.of(queries.count_public(work, text=words))
        rules = rules_on(work.today)
        return render_template(
            "direct/index.html",
            rows=queries.public_list(work, text=words, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
            words=words,
            rules=rules,
            limits=limits_of(rules),
            grounds=DirectGround,
        )


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Show one direct choice to everyone: who, why, how much, and what became of it."""
    if "\0" in number:
        raise MissingError
    with reading() as work:
        row = queries.named(work, number)
        return render_template("direct/show.html", **facts_of(work, row))
