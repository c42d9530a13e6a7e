"""What time does to clocks: ends suspensions, leaves silence to the operator, deals cards."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from market.accounts.queries import organisation
from market.calendar import UnknownYearError
from market.clocks import actions, queries
from market.clocks.journal import CardIssued
from market.clocks.model import Card, Clock, Suspension
from market.clocks.rules import CardStage, ClockState, SuspensionState
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import ConflictError, msgid
from market.installation import Installation

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:clocks")
BATCH: Final = 200
CAUSES: Final = {
    CardStage.YELLOW: msgid("剩余时间不多，请抓紧办理。"),
    CardStage.RED: msgid("已超过服务时限。"),
    CardStage.SUPERVISE: msgid("逾期达到督办天数，由运营机构约谈。"),
    CardStage.REFER: msgid("逾期达到移送天数，移送信用处理。"),
}


def sweep(here: Installation) -> int:
    """Do everything that is due; return how much was done.

    Suspensions first: a resumed clock may be due at once. Each thing is done in a transaction
    of its own and only if it is still due there, so running twice or on two nodes changes
    nothing, and days of downtime are caught up rung by rung.
    """
    done = _each_suspension(here, SuspensionState.REQUESTED, _escalate)
    done += _each_suspension(here, SuspensionState.RUNNING, _resume)
    while count := _deal_batch(here):
        done += count
    return done


def _each_suspension(
    here: Installation,
    state: SuspensionState,
    deed: Callable[[UnitOfWork, Clock, Suspension], None],
) -> int:
    done = 0
    while True:
        with reading_work(here.sessions, ACTOR, here.clock) as work:
            ids = queries.due_suspension_ids(work, state, work.now, BATCH)
        if not ids:
            return done
        for suspension_id in ids:
            with unit_of_work(here.sessions, ACTOR, here.clock) as work:
                request = work.session.get_one(Suspension, suspension_id)
                clock = queries.locked(work, request.clock_id)
                work.session.refresh(request)
                due = request.next_check_at is not None and request.next_check_at <= work.now
                if request.state is state and due:
                    deed(work, clock, request)
                    done += 1


def _escalate(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    actions.escalate(work, clock, request)


def _resume(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    # The end was fixed when it was granted: a sweep that comes late gives no day away.
    at = request.next_check_at or work.now
    actions.resume(work, clock, request, at, msgid("挂起期满，自动恢复"))


def _deal_batch(here: Installation) -> int:
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        ids = queries.due_ids(work, work.now, BATCH)
    done = 0
    for clock_id in ids:
        try:
            with unit_of_work(here.sessions, ACTOR, here.clock) as work:
                done += _deal(work, queries.locked(work, clock_id))
        except (ConflictError, IntegrityError):
            continue  # Another node dealt the card at the same moment.
        except UnknownYearError:
            logger.exception("clock %s waits for the calendar", clock_id)
    return done


def _is_due(clock: Clock, now: datetime) -> bool:
    return (
        clock.state is ClockState.RUNNING
        and clock.next_check_at is not None
        and clock.next_check_at <= now
    )


def _deal(work: UnitOfWork, clock: Clock) -> int:
    """Deal the card of the rung that was reached, then look at the next rung."""
    if not _is_due(clock, work.now):
        return 0
    actions.plan_next(work, clock)  # The rung may have been worked out provisionally.
    stage, reached_at = clock.next_stage, clock.next_check_at
    if stage is None or reached_at is None or not _is_due(clock, work.now):
        return 0
    holder = organisation(work, clock.holder_org_id)
    work.session.add(
        Card(
            clock_id=clock.id,
            subject=clock.subject,
            stage=stage,
            org_id=clock.holder_org_id,
            reached_at=reached_at,
            issued_at=work.now,
            cause=CAUSES[stage],
        )
    )
    work.record(
        CardIssued(
            clock=clock.subject, stage=stage, organisation=holder.code, reached_at=reached_at
        )
    )
    actions.plan_next(work, clock)
    return 1
