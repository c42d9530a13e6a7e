"""The clock of each milestone: from the start of the service until its report is in.

Its accounts are those of the service: what passes on another's account there passes so here, and
the report is due so much later (docs/adr/0092). The milestone has its day from its clock.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from market import regulations
from market.calendar import UnknownYearError, provisional_calendar
from market.clocks import actions as clocks
from market.clocks import following, ladder
from market.clocks.counting import last_day_before
from market.clocks.kinds import PROGRESS_REPORT, REPORT_BY_DAY, SERVICE
from market.clocks.model import Clock, ClockEvent
from market.clocks.queries import clock_of, clocks_of, events_of, locked
from market.clocks.replay import Correction
from market.clocks.rules import ClockState, Party
from market.contracts.model import Contract
from market.contracts.reports import queries
from market.contracts.reports.model import Milestone
from market.contracts.reports.rules import MilestoneState
from market.db import Actor, UnitOfWork
from market.errors import msgid

# What follows from the service's clock is nobody's own entry, whoever has just moved that one.
ACTOR: Final = Actor("job:contracts")
SUBJECT: Final = "service"
# How the clocks of a contract's service and of a milestone name what they time.
CONTRACT: Final = "contract:"
REPORT: Final = "report:"
OPEN: Final = frozenset({MilestoneState.PLANNED, MilestoneState.DUE})
WITH_SERVICE: Final = msgid("随服务时限计入")


def of(work: UnitOfWork, one: Milestone) -> Clock | None:
    """Return the clock of a milestone, if its service has started."""
    return clock_of(work, subject_of(one))


def subject_of(one: Milestone) -> str:
    """Return what the clock of a milestone is called."""
    return f"{REPORT}{one.id}"


def all_of(work: UnitOfWork, contract: Contract) -> list[Clock]:
    """Return the clocks of a contract's milestones."""
    subjects = [subject_of(one) for one in queries.milestones(work, contract)]
    return list(clocks_of(work, subjects).values())


def begin(work: UnitOfWork, contract: Contract, one: Milestone) -> None:
    """Start the clock of a milestone: so many working days, or the days until a day.

    A day that is past, or today, is the next one: the day of the start is not counted.

    Raises:
        UnknownYearError: It would be due in a year without a notice.
    """
    dated = one.due_on is not None
    days = (one.due_on - work.today).days if one.due_on else one.after_working_days or 1
    clocks.start(
        replace(work, actor=ACTOR),
        kind=REPORT_BY_DAY if dated else PROGRESS_REPORT,
        subject=subject_of(one),
        number=contract.number,
        title=f"{contract.title}：{one.name}"[:300],
        holder=Party.FIRM,
        holder_org_id=contract.firm_org_id,
        other_org_id=contract.owner_org_id,
        limit=max(1, days),
        regulation=regulations.in_force(SUBJECT, work.today),
    )


def end(work: UnitOfWork, one: Milestone, why: str) -> None:
    """Stop the clock of a milestone: its report is in, or nobody asks for it any more."""
    clock = of(work, one)
    if clock is not None and clock.state is not ClockState.STOPPED:
        clocks.stop(replace(work, actor=ACTOR), clock, why)


def lock(work: UnitOfWork, milestone_id: int) -> None:
    """Lock the clock of a milestone before its row, as everything does that moves both.

    The service's clock comes first: whoever moves it holds it, and maybe the next number of a
    card, before the report's.
    """
    contract_id = work.session.scalar(
        select(Milestone.contract_id).where(Milestone.id == milestone_id)
    )
    for subject in (f"{CONTRACT}{contract_id}", f"{REPORT}{milestone_id}"):
        clock = clock_of(work, subject)
        if clock is not None:
            locked(work, clock.id)


def wait(work: UnitOfWork, one: Milestone) -> None:
    """Let a report wait that nobody can write now: its day comes after today."""
    clock = of(work, one)
    if clock is not None:
        _due_after(work, clock, work.today)


def _follow(work: UnitOfWork, service: Clock, event: ClockEvent, *, told: bool) -> None:
    """Let the time of every report that is awaited pass on the account of the service's."""
    contract_id = service.subject.removeprefix(CONTRACT)
    if not contract_id.isdecimal():
        return
    awaited = queries.awaited_of(work, int(contract_id))
    found = clocks_of(work, [subject_of(one) for one in awaited])
    for one in awaited:
        if subject_of(one) in found:
            _take(replace(work, actor=ACTOR), found[subject_of(one)], event, told=told)


def _take(work: UnitOfWork, clock: Clock, event: ClockEvent, *, told: bool) -> None:
    """Do to a report's clock what an event has done to the service's."""
    locked(work, clock.id)
    last = events_of(work, clock)[-1]
    # The service may have been started earlier than it was entered; a report's clock never is.
    at = max(event.happened_at, last.happened_at)
    if event.corrects_from_at and event.corrects_of and event.corrects_to:
        until_at = event.corrects_until_at or event.happened_at
        one = Correction(
            event.corrects_from_at, until_at, Party(event.corrects_of), Party(event.corrects_to)
        )
        clocks.reassign(work, clock, one, event.why)
        at = work.now
    if event.party is last.party or (last.party is None and not told):
        return
    why = event.why or WITH_SERVICE
    if event.party is None:
        clocks.stop(work, clock, why, happened_at=at)
        return
    if last.party is None:
        clocks.reopen(work, clock, event.party, why, happened_at=at)
    else:
        clocks.hand_to(work, clock, event.party, why, happened_at=at, told=told)
    if event.party is Party.FIRM:
        _due_after(work, clock, last_day_before(at))


def _due_after(work: UnitOfWork, clock: Clock, day: date) -> None:
    """Give a report the days that the rules leave for it after a pause, if it has fewer."""
    days = regulations.in_force(SUBJECT, work.today).integer("report.after_pause_working_days")
    try:
        least_at = provisional_calendar().due_at(day, days)
    except UnknownYearError:
        return  # Its own day is not known either, then.
    was = clock.extended_units
    while _is_awaited(work, clock) and clock.due_at is not None and clock.due_at < least_at:
        clock.extended_units += 1
        ladder.plan_next(work, clock)
    if clock.extended_units > was:
        clocks.say_more(work, clock)


def _is_awaited(work: UnitOfWork, clock: Clock) -> bool:
    """Whether a report was not missed yet: what was missed stays late."""
    return _milestone(work, clock).state in OPEN


def _planned(work: UnitOfWork, clock: Clock) -> None:
    """Let a milestone say when its report is due now; the day it was missed on stays."""
    one = _milestone(work, clock)
    if one.state not in OPEN:
        return
    due_at: datetime | None = clock.due_at
    one.due_at, one.next_check_at = due_at or one.due_at, due_at
    work.session.flush()


def _milestone(work: UnitOfWork, clock: Clock) -> Milestone:
    work.session.flush()
    milestone_id = int(clock.subject.removeprefix(REPORT))
    return work.session.get_one(
        Milestone, milestone_id, with_for_update=True, populate_existing=True
    )


following.provide_moved(SERVICE, _follow)
for _kind in (PROGRESS_REPORT, REPORT_BY_DAY):
    following.provide_planned(_kind, _planned)
