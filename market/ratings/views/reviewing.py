"""The pages on which a bad rating is appealed against and examined, and people are called back."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log, regulations
from market.access import Permission, public, requires
from market.db import UnitOfWork
from market.duties import took
from market.errors import msgid
from market.ratings import queries as ratings
from market.ratings.forms import AppealForm, CallForm, DecideForm, ProposeForm
from market.ratings.labels import WORDS
from market.ratings.reviews import actions, queries
from market.ratings.reviews.model import RatingReview
from market.ratings.reviews.queries import Found
from market.ratings.reviews.rules import CallAnswer, CallState, Finding, ReviewState
from market.ratings.rules import RATED, Dimension, in_words
from market.ratings.views.blueprint import bp
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.work import installation

Deed = Callable[[UnitOfWork, RatingReview], object]
Find = Callable[[UnitOfWork, str], Found]


@bp.get("/reviews/<review>")
@public
def review(review: str) -> Page:
    """Show the examination of a bad rating to everyone, and to those concerned what they may do."""
    return _page(review, None, HTTPStatus.OK)


@bp.post("/reviews/<review>/appeal")
@requires(Permission.RATING_GIVE)
def appeal(review: str) -> Page:
    """Let the rated side say why a bad rating is wrong."""
    form = AppealForm()

    def deed(work: UnitOfWork, row: RatingReview) -> None:
        actions.appeal(work, row, form.text.data or "")

    return _run(review, form, queries.for_rated, deed, msgid("申诉已提交并公开。"))


@bp.post("/reviews/<review>/propose")
@requires(Permission.RATING_EXAMINE)
def propose(review: str) -> Page:
    """Let the operator propose what to find."""
    form = ProposeForm()
    form.offer()

    def deed(work: UnitOfWork, row: RatingReview) -> None:
        actions.propose(work, row, Finding(form.finding.data), form.text.data or "")

    said = msgid("核查意见已提出，由另一人作出决定。")
    return _run(review, form, queries.by_number, deed, said)


@bp.post("/reviews/<review>/decide")
@requires(Permission.RATING_DECIDE)
def decide(review: str) -> Page:
    """Let another person decide."""
    form = DecideForm()

    def deed(work: UnitOfWork, row: RatingReview) -> None:
        actions.decide(work, row, agree=form.agree.data == "yes", text=form.text.data or "")

    return _run(review, form, queries.by_number, deed, msgid("决定已作出并公开。"))


@bp.route(f"/call-backs/<{NUMBER}:call_back_id>", methods=["GET", "POST"])
@requires(Permission.RATING_EXAMINE)
def call_back(call_back_id: int) -> Page:
    """Record a call to whoever gave a rating."""
    form = CallForm()
    form.offer()

    def deed(work: UnitOfWork) -> None:
        actions.call(
            work,
            queries.call_back(work, call_back_id).call_back,
            called_at=form.moment(),
            whom=form.whom.data or "",
            answer=CallAnswer(form.answer.data),
            note=form.note.data or "",
        )

    status = done(form, deed)
    if status is None:
        flash(gettext("回访已登记。"), "success")
        return redirect(url_for("ratings.call_back", call_back_id=call_back_id), code=303)
    with reading() as work:
        found = queries.call_back(work, call_back_id)
        row = ratings.by_id(work, found.rating.id)
        page = render_template(
            "ratings/call_back.html",
            form=form,
            found=found,
            row=row,
            calls=queries.calls_of(work, call_back_id),
            is_open=found.call_back.state is CallState.DUE,
            most=ratings.rules_of(row.rating).integer("call_back.most_tries"),
            score=in_words,
        )
    return page, status


def _run(number: str, form: MarketForm, find: Find, deed: Deed, said: str) -> Page:
    def do(work: UnitOfWork) -> None:
        row = find(work, number).review
        as_seen(row.version)
        deed(work, row)

    status = done(form, do)
    if status is None:
        log.sequence(installation())
        flash(gettext(said), "success")
        return redirect(url_for("ratings.review", review=number), code=303)
    return _page(number, form, status)


def _page(number: str, form: MarketForm | None, status: int) -> Page:
    with reading() as work:
        found = queries.by_number(work, number)
        row = ratings.by_id(work, found.rating.id)
        proposing = form if isinstance(form, ProposeForm) else ProposeForm(formdata=None)
        proposing.offer()
        page = render_template(
            "ratings/review.html",
            found=found,
            one=found.review,
            row=row,
            may=_may(work, found),
            waits_for_another=took(work, found.review.proposed_by_id),
            words=WORDS[RATED[row.rating.direction]],
            dimensions=list(Dimension),
            call_back=queries.call_backs_of(work, [row.rating.id]).get(row.rating.id),
            version=seen_version(found.review.version),
            form=form,
            appealing=form if isinstance(form, AppealForm) else AppealForm(formdata=None),
            proposing=proposing,
            deciding=form if isinstance(form, DecideForm) else DecideForm(formdata=None),
            rules=regulations.current().by_id(found.review.regulation_id),
            score=in_words,
        )
    return page, status


def _may(work: UnitOfWork, found: Found) -> str:
    """Return what the reader may do now with the examination of a bad rating."""
    may, one = work.actor.permissions, found.review
    is_rated = found.rating.rated_org_id == work.actor.org_id
    in_time = one.appeal_by_at is None or work.now < one.appeal_by_at
    by_state = {
        ReviewState.HEARING: (
            "appeal" if is_rated and in_time and Permission.RATING_GIVE in may else ""
        ),
        ReviewState.EXAMINING: "propose" if Permission.RATING_EXAMINE in may else "",
        ReviewState.PROPOSED: (
            "decide"
            if Permission.RATING_DECIDE in may and not took(work, one.proposed_by_id)
            else ""
        ),
    }
    return by_state.get(one.state, "")
