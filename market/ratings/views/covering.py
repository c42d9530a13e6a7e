"""Covering the words of a rating on the web: by two of the operator; its author is heard."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.duties import took
from market.errors import MissingError, msgid
from market.ratings.covers import actions, queries
from market.ratings.covers.rules import CoverGround, may_object, may_rule
from market.ratings.forms import (
    CoverAnswerForm,
    CoverForm,
    CoverObjectionForm,
    CoverRulingForm,
)
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
        ground = CoverGround(form.ground.data)
        actions.ask(work, found.rating, ground, form.why.data or "")

    return _run(number, direction, form, deed, msgid("已提出，等待另一人决定。"))


@bp.route("/contracts/<number>/<direction>/cover/answer", methods=["GET", "POST"])
@requires(Permission.RATING_DECIDE)
def answer_cover(number: str, direction: str) -> Page:
    """Cover the words as the second person, or leave them."""
    form = CoverAnswerForm()

    def deed(work: UnitOfWork) -> None:
        found = queries.shown(work, number, direction)
        agree = form.agree.data == "yes"
        actions.answer(work, found.rating, agree=agree, reason=form.reason.data or "")

    return _run(number, direction, form, deed, msgid("决定已记录并立即生效。"))


@bp.route("/contracts/<number>/<direction>/cover/objection", methods=["GET", "POST"])
@requires(Permission.RATING_GIVE)
def object_to_cover(number: str, direction: str) -> Page:
    """Let whoever wrote covered words say that nothing in them is personal."""
    form = CoverObjectionForm()

    def deed(work: UnitOfWork) -> None:
        found = queries.covered(work, number, direction, work.org_id)
        actions.object_to(work, found.rating, form.text.data or "")

    def find(work: UnitOfWork) -> queries.Words:
        return queries.covered(work, number, direction, work.org_id)

    return _heard(find, form, deed, msgid("异议已提交，由监督机构决定。"))


@bp.route("/contracts/<number>/<direction>/cover/ruling", methods=["GET", "POST"])
@requires(Permission.DRAW_SUPERVISE)
def rule_on_cover(number: str, direction: str) -> Page:
    """Rule, as the supervisor, on the objection of whoever wrote covered words."""
    form = CoverRulingForm()

    def deed(work: UnitOfWork) -> None:
        uphold = form.uphold.data == "yes"
        found = queries.covered(work, number, direction)
        actions.rule(work, found.rating, uphold=uphold, reason=form.reason.data or "")

    def find(work: UnitOfWork) -> queries.Words:
        return queries.covered(work, number, direction)

    return _heard(find, form, deed, msgid("决定已记录并立即生效。"))


def _heard(
    find: Callable[[UnitOfWork], queries.Words],
    form: MarketForm,
    deed: Callable[[UnitOfWork], None],
    said: str,
) -> Page:
    status = done(form, deed)
    with reading() as work:
        found = find(work)
        row = queries.last_done(work, found.rating.id)
        if row is None:
            raise MissingError
        rules_it = isinstance(form, CoverRulingForm)
        if rules_it:
            may = may_rule(objected=row.objected_at is not None, ruled=row.ruled_at is not None)
        else:
            may = may_object(covered=row.covered, objected=row.objected_at is not None)
        if status is None:
            log.sequence(installation())
            flash(gettext(said), "success")
            return redirect(url_for("ratings.contract", number=found.contract.number), code=303)
        page = render_template(
            "ratings/cover_heard.html", found=found, row=row, form=form, rules_it=rules_it, may=may
        )
    return page, status


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
