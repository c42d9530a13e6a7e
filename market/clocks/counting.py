"""How time is counted: each unit is a monotone function of an instant, with an inverse.

Pure functions of a calendar. A day counts when it begins, so that whoever holds a clock at 0:00
has the day; an hour counts as it passes. Whole numbers of the finest grain: nothing is rounded.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from market.clock import beijing, beijing_day
from market.errors import MarketError, msgid

INSTANT: Final = timedelta(microseconds=1)
ONE_DAY: Final = timedelta(days=1)
NOON: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY: Final = date(1970, 1, 1)


class Unit(StrEnum):
    """In what a limit is given. A half working day is divided at noon in Beijing."""

    WORKING_DAY = "working-day"
    HALF_DAY = "half-day"
    CALENDAR_DAY = "calendar-day"
    HOUR = "hour"


class StartRule(StrEnum):
    """From when a clock that was started counts."""

    # 民法典 第二百零一条第一款: the day itself is not counted.
    DAY_AFTER = "day-after"
    # 民法典 第二百零一条第二款: what is agreed by the hour counts from the agreed instant.
    AT_ONCE = "at-once"
    # As the day after, but of the day on which the last of the materials was there.
    MATERIALS_COMPLETE = "materials-complete"


# An hour is divided as finely as instants are stored, so that it counts from the second and ends
# at it; a half day and a day are not divided.
GRAINS: Final = {
    Unit.WORKING_DAY: 1,
    Unit.HALF_DAY: 1,
    Unit.CALENDAR_DAY: 1,
    Unit.HOUR: 3_600_000_000,
}


class MaterialsOpenError(MarketError):
    """The clock counts from complete materials, and they are not complete."""

    sentence = msgid("资料尚未齐全，不能开始计时。请先登记资料齐全的时间。")


class WorkingDays(Protocol):
    """What a clock asks of the calendar."""

    def working_day_number(self, day: date, /) -> int:
        """Return how many working days lie before or on ``day``, from a fixed origin."""

    def add_working_days(self, day: date, count: int, /) -> date:
        """Return the nth working day after ``day``."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Counts the grains of one unit by one calendar."""

    unit: Unit
    calendar: WorkingDays

    def before(self, at: datetime) -> int:
        """Return how many grains began before an instant, from a fixed origin.

        Monotone; differences are additive, so stretches that adjoin sum to the whole.

        Raises:
            UnknownYearError: Working days of a year without a notice.

        Source: handbook domain.md section 6; docs/adr/0058.
        """
        match self.unit:
            case Unit.WORKING_DAY:
                return self.calendar.working_day_number(last_day_before(at))
            case Unit.CALENDAR_DAY:
                return (last_day_before(at) - _FIRST_DAY).days + 1
            case Unit.HALF_DAY:
                day = last_day_before(at)
                whole = 2 * self.calendar.working_day_number(day)
                return whole - (self._works(day) if at <= beijing(day, NOON) else 0)
            case Unit.HOUR:
                return (at - _EPOCH) // INSTANT

    def by(self, at: datetime) -> int:
        """Return how many grains have begun at an instant: the day that begins just now as well.

        An hour is counted as it passes; for it nothing begins before it has passed.

        Raises:
            UnknownYearError: Working days of a year without a notice.

        Source: handbook domain.md section 6; docs/adr/0058.
        """
        return self.before(at if self.unit is Unit.HOUR else at + INSTANT)

    def between(self, from_at: datetime, until_at: datetime) -> int:
        """Return how many grains begin from one instant on, before another; none if it is earlier.

        Raises:
            UnknownYearError: Working days of a year without a notice.

        Source: handbook domain.md section 6; docs/adr/0058.
        """
        return max(0, self.before(until_at) - self.before(from_at))

    def add(self, at: datetime, grains: int) -> datetime:
        """Return the instant at which the nth grain that begins from ``at`` on is over.

        The inverse of counting: ``before(add(at, n)) == before(at) + n``.

        Args:
            at: From when on; inside a day or a half day, from its end on.
            grains: n; none leads to the end of the day or half day that has begun.

        Raises:
            UnknownYearError: The answer lies in a year without a notice.
            ValueError: ``grains`` is negative.

        Source: 民法典 第二百零三条第二款 (the last day ends at 24:00); docs/adr/0058.
        """
        if grains < 0:
            raise ValueError(f"cannot add {grains} grains: count them back instead")
        eve = last_day_before(at)
        match self.unit:
            case Unit.WORKING_DAY:
                return end_of(self.calendar.add_working_days(eve, grains))
            case Unit.CALENDAR_DAY:
                return end_of(eve + grains * ONE_DAY)
            case Unit.HALF_DAY:
                return self._add_halves(at, eve, grains)
            case Unit.HOUR:
                return at.astimezone(UTC) + grains * INSTANT

    def due(self, at: datetime, grains: int) -> datetime:
        """Return the first instant that is too late for a limit of so many grains.

        As ``add``; but where calendar days end on a day off, on the next working day.

        Raises:
            UnknownYearError: The answer lies in a year without a notice.

        Source: 民法典 第二百零三条第一款.
        """
        ends_at = self.add(at, grains)
        last_on = last_day_before(ends_at)
        if self.unit is not Unit.CALENDAR_DAY or self._works(last_on):
            return ends_at
        return end_of(self.calendar.add_working_days(last_on, 1))

    def _add_halves(self, at: datetime, eve: date, halves: int) -> datetime:
        """Count on from the half that has begun: the rest of its day, then whole days."""
        noon = beijing(eve, NOON)
        if at <= noon:  # The afternoon of the day is still to come.
            if halves == 0:
                return noon
            halves -= self._works(eve)
        if halves == 0:
            return end_of(eve)
        day = self.calendar.add_working_days(eve, (halves + 1) // 2)
        return beijing(day, NOON) if halves % 2 else end_of(day)

    def _works(self, day: date) -> int:
        number = self.calendar.working_day_number
        return number(day) - number(day - ONE_DAY)


def starts_at(rule: StartRule, happened_at: datetime, complete_at: datetime | None) -> datetime:
    """Return from when on a clock counts that was started at an instant.

    Args:
        rule: The start rule of its kind.
        happened_at: What started it.
        complete_at: When the materials were complete; None while they are not.

    Returns:
        The instant itself, or the end of its day: what happens on that day is not counted.

    Raises:
        MaterialsOpenError: The materials are not complete.

    Source: 民法典 第二百零一条; handbook domain.md section 6, "Start".
    """
    match rule:
        case StartRule.AT_ONCE:
            return happened_at
        case StartRule.DAY_AFTER:
            return end_of(beijing_day(happened_at))
        case StartRule.MATERIALS_COMPLETE:
            if complete_at is None:
                raise MaterialsOpenError
            return end_of(beijing_day(max(happened_at, complete_at)))


def last_day_before(at: datetime) -> date:
    """Return the last day that had begun before an instant.

    Source: 民法典 第二百零三条第二款: a day ends at 24:00, which is 0:00 of the next.
    """
    return beijing_day(at - INSTANT)


def end_of(day: date) -> datetime:
    """Return the instant at which a Beijing day is over.

    Source: 民法典 第二百零三条第二款.
    """
    return beijing(day + ONE_DAY)
