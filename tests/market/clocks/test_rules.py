"""No working day disappears, and none is counted twice."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.calendar import default_calendar
from market.clocks.rules import (
    CLOCK_MOVES,
    RESPONSIBLE,
    ClockMove,
    ClockState,
    IllegalClockMoveError,
    Party,
    Segment,
    SuspensionCapError,
    SuspensionReason,
    accounts,
    advance,
    check_suspension,
    elapsed,
    reaches_on,
    yellow_threshold,
)

CALENDAR = default_calendar()
MONDAY = date(2026, 3, 2)
DAYS = st.dates(date(2024, 2, 1), date(2026, 6, 30))


@st.composite
def histories(draw):
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=8)))
    parties = st.sampled_from([*Party, None])
    return [Segment(day, draw(parties)) for day in days]


def by_hand(segments, until_on):
    """Walk day by day: whose segment ran when the day began?"""
    used = dict.fromkeys([*Party, None], 0)
    day = segments[0].since_on + timedelta(days=1)
    while day <= until_on:
        if CALENDAR.is_working_day(day):
            running = [s for s in segments if s.since_on < day][-1]
            used[running.party] += 1
        day += timedelta(days=1)
    return used


@pytest.mark.parametrize(("state", "move"), [*product(ClockState, ClockMove)])
def test_every_state_and_move_is_allowed_or_refused(state, move):
    if (state, move) in CLOCK_MOVES:
        assert advance(state, move) in ClockState
    else:
        with pytest.raises(IllegalClockMoveError):
            advance(state, move)


def test_every_reason_has_a_responsible_party():
    assert set(RESPONSIBLE) == set(SuspensionReason)


@settings(max_examples=150)
@given(histories(), DAYS)
def test_accounts_agree_with_a_walk_day_by_day_and_sum_to_the_elapsed_time(segments, until_on):
    used = accounts(segments, until_on, CALENDAR)
    walked = by_hand(segments, until_on)
    assert used == {party: walked[party] for party in Party}
    assert sum(used.values()) == elapsed(segments, until_on, CALENDAR)


@settings(max_examples=100)
@given(histories(), st.integers(1, 60))
def test_on_the_last_day_on_time_the_holder_has_used_the_limit_exactly(segments, limit):
    due = reaches_on(segments, Party.FIRM, limit, CALENDAR)
    if segments[-1].party is not Party.FIRM:
        assert due is None
        return
    assert accounts(segments, due, CALENDAR)[Party.FIRM] == limit
    assert by_hand(segments, due)[Party.FIRM] == limit


def test_the_first_day_is_not_counted_and_make_up_days_are():
    # 2026-02-14 and 2026-02-28 are make-up Saturdays of the Spring Festival of 2026.
    segments = [Segment(date(2026, 2, 13), Party.FIRM)]
    assert reaches_on(segments, Party.FIRM, 1, CALENDAR) == date(2026, 2, 14)
    assert reaches_on(segments, Party.FIRM, 5, CALENDAR) == date(2026, 2, 27)
    assert reaches_on(segments, Party.FIRM, 6, CALENDAR) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("limit", "threshold"), [(1, 0), (2, 1), (3, 2), (10, 2), (15, 3), (60, 12)]
)
def test_the_yellow_card_never_falls_on_the_start(limit, threshold):
    assert yellow_threshold(limit, 20, 2) == threshold


def test_suspensions_are_capped_per_reason_and_in_total():
    fine = {"used_reason": 4, "used": 10, "cap_per_reason": 10, "cap_total": 16}
    check_suspension(working_days=6, **fine)
    for bad in (
        {"working_days": 7, **fine},
        {"working_days": 0, **fine},
        {"working_days": 6, **fine, "cap_total": 15},
    ):
        with pytest.raises(SuspensionCapError):
            check_suspension(**bad)
