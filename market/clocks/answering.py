"""Answering a request to suspend, on the web: the other side, or the operator."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts.queries import organisation
from market.clocks import actions, proofs, queries
from market.clocks.forms import AnswerForm, DecideForm
from market.clocks.model import Clock, Suspension
from market.clocks.powers import may_of
from market.clocks.rules import RESPONSIBLE, SuspensionState
from market.clocks.times import reasons_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.web.deeds import NUMBER, Page, done, reading

REQUEST = f"/<{NUMBER}:clock_id>/suspensions/<{NUMBER}:suspension_id>"
AnyAnswer = AnswerForm | DecideForm


def register(bp: Blueprint) -> None:
    """Add the pages to those of clocks."""
    bp.add_url_rule(f"{REQUEST}/answer", view_func=answer, methods=["GET", "POST"])
    bp.add_url_rule(f"{REQUEST}/decide", view_func=decide, methods=["GET", "POST"])


@requires(Permission.SUSPENSION_REQUEST)
def answer(clock_id: int, suspension_id: int) -> Page:
    """Agree to or refuse what the other side asks."""
    form = AnswerForm()

    def find(work: UnitOfWork) -> Clock:
        return queries.for_party(work, clock_id)

    status = done(form, lambda work: _answer(work, find(work), suspension_id, form))
    if status is None:
        flash(gettext("答复已登记。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = find(work)
        request = queries.suspension(work, clock, suspension_id)
        if request.requested_by_org_id == work.actor.org_id:
            raise MissingError
        return _answer_page(work, clock, request, form), status


@requires(Permission.SUSPENSION_DECIDE)
def decide(clock_id: int, suspension_id: int) -> Page:
    """Let the operator decide what the other side left unanswered."""
    form = DecideForm()
    status = done(
        form, lambda work: _answer(work, queries.by_id(work, clock_id), suspension_id, form)
    )
    if status is None:
        flash(gettext("决定已登记。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = queries.by_id(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        return _answer_page(work, clock, request, form), status


def _answer(work: UnitOfWork, clock: Clock, suspension_id: int, form: AnyAnswer) -> None:
    actions.answer_suspension(
        work,
        clock,
        queries.suspension(work, clock, suspension_id),
        agree=form.decision.data == "agree",
        answer=form.answer.data or "",
    )


def _answer_page(work: UnitOfWork, clock: Clock, request: Suspension, form: AnyAnswer) -> str:
    may = may_of(work, clock, [request])
    waits_until = _waits_until(request)
    of_clock = work.actor.org_id in {clock.holder_org_id, clock.other_org_id}
    early = not of_clock and waits_until is not None and work.now < waits_until
    return render_template(
        "clocks/answer.html",
        clock=clock,
        request=request,
        form=form,
        asker=organisation(work, request.requested_by_org_id).name,
        possible=request.id in may.answer | may.decide and not early,
        early=early,
        waits_until=waits_until,
        decides=not of_clock,
        caps=queries.caps_of(work, clock, request.reason),
        proof=proofs.of_requests(work, [request]).get(request.id),
        basis=reasons_of(clock),
        responsible=RESPONSIBLE,
    )


def _waits_until(request: Suspension) -> datetime | None:
    """Return until when the operator waits for the other side's answer, of what is undecided."""
    if request.state is SuspensionState.REQUESTED:
        return request.answer_by_at
    if request.state is SuspensionState.ESCALATED and request.rejoined_at is None:
        return request.rejoin_by_at
    return None
