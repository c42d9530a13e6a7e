"""Months of the calendar, counted in one place: the same day, or the month's last."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.clock import beijing, in_beijing, months_after

DAYS = st.dates(date(2001, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 5, 4), 0, date(2026, 5, 4)),
        (date(2025, 3, 2), 12, date(2026, 3, 2)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 8, 31), 36, date(2029, 8, 31)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 8, 31), 1, date(2025, 9, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 2, 28), -12, date(2025, 2, 28)),
        (date(2026, 3, 2), -24, date(2024, 3, 2)),
    ],
)
def test_months_after(day, months, then):
    assert months_after(day, months) == then


@given(DAYS, st.integers(-120, 120))
def test_the_day_is_the_same_or_the_last_of_its_month(day, months):
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    next_day = later + timedelta(days=1)
    assert later.day == day.day or (later.day < day.day and next_day.day == 1)


@given(DAYS, st.integers(-120, 120))
def test_more_months_are_a_later_day(day, months):
    assert months_after(day, months) < months_after(day, months + 1)


def test_a_day_ends_at_24_and_is_not_the_next_ones_0():
    assert in_beijing(beijing(date(2026, 12, 1))) == "2026-11-30 24:00"
    assert in_beijing(beijing(date(2026, 12, 1), 0, 1)) == "2026-12-01 00:01"
    assert in_beijing(beijing(date(2026, 11, 30), 18)) == "2026-11-30 18:00"
