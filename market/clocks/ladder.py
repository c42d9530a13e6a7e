"""The ladder of supervision: when its next rung is reached, and the card dealt there."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from market import regulations
from market.calendar import UnknownYearError, default_calendar, end_of, provisional_calendar
from market.clock import beijing, beijing_day
from market.clocks import kinds, queries, replay
from market.clocks.card_rules import Trigger
from market.clocks.cards import CardFacts, issue_all
from market.clocks.counting import GRAINS, INSTANT, Ruler, last_day_before
from market.clocks.following import tell_planned
from market.clocks.model import Clock
from market.clocks.replay import Segment
from market.clocks.rules import CardStage, ClockState, Light, Party, yellow_threshold
from market.db import UnitOfWork
from market.errors import msgid
from market.regulations import Regulation

CAUSES: Final = {
    CardStage.YELLOW: msgid("剩余时间不多，请抓紧办理。"),
    CardStage.RED: msgid("已超过服务时限。"),
    CardStage.SUPERVISE: msgid("逾期达到督办天数，由负责的单位约谈。"),
    CardStage.REFER: msgid("逾期达到移送天数，移送信用处理。"),
}


# How late a rung above the yellow one is reached.
_LATE: Final = {
    CardStage.RED: "clock.red_after_working_days",
    CardStage.SUPERVISE: "clock.supervise_overdue_working_days",
    CardStage.REFER: "clock.refer_overdue_working_days",
}


class Limited(Protocol):
    """What planning needs of a clock."""

    @property
    def kind(self) -> str:
        """The code of its kind."""

    @property
    def subject(self) -> str:
        """What is timed."""

    @property
    def state(self) -> ClockState:
        """Whether it runs."""

    @property
    def holder(self) -> Party:
        """Whose time is limited."""

    @property
    def limit_units(self) -> int:
        """How much of it there is, extensions included."""

    @property
    def regulation_id(self) -> str:
        """The instrument that fixes the ladder."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due next: when the holder's time is up, the next rung, and when it is reached."""

    due_at: datetime | None
    next_stage: CardStage | None
    next_check_at: datetime | None


def plan_next(work: UnitOfWork, clock: Clock) -> None:
    """Work out when the holder's time is up and when the next rung is reached."""
    segments = queries.segments_of(clock, queries.events_of(work, clock))
    stage = _next_stage(clock, _dealt(work, clock))
    _set(clock, planned(clock, segments, stage, clock.due_at, work.today))
    tell_planned(work, clock)


def planned(
    clock: Limited,
    segments: list[Segment],
    stage: CardStage | None,
    was_due_at: datetime | None,
    today: date,
) -> Plan:
    """Return what is due next, if ``stage`` is the next rung and the clock was due before.

    What falls into a year without a notice is not guessed: it stays open and is worked out
    again when the sweep comes by, a day later. Only a clock that starts is refused for it.
    """
    if clock.state is not ClockState.RUNNING or segments[-1].party is not clock.holder:
        return Plan(None, stage, None)
    due_at = None
    try:
        grains = clock.limit_units * GRAINS[kinds.kind_of(clock.kind).unit]
        due_at = ends_at = _holder_reaches(clock, segments, grains)
        if was_due_at is not None and kinds.kind_of(clock.kind).chance:
            due_at = max(due_at, was_due_at)
        at = _reached_at(clock, stage, segments, ends_at) if stage else None
        return Plan(due_at, stage, at)
    except UnknownYearError:
        return Plan(due_at, stage, end_of(today))


def _set(clock: Clock, plan: Plan) -> None:
    clock.due_at, clock.next_stage = plan.due_at, plan.next_stage
    clock.next_check_at = plan.next_check_at


def _dealt(work: UnitOfWork, clock: Clock) -> set[CardStage]:
    """Return the rungs whose cards were dealt; nobody asks for them of a kind without a ladder."""
    if not kinds.kind_of(clock.kind).ladder:
        return set()
    return {card.stage for card in queries.cards_of(work, clock)}


def _next_stage(clock: Clock, dealt: Collection[CardStage]) -> CardStage | None:
    """Return the first rung whose card has not been dealt; none of a kind without a ladder."""
    if not kinds.kind_of(clock.kind).ladder:
        return None
    return next((stage for stage in CardStage if stage not in dealt), None)


def deal(work: UnitOfWork, clock: Clock) -> int:
    """Deal every card whose rung has been reached, in order; return how many.

    The clock must be locked. A database constraint refuses a second card of a stage.
    """
    if not is_due(clock, work.now):
        return 0
    segments = queries.segments_of(clock, queries.events_of(work, clock))
    cards, plan = reached(clock, segments, _dealt(work, clock), work)
    _set(clock, plan)
    tell_planned(work, clock)
    issue_all(work, cards)
    return len(cards)


def reached(
    clock: Clock, segments: list[Segment], dealt: Collection[CardStage], work: UnitOfWork
) -> tuple[list[CardFacts], Plan]:
    """Return the cards whose rungs have been reached by now, in order, and what is due then."""
    cards: list[CardFacts] = []
    stages = set(dealt)
    plan = Plan(clock.due_at, clock.next_stage, clock.next_check_at)
    while plan.next_check_at is not None and plan.next_check_at <= work.now:
        # The rung may have been worked out provisionally.
        stage = _next_stage(clock, stages)
        plan = planned(clock, segments, stage, plan.due_at, work.today)
        at = plan.next_check_at
        if stage is None or at is None or at > work.now:
            break
        if _is_provisional(stage, at):
            plan = replace(plan, next_check_at=end_of(work.today))
            break
        cards.append(_card(clock, stage, at))
        stages.add(stage)
        plan = planned(clock, segments, _next_stage(clock, stages), plan.due_at, work.today)
    return cards, plan


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


def _card(clock: Clock, stage: CardStage, reached_at: datetime) -> CardFacts:
    return CardFacts(
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
    )


def _reached_at(
    clock: Limited, stage: CardStage, segments: list[Segment], ends_at: datetime
) -> datetime:
    """Return the instant at which a rung is reached if time goes on as it does now.

    ``ends_at`` is when the holder's time is up, which as a rule is when the red card is due.
    """
    limit = clock.limit_units  # working days: ``kinds`` allows a ladder for no other unit
    rules = regulations.current().by_id(clock.regulation_id)
    if stage is CardStage.YELLOW:
        # The day begins on which no more than the threshold is left.
        last_at = _holder_reaches(clock, segments, limit - _threshold(rules, limit))
        return beijing(last_day_before(last_at))
    late = rules.integer(_LATE[stage])
    return _holder_reaches(clock, segments, limit + late) if late else ends_at


def was_reached(clock: Limited, segments: list[Segment], stage: CardStage, now: datetime) -> bool:
    """Whether the holder ever came to a rung, by these accounts and whatever they were before."""
    limit = clock.limit_units  # working days, as above
    rules = regulations.current().by_id(clock.regulation_id)
    ruler = Ruler(kinds.kind_of(clock.kind).unit, provisional_calendar())
    if stage is CardStage.YELLOW:
        used = replay.accounts(segments, now, ruler)[clock.holder]
        return used >= limit - _threshold(rules, limit)
    grains = limit + rules.integer(_LATE[stage])
    try:
        # A rung is reached with its instant, not after it.
        return bool(replay.beyond(segments, clock.holder, grains, now + INSTANT, ruler))
    except UnknownYearError:  # The holder's time would be up in a year that has not come.
        return False


def is_eased(clock: Clock, light: Light, left: int, now: datetime) -> bool:
    """Whether a clock stands no longer where the card was dealt on which its light rests.

    A card stays dealt when days are moved or added afterwards; the page says both.
    """
    if light is Light.RED:
        return left > 0 if clock.due_at is None else now < clock.due_at
    rules = regulations.current().by_id(clock.regulation_id)
    return light is Light.YELLOW and left > _threshold(rules, clock.limit_units)


def _threshold(rules: Regulation, limit_working_days: int) -> int:
    return yellow_threshold(
        limit_working_days,
        rules.integer("clock.yellow_percent_left"),
        rules.integer("clock.yellow_working_days_left"),
    )


def _holder_reaches(clock: Limited, segments: list[Segment], grains: int) -> datetime:
    ruler = Ruler(kinds.kind_of(clock.kind).unit, provisional_calendar())
    at = replay.reached_at(segments, clock.holder, grains, ruler)
    if at is None:
        raise ValueError(f"the holder's time of {clock.subject} does not run")
    return at
