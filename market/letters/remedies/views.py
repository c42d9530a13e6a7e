"""What an authority's decisions say of review and suit, on the web."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts import todo
from market.db import UnitOfWork
from market.duties import took
from market.errors import msgid
from market.letters.remedies import actions, queries, todos
from market.letters.remedies.forms import AnswerForm, StateForm
from market.web.deeds import Page, as_seen, done, reading, seen_version


def register(bp: Blueprint) -> None:
    """Add the pages to the blueprint of letters."""
    bp.add_url_rule("/remedies", "remedies", remedies)
    bp.add_url_rule("/remedies", "state_remedies", state, methods=["POST"])
    bp.add_url_rule("/remedies/answer", "answer_remedies", answer, methods=["POST"])


def provide() -> None:
    """Say what there is to do, and where the page is."""
    todo.provide(Permission.COMPLAINT_HANDLE, todos.for_handlers)
    todo.provide(Permission.COMPLAINT_DECIDE, todos.for_deciders)
    todo.link(Permission.COMPLAINT_HANDLE, msgid("救济告知"), "letters.remedies")
    todo.link(Permission.COMPLAINT_DECIDE, msgid("救济告知"), "letters.remedies")


@requires(Permission.OVERSIGHT_READ)
def remedies() -> Page:
    """Show what the decisions of the reader's organisation say, and what waits."""
    return _page(200)


@requires(Permission.COMPLAINT_HANDLE)
def state() -> Page:
    """Enter what the decisions are to say."""
    form = StateForm()
    status = done(form, lambda work: actions.state(work, form.stated()))
    if status is None:
        flash(gettext("已提交，等待本单位另一人确认。"), "success")
        return redirect(url_for("letters.remedies"), code=303)
    return _page(status, stating=form)


@requires(Permission.COMPLAINT_DECIDE)
def answer() -> Page:
    """Confirm it as the second person, or send it back."""
    form = AnswerForm()

    def deed(work: UnitOfWork) -> None:
        row = queries.pending_of(work, work.org_id)
        if row is not None:
            as_seen(row.version)
        actions.answer(work, agree=form.agree.data == "yes", reason=form.reason.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("确认意见已记录。"), "success")
        return redirect(url_for("letters.remedies"), code=303)
    return _page(status, answering=form)


def _page(
    status: int, *, stating: StateForm | None = None, answering: AnswerForm | None = None
) -> Page:
    with reading() as work:
        may, org_id = work.actor.permissions, work.org_id
        pending = queries.pending_of(work, org_id)
        page = render_template(
            "letters/remedies.html",
            clause=queries.clause_of(work, org_id),
            pending=pending,
            sent_back=queries.sent_back(work, org_id),
            states=Permission.COMPLAINT_HANDLE in may and pending is None,
            answers=Permission.COMPLAINT_DECIDE in may
            and pending is not None
            and not took(work, pending.proposed_by_id),
            version=seen_version(pending.version) if pending is not None else 0,
            stating=stating or StateForm(formdata=None),
            answering=answering or AnswerForm(formdata=None),
        )
    return page, status
