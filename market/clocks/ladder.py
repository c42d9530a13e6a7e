"""The ladder of supervision: when its next rung is reached, and the card dealt there."""

from datetime import datetime
from typing import Final

from market import regulations
from market.calendar import UnknownYearError, default_calendar, end_of
from market.clock import beijing, beijing_day
from market.clocks import kinds, queries, replay
from market.clocks.card_rules import Trigger
from market.clocks.cards import CardFacts, issue
from market.clocks.counting import last_day_before
from market.clocks.model import Clock
from market.clocks.replay import Segment
from market.clocks.rules import CardStage, ClockState, yellow_threshold
from market.db import UnitOfWork
from market.errors import msgid
from market.regulations import Regulation

CAUSES: Final = {
    CardStage.YELLOW: msgid("剩余时间不多，请抓紧办理。"),
    CardStage.RED: msgid("已超过服务时限。"),
    CardStage.SUPERVISE: msgid("逾期达到督办天数，由运营机构约谈。"),
    CardStage.REFER: msgid("逾期达到移送天数，移送信用处理。"),
}


def plan_next(work: UnitOfWork, clock: Clock) -> None:
    """Work out when the holder's time is up and when the next rung is reached.

    What falls into a year without a notice is not guessed: it stays open and is worked out
    again when the sweep comes by, a day later. Only a clock that starts is refused for it.
    """
    was_due_at = clock.due_at
    clock.next_stage = _next_stage(work, clock)
    clock.due_at = clock.next_check_at = None
    segments = queries.segments_of(clock, queries.events_of(work, clock))
    if clock.state is not ClockState.RUNNING or segments[-1].party is not clock.holder:
        return
    try:
        clock.due_at = _holder_reaches(clock, segments, queries.grains_of(clock))
        if was_due_at is not None and kinds.kind_of(clock.kind).chance:
            clock.due_at = max(clock.due_at, was_due_at)
        if clock.next_stage is not None:
            clock.next_check_at = _reached_at(clock, clock.next_stage, segments)
    except UnknownYearError:
        clock.next_check_at = end_of(work.today)


def _next_stage(work: UnitOfWork, clock: Clock) -> CardStage | None:
    """Return the first rung whose card has not been dealt; none of a kind without a ladder."""
    if not kinds.kind_of(clock.kind).ladder:
        return None
    dealt = {card.stage for card in queries.cards_of(work, clock)}
    return next((stage for stage in CardStage if stage not in dealt), None)


def deal(work: UnitOfWork, clock: Clock) -> int:
    """Deal every card whose rung has been reached, in order; return how many.

    The clock must be locked. A database constraint refuses a second card of a stage.
    """
    dealt = 0
    while is_due(clock, work.now):
        plan_next(work, clock)  # The rung may have been worked out provisionally.
        stage, reached_at = clock.next_stage, clock.next_check_at
        if stage is None or reached_at is None or not is_due(clock, work.now):
            break
        if _is_provisional(stage, reached_at):
            clock.next_check_at = end_of(work.today)
            break
        _issue(work, clock, stage, reached_at)
        plan_next(work, clock)
        dealt += 1
    return dealt


def _is_provisional(stage: CardStage, reached_at: datetime) -> bool:
    """Whether a rung is reached on a day of a year whose notice is not out: it may yet move."""
    last_on = last_day_before(reached_at)
    day = beijing_day(reached_at) if stage is CardStage.YELLOW else last_on
    return default_calendar().is_provisional(day)


def is_due(clock: Clock, now: datetime) -> bool:
    """Whether a rung has been reached, or must be worked out again."""
    return (
        clock.state is ClockState.RUNNING
        and clock.next_check_at is not None
        and clock.next_check_at <= now
    )


def _issue(work: UnitOfWork, clock: Clock, stage: CardStage, reached_at: datetime) -> None:
    issue(
        work,
        CardFacts(
            trigger=Trigger.TIME,
            stage=stage,
            org_id=clock.holder_org_id,
            subject=clock.subject,
            number=clock.number,
            title=clock.title,
            cause=CAUSES[stage],
            reached_at=reached_at,
            once=f"clock:{clock.id}:{stage}",
            clock_id=clock.id,
            is_public=kinds.kind_of(clock.kind).public,
        ),
    )


def _reached_at(clock: Clock, stage: CardStage, segments: list[Segment]) -> datetime:
    """Return the instant at which a rung is reached if time goes on as it does now."""
    limit = clock.limit_units  # working days: ``kinds`` allows a ladder for no other unit
    rules = regulations.current().by_id(clock.regulation_id)
    match stage:
        case CardStage.YELLOW:
            # The day begins on which no more than the threshold is left.
            ends_at = _holder_reaches(clock, segments, limit - _threshold(rules, limit))
            return beijing(last_day_before(ends_at))
        case CardStage.RED:
            late = rules.integer("clock.red_after_working_days")
        case CardStage.SUPERVISE:
            late = rules.integer("clock.supervise_overdue_working_days")
        case CardStage.REFER:
            late = rules.integer("clock.refer_overdue_working_days")
    return _holder_reaches(clock, segments, limit + late)


def _threshold(rules: Regulation, limit_working_days: int) -> int:
    return yellow_threshold(
        limit_working_days,
        rules.integer("clock.yellow_percent_left"),
        rules.integer("clock.yellow_working_days_left"),
    )


def _holder_reaches(clock: Clock, segments: list[Segment], grains: int) -> datetime:
    at = replay.reached_at(segments, clock.holder, grains, queries.ruler_of(clock))
    if at is None:
        raise ValueError(f"the holder's time of {clock.subject} does not run")
    return at
