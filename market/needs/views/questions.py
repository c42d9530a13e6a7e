"""Questions about notices: asked by anybody signed in, answered by the owner to everybody."""

from http import HTTPStatus

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, public, requires
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs import queries as needs
from market.needs.questions import actions, queries
from market.needs.questions.forms import AnswerForm, AskForm
from market.needs.rules import NeedState
from market.needs.views.blueprint import ONE, bp
from market.needs.views.public import FOR_EVER
from market.web.deeds import Page, done, reading
from market.web.downloads import attachment

QUESTION = f"{ONE}/questions/<int:question_id>"


@bp.route("/<number>/ask", methods=["GET", "POST"])
@requires(Permission.WORKBENCH_OPEN)
def ask(number: str) -> Page:
    """Ask about a notice."""
    form = AskForm()
    if not form.is_submitted():
        return _ask_page(number, form, HTTPStatus.OK)
    refused = done(form, lambda work: actions.ask(work, number, form.text.data or ""))
    if refused is not None:
        return _ask_page(number, form, refused)
    flash(gettext("问题已提交，业主答复后在公告页公开，不显示提问单位。"), "success")
    return redirect(url_for("needs.ask", number=number), code=303)


def _ask_page(number: str, form: AskForm, status: HTTPStatus) -> Page:
    if "\0" in number:
        raise MissingError
    with reading() as work:
        need = needs.published(work, number)
        notice = needs.notice_of(work, need) or needs.notices_of(work, need)[-1]
        mine = queries.of_asker(work, notice)
        until = queries.ask_until_of(notice)
        page = render_template(
            "needs/ask.html",
            form=form,
            need=need,
            notice=notice,
            until=until,
            is_own=need.owner_org_id == work.actor.org_id,
            may=need.state is NeedState.OPEN and work.now < until,
            most=queries.rules_of(notice).integer("questions.most_per_organisation"),
            mine=mine,
            is_over=any(map(queries.is_over, mine)),
        )
    return page, status


@bp.get(f"{ONE}/questions")
@requires(Permission.WORKBENCH_OPEN)
def questions(need_id: int) -> str:
    """List all questions about the notices of one's own need."""
    with reading() as work:
        need = needs.own(work, need_id)
        notices = needs.notices_of(work, need)
        found = [one for notice in notices for one in queries.of_notice(work, notice)]
        return render_template(
            "needs/questions.html",
            need=need,
            asked=found,
            over={one.question.id for one in found if queries.is_over(one)},
            may_answer=Permission.NEED_POST in work.actor.permissions,
        )


@bp.route(QUESTION, methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def answer(need_id: int, question_id: int) -> Page:
    """Answer a question."""
    form = AnswerForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _answer(work, need_id, question_id, form))
        if refused is None:
            flash(gettext("答复已公开。"), "success")
            return redirect(url_for("needs.questions", need_id=need_id), code=303)
        status = refused
    with reading() as work:
        found = queries.own(work, need_id, question_id)
        page = render_template(
            "needs/answer.html",
            form=form,
            found=found,
            need=found.need,
            is_over=queries.is_over(found),
        )
    return page, status


def _answer(work: UnitOfWork, need_id: int, question_id: int, form: AnswerForm) -> None:
    actions.answer(work, need_id, question_id, form.text.data or "")


@bp.get("/<number>/answer-<int(max=999):attempt>-<int(max=99999):question>.json")
@public
def answer_document(number: str, attempt: int, question: int) -> Response:
    """Serve the exact bytes of an answer: their SHA-256 is what the public log holds."""
    if "\0" in number:
        raise MissingError
    with reading() as work:
        need = needs.published(work, number)
        notice = next((n for n in needs.notices_of(work, need) if n.attempt == attempt), None)
        if notice is None:
            raise MissingError
        found = queries.answered(work, notice, question)
    name = f"{notice.number}-{question}.json"
    response = attachment(found.document, name, "application/json")
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(found.digest)
    return response
