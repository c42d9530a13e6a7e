"""Declarations that a cause is over, on the web: declaring, answering, deciding."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts import todo
from market.accounts.queries import organisation
from market.clocks import queries as clocks
from market.clocks.model import Clock
from market.clocks.over import actions, queries, todos
from market.clocks.over.forms import DeclareForm, OverAnswerForm, OverDecideForm
from market.clocks.over.rules import OverState
from market.clocks.rules import SuspensionState
from market.db import UnitOfWork
from market.errors import MissingError
from market.web.deeds import NUMBER, Page, done, reading

ONE = f"/<{NUMBER}:clock_id>"


@dataclass(frozen=True, slots=True)
class MayOver:
    """What the reader may do about causes that are over: ids of suspensions and declarations."""

    declare: frozenset[int]
    answer: frozenset[int]
    decide: frozenset[int]


def register(bp: Blueprint) -> None:
    """Add the pages of declarations to those of clocks."""
    methods = ["GET", "POST"]
    request = f"{ONE}/suspensions/<{NUMBER}:suspension_id>/over"
    bp.add_url_rule(request, view_func=declare_over, methods=methods)
    one = f"{ONE}/over/<{NUMBER}:over_id>"
    bp.add_url_rule(f"{one}/answer", view_func=answer_over, methods=methods)
    bp.add_url_rule(f"{one}/decide", view_func=decide_over, methods=methods)
    todo.provide(Permission.SUSPENSION_REQUEST, todos.for_sides)
    todo.provide(Permission.SUSPENSION_DECIDE, todos.for_operator)


def may(work: UnitOfWork, clock: Clock) -> MayOver:
    """Return what the actor may do about causes of a clock's suspensions."""
    actor, found = work.actor, queries.of_clock(work, clock)
    asked = {one.id: one for one in clocks.suspensions_of(work, clock)}
    of_clock = actor.org_id in {clock.holder_org_id, clock.other_org_id}
    if not of_clock:
        decides = Permission.SUSPENSION_DECIDE in actor.permissions
        open_ = (one.id for one in found if decides and one.state is OverState.ESCALATED)
        return MayOver(declare=frozenset(), answer=frozenset(), decide=frozenset(open_))
    if Permission.SUSPENSION_REQUEST not in actor.permissions:
        return MayOver(declare=frozenset(), answer=frozenset(), decide=frozenset())
    busy = {one.suspension_id for one in found if one.state in queries.OPEN}
    ours = {i for i, one in asked.items() if one.requested_by_org_id == actor.org_id}
    return MayOver(
        declare=frozenset(
            i
            for i, one in asked.items()
            if one.state is SuspensionState.RUNNING and i not in ours | busy
        ),
        answer=frozenset(
            one.id
            for one in found
            if one.state is OverState.DECLARED
            and one.suspension_id in ours
            and work.now < one.answer_by_at
        ),
        decide=frozenset(),
    )


@requires(Permission.SUSPENSION_REQUEST)
def declare_over(clock_id: int, suspension_id: int) -> Page:
    """Say that the cause of a suspension is over, though the other side asked for it."""
    form = DeclareForm()
    status = done(form, lambda work: _declare(work, clock_id, suspension_id, form))
    if status is None:
        flash(gettext("声明已登记，已请申请挂起的一方答复。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = clocks.for_party(work, clock_id)
        request = clocks.suspension(work, clock, suspension_id)
        if request.requested_by_org_id == work.actor.org_id:
            raise MissingError
        return (
            render_template(
                "clocks/declare_over.html",
                clock=clock,
                request=request,
                form=form,
                first_on=queries.first_day(work, clock),
                today=work.today,
                possible=request.id in may(work, clock).declare,
            ),
            status,
        )


def _declare(work: UnitOfWork, clock_id: int, suspension_id: int, form: DeclareForm) -> None:
    clock = clocks.for_party(work, clock_id)
    request = clocks.suspension(work, clock, suspension_id)
    since_on = form.since_on.data or work.today
    actions.declare(work, clock, request, since_on, form.why.data or "")


@requires(Permission.SUSPENSION_REQUEST)
def answer_over(clock_id: int, over_id: int) -> Page:
    """Agree that the cause is over, or dispute it."""
    form = OverAnswerForm()

    def deed(work: UnitOfWork) -> None:
        clock = clocks.for_party(work, clock_id)
        agree = form.decision.data == "agree"
        actions.answer(work, clock, over_id, agree=agree, words=form.answer.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("答复已登记。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = clocks.for_party(work, clock_id)
        return _page(work, clock, over_id, form, ours=True), status


@requires(Permission.SUSPENSION_DECIDE)
def decide_over(clock_id: int, over_id: int) -> Page:
    """Let the operator decide what was disputed or left unanswered."""
    form = OverDecideForm()

    def deed(work: UnitOfWork) -> None:
        clock = clocks.by_id(work, clock_id)
        agree = form.decision.data == "agree"
        actions.decide(work, clock, over_id, agree=agree, words=form.answer.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("决定已登记。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        return _page(work, clocks.by_id(work, clock_id), over_id, form, ours=False), status


def _page(
    work: UnitOfWork,
    clock: Clock,
    over_id: int,
    form: OverAnswerForm | OverDecideForm,
    *,
    ours: bool,
) -> str:
    one, request = queries.one_of(work, clock, over_id)
    if ours and request.requested_by_org_id != work.actor.org_id:
        raise MissingError
    permitted = may(work, clock)
    return render_template(
        "clocks/answer_over.html",
        clock=clock,
        request=request,
        one=one,
        form=form,
        declarer=organisation(work, one.declared_by_org_id).name,
        early=not ours and one.state is OverState.DECLARED,
        possible=one.id in permitted.answer | permitted.decide,
    )
