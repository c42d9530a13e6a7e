"""The clock of the operator's answer: nobody but the sides and those who oversee reads it."""

from datetime import timedelta
from typing import Final

from market.accounts import queries as accounts
from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.clocks import actions as clocks
from market.clocks import turns
from market.clocks.kinds import OBJECTION_REPLY
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.clocks.rules import ClockState, Party
from market.db import UnitOfWork
from market.errors import msgid
from market.objections.model import AwardObjection
from market.regulations import Regulation

_TITLE: Final = msgid("答复中选结果异议")


def begin(work: UnitOfWork, one: AwardObjection, rules: Regulation) -> None:
    """Start the clock of the answer to an objection that was just raised.

    Its time goes to the account of those who review: the operator answers. Without an operator
    there is nobody whose time it could be.
    """
    operator_id = accounts.operator_id(work)
    if operator_id is None:
        return
    clocks.start(
        work,
        kind=OBJECTION_REPLY,
        subject=_subject(one),
        number=one.number,
        title=_TITLE,
        holder=Party.REVIEWER,
        holder_org_id=operator_id,
        other_org_id=one.org_id,
        limit=rules.integer("objection.reply_working_days"),
        regulation=rules,
    )


def begin_again(work: UnitOfWork, one: AwardObjection, rules: Regulation) -> None:
    """Time what is left of the answer's term, where the operator took its answer back in it.

    On the last day no whole working day is left: nothing is timed, and the term holds.
    """
    if one.due_at is None or work.now >= one.due_at:
        return
    last_on = beijing_day(one.due_at) - timedelta(days=1)
    left = provisional_calendar().working_days_between(work.today, last_on)
    if left < 1:
        return
    turns.begin(
        work,
        OBJECTION_REPLY,
        _subject(one),
        number=one.number,
        title=_TITLE,
        holder=Party.REVIEWER,
        holder_org_id=accounts.operator_id(work),
        other_org_id=one.org_id,
        limit=left,
        regulation=rules,
    )


def end(work: UnitOfWork, one: AwardObjection) -> None:
    """Stop the clock once nobody has to answer any more."""
    clock = of(work, one)
    if clock is not None and clock.state is ClockState.RUNNING:
        clocks.stop(work, clock, msgid("异议不再待答复"))


def of(work: UnitOfWork, one: AwardObjection) -> Clock | None:
    """Return the clock of the answer to an objection, if it has one: the latest of them."""
    return turns.last_of(work, _subject(one)) or clock_of(work, _subject(one))


def _subject(one: AwardObjection) -> str:
    return f"objection:{one.id}"
