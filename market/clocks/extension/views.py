"""Extensions on the web: asking for more time, and answering."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts import todo
from market.accounts.queries import organisation
from market.clocks import kinds
from market.clocks import queries as clocks
from market.clocks.extension import actions, queries, todos
from market.clocks.extension.forms import ExtendForm, ExtensionAnswerForm
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import ExtensionReason, ExtensionState, is_answerable
from market.clocks.model import Clock
from market.clocks.rules import ClockState
from market.db import UnitOfWork
from market.errors import MissingError
from market.web.deeds import NUMBER, Page, done, reading

ONE = f"/<{NUMBER}:clock_id>"


@dataclass(frozen=True, slots=True)
class MayExtend:
    """What the reader may do about more time."""

    request: bool
    answer: frozenset[int]


def register(bp: Blueprint) -> None:
    """Add the pages of extensions to those of clocks."""
    methods = ["GET", "POST"]
    bp.add_url_rule(f"{ONE}/extend", view_func=extend, methods=methods)
    answer = f"{ONE}/extensions/<{NUMBER}:extension_id>/answer"
    bp.add_url_rule(answer, view_func=answer_extension, methods=methods)
    todo.provide(Permission.SUSPENSION_REQUEST, todos.for_sides)


def may(work: UnitOfWork, clock: Clock) -> MayExtend:
    """Return what the actor may do about more time for a clock."""
    actor, found = work.actor, queries.of_clock(work, clock)
    of_clock = actor.org_id in {clock.holder_org_id, clock.other_org_id}
    if not of_clock or Permission.SUSPENSION_REQUEST not in actor.permissions:
        return MayExtend(request=False, answer=frozenset())
    idle = not any(one.state is ExtensionState.REQUESTED for one in found)
    in_time = clock.due_at is not None and work.now < clock.due_at
    holder = actor.org_id == clock.holder_org_id and kinds.kind_of(clock.kind).suspendable
    answerable = frozenset(
        one.id
        for one in found
        if one.requested_by_org_id != actor.org_id
        and clock.state is not ClockState.STOPPED
        and is_answerable(one.state, now=work.now, answer_by_at=one.answer_by_at)
    )
    room = holder and idle and in_time and queries.room_of(work, clock).left > 0
    return MayExtend(request=room, answer=answerable)


@requires(Permission.SUSPENSION_REQUEST)
def extend(clock_id: int) -> Page:
    """Ask the other side for more time."""
    form = ExtendForm()
    form.offer()
    status = done(form, lambda work: _request(work, clock_id, form))
    if status is None:
        flash(gettext("延期申请已提交。对方同意前到期日不变。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = clocks.for_party(work, clock_id)
        if work.actor.org_id != clock.holder_org_id:
            raise MissingError
        return (
            render_template(
                "clocks/extend.html",
                clock=clock,
                form=form,
                room=queries.room_of(work, clock),
                possible=may(work, clock).request,
            ),
            status,
        )


def _request(work: UnitOfWork, clock_id: int, form: ExtendForm) -> None:
    actions.request(
        work,
        clocks.for_party(work, clock_id),
        ExtensionReason(form.reason.data),
        form.why.data or "",
        form.working_days.data or 0,
    )


@requires(Permission.SUSPENSION_REQUEST)
def answer_extension(clock_id: int, extension_id: int) -> Page:
    """Consent to more time, or refuse it."""
    form = ExtensionAnswerForm()
    status = done(form, lambda work: _answer(work, clock_id, extension_id, form))
    if status is None:
        flash(gettext("答复已登记。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock, one = _theirs(work, clock_id, extension_id)
        return (
            render_template(
                "clocks/answer_extension.html",
                clock=clock,
                one=one,
                form=form,
                asker=organisation(work, one.requested_by_org_id).name,
                room=queries.room_of(work, clock),
                possible=one.id in may(work, clock).answer,
            ),
            status,
        )


def _answer(work: UnitOfWork, clock_id: int, extension_id: int, form: ExtensionAnswerForm) -> None:
    clock, one = _theirs(work, clock_id, extension_id)
    actions.answer(
        work, clock, one, agree=form.decision.data == "agree", words=form.answer.data or ""
    )


def _theirs(work: UnitOfWork, clock_id: int, extension_id: int) -> tuple[Clock, Extension]:
    """Return what the other side asked of the actor's organisation."""
    clock = clocks.for_party(work, clock_id)
    one = queries.one_of(work, clock, extension_id)
    if one.requested_by_org_id == work.actor.org_id:
        raise MissingError
    return clock, one
