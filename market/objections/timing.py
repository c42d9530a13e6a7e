"""The clock of the operator's answer: nobody but the sides and those who oversee reads it."""

from market.accounts import queries as accounts
from market.clocks import actions as clocks
from market.clocks.kinds import OBJECTION_REPLY
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.clocks.rules import ClockState, Party
from market.db import UnitOfWork
from market.errors import msgid
from market.objections.model import AwardObjection
from market.regulations import Regulation


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
        subject=f"objection:{one.id}",
        number=one.number,
        title=msgid("答复中选结果异议"),
        holder=Party.REVIEWER,
        holder_org_id=operator_id,
        other_org_id=one.org_id,
        limit=rules.integer("objection.reply_working_days"),
        regulation=rules,
    )


def end(work: UnitOfWork, one: AwardObjection) -> None:
    """Stop the clock once nobody has to answer any more."""
    clock = of(work, one)
    if clock is not None and clock.state is ClockState.RUNNING:
        clocks.stop(work, clock, msgid("异议不再待答复"))


def of(work: UnitOfWork, one: AwardObjection) -> Clock | None:
    """Return the clock of the answer to an objection, if it has one."""
    return clock_of(work, f"objection:{one.id}")
