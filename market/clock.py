"""The one clock. Everything that asks for the time asks here, once per unit of work."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "UTC+8")  # no daylight saving since 1991
UTC_MIDNIGHT: Final = 16

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class ShiftedClock:
    """The system clock moved by a fixed offset: a demonstration city on another day."""

    def __init__(self, offset: timedelta) -> None:
        self.offset = offset

    def __call__(self) -> datetime:
        """Return the present instant, moved."""
        return system_clock() + self.offset


class ManualClock:
    """A clock that stands still until it is moved; it never runs backwards."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        """Return the instant the clock was last moved to."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Move to a later instant."""
        if at < self._at:
            raise ValueError(f"the clock stands at {self._at:%Y-%m-%d %H:%M:%S}, not before {at}")
        self._at = at

    def advance(self, step: timedelta) -> None:
        """Move on by ``step``."""
        self.move_to(self._at + step)


def beijing_day(at: datetime) -> date:
    """Return the day in Beijing on which an instant falls."""
    if at.tzinfo is UTC:  # every instant of the database: its 16:00 is Beijing's midnight
        return date.fromordinal(at.toordinal() + (at.hour >= UTC_MIDNIGHT))
    return at.astimezone(BEIJING).date()


def beijing(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return the UTC instant of a Beijing day and time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING).astimezone(UTC)


def ending_words(at: datetime) -> str:
    """Return an instant in Beijing time; midnight is the end of a day, 24:00 of the one before."""
    local = at.astimezone(BEIJING)
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(minutes=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def months_after(day: date, months: int) -> date:
    """Return the same day of a later (or earlier) month, or its last day if it is shorter.

    Args:
        day: A day in Beijing.
        months: How many calendar months later; negative for earlier.

    Source: 民法典 第二百零二条 (no corresponding day: the month's last day).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
