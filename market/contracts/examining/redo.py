"""How long the firm has for what comes back to it: never less than the rules leave.

The day of a return stays on the account that had it, and the firm's time goes on with the next. A
round that was handed in on the last day would be late before it could be mended (docs/adr/0109).
"""

from dataclasses import dataclass
from datetime import date

from market import regulations
from market.calendar import UnknownYearError, provisional_calendar
from market.clocks import actions as clocks
from market.clocks.counting import GRAINS, Unit
from market.clocks.extension.queries import room_of
from market.clocks.model import Clock
from market.clocks.queries import statement
from market.clocks.rules import ClockState, Party
from market.contracts.examining.model import Examination
from market.contracts.examining.record import give_time, service_clock
from market.contracts.model import Contract
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the firm would have if the work came back today; negative: it is late by so much."""

    days: int
    added: int
    until_on: date | None
    least: int


def days_to_add(*, left: int, least: int, given: int, most: int) -> int:
    """Return how many working days the firm is given when its work comes back.

    Args:
        left: What it has left, today being counted; negative when it was late.
        least: What it has at least.
        given: What it was given for earlier returns of the same contract.
        most: What it may be given in all.

    Returns:
        What is missing to the least it has; nothing once it is late: that stays so.

    Source: platform default; docs/adr/0109.
    """
    if left < 0:
        return 0
    return max(0, min(least - left, most - given))


def give_back_time(work: UnitOfWork, contract: Contract, exam: Examination, why: str) -> None:
    """Let time pass on the firm's account again, and leave it the least that the rules say."""
    give_time(work, contract, Party.FIRM, why)
    clock = service_clock(work, contract)
    clocks.give_units(work, clock, _added(work, exam, clock))


def left_for(work: UnitOfWork, contract: Contract, exam: Examination | None) -> Left | None:
    """Return what a return today would leave the firm; none where no clock would go on."""
    if exam is None:
        return None
    clock = service_clock(work, contract)
    if clock.state is not ClockState.RUNNING:
        return None
    added = _added(work, exam, clock)
    days = _left(work, clock) + added
    try:
        until_on = provisional_calendar().add_working_days(work.today, max(days, 0))
    except UnknownYearError:
        until_on = None
    least = _rules(exam).integer("rework.least_working_days")
    return Left(days=days, added=added, until_on=until_on, least=least)


def _added(work: UnitOfWork, exam: Examination, clock: Clock) -> int:
    rules = _rules(exam)
    return days_to_add(
        left=_left(work, clock),
        least=rules.integer("rework.least_working_days"),
        given=clock.extended_units - room_of(work, clock).used,
        most=rules.integer("rework.most_working_days"),
    )


def _left(work: UnitOfWork, clock: Clock) -> int:
    return statement(work, clock).left // GRAINS[Unit.WORKING_DAY]


def _rules(exam: Examination) -> regulations.Regulation:
    return regulations.current().by_id(exam.regulation_id)
