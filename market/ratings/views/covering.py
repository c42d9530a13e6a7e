"""Covering the words of a rating on the web: the operator alone, by two people."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.duties import took
from market.errors import msgid
from market.ratings.covers import actions, queries
from market.ratings.forms import CoverAnswerForm, CoverForm
from market.ratings.views.blueprint import bp
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation


@bp.route("/contracts/<number>/<direction>/cover", methods=["GET", "POST"])
@requires(Permission.RATING_EXAMINE)
def cover(number: str, direction: str) -> Page:
    """Ask that words that name or reach a person be covered."""
    form = CoverForm()

    def deed(work: UnitOfWork) -> None:
        found = queries.shown(work, number, direction)
        actions.ask(work, found.rating, form.why.data or "")

    return _run(number, direction, form, deed, msgid("已提出，等待另一人决定。"))


@bp.route("/contracts/<number>/<direction>/cover/answer", methods=["GET", "POST"])
@requires(Permission.RATING_DECIDE)
def answer_cover(number: str, direction: str) -> Page:
    """Cover the words as the second person, or leave them."""
    form = CoverAnswerForm()

    def deed(work: UnitOfWork) -> None:
        found = queries.shown(work, number, direction)
        actions.answer(work, found.rating, agree=form.agree.data == "yes")

    return _run(number, direction, form, deed, msgid("决定已记录并立即生效。"))


def _run(
    number: str, direction: str, form: MarketForm, deed: Callable[[UnitOfWork], None], said: str
) -> Page:
    status = done(form, deed)
    if status is None:
        log.sequence(installation())
        flash(gettext(said), "success")
        return redirect(url_for("ratings.contract", number=number), code=303)
    with reading() as work:
        found = queries.shown(work, number, direction)
        waits = queries.pending(work, found.rating.id)
        answers = isinstance(form, CoverAnswerForm)
        may = waits is not None and not took(work, waits.asked_by_id) if answers else waits is None
        page = render_template(
            "ratings/cover.html", found=found, waits=waits, form=form, answers=answers, may=may
        )
    return page, status
