"""Working days as the State Council's notices fix them, make-up days included.

A year without a notice is an error wherever an answer depends on it, never a guess, except where
a deadline may be provisional and is counted again later. Days are Beijing days. The day on which
something happens is not counted; the day after is day 1 (Civil Code, article 201); the last day
ends at 24:00 (article 203).
"""

from market.calendar.installed import (
    Calendars,
    binding_until,
    calendars_from,
    calendars_of_files,
    check_calendar,
    default_calendar,
    installed,
    load_calendar,
    notices_of_files,
    provisional_calendar,
)
from market.calendar.notices import Holiday, Notice, parse_notice
from market.calendar.tables import Calendar, UnknownYearError, end_of, is_overdue_announcement
from market.regulations.files import DataFileError

__all__ = [
    "Calendar",
    "Calendars",
    "DataFileError",
    "Holiday",
    "Notice",
    "UnknownYearError",
    "binding_until",
    "calendars_from",
    "calendars_of_files",
    "check_calendar",
    "default_calendar",
    "end_of",
    "installed",
    "is_overdue_announcement",
    "load_calendar",
    "notices_of_files",
    "parse_notice",
    "provisional_calendar",
]
