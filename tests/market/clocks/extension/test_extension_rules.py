"""More time: only before the due date, only so often and so much, and never by silence."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.clock import beijing
from market.clocks.extension.rules import (
    EXTENSION_MOVES,
    ExtensionCapError,
    ExtensionLateError,
    ExtensionMove,
    ExtensionState,
    ExtensionTimesError,
    IllegalExtensionMoveError,
    advance,
    answer_by,
    cap_of,
    check_extension,
    is_answerable,
)

S, M = ExtensionState, ExtensionMove
NOW = beijing(date(2026, 3, 10), 9)
SECOND = timedelta(seconds=1)
LEADS = {M.GRANT: S.GRANTED, M.REFUSE: S.REFUSED, M.LAPSE: S.LAPSED, M.OVERTAKE: S.MOOT}


@pytest.mark.parametrize(("state", "move"), [*product(S, M)])
def test_a_request_is_answered_once(state, move):
    if state is S.REQUESTED:
        assert advance(state, move) is LEADS[move]
    else:
        assert (state, move) not in EXTENSION_MOVES
        with pytest.raises(IllegalExtensionMoveError):
            advance(state, move)


@pytest.mark.parametrize(
    ("agreed", "percent", "cap"), [(10, 50, 5), (15, 50, 7), (1, 50, 0), (30, 0, 0), (7, 100, 7)]
)
def test_the_cap_is_a_share_of_the_limit_as_agreed(agreed, percent, cap):
    assert cap_of(agreed, percent) == cap


def asked(**differences):
    check_extension(
        **({"working_days": 3, "times": 1, "used": 2, "most_times": 2, "cap": 5} | differences)
    )


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"times": 2}, ExtensionTimesError),
        ({"times": 3}, ExtensionTimesError),
        ({"working_days": 4}, ExtensionCapError),
        ({"used": 3}, ExtensionCapError),
        ({"working_days": 0}, ExtensionCapError),
        ({"working_days": -1}, ExtensionCapError),
    ],
)
def test_what_is_beyond_the_limits_is_refused(differences, error):
    asked()
    asked(working_days=1, times=0)
    with pytest.raises(error):
        asked(**differences)


@settings(deadline=None)
@given(st.integers(1, 60), st.lists(st.integers(-2, 40), max_size=6))
def test_however_it_is_asked_the_limit_grows_by_half_and_twice_at_most(agreed, wishes):
    times = used = 0
    for days in wishes:
        try:
            check_extension(
                working_days=days, times=times, used=used, most_times=2, cap=cap_of(agreed, 50)
            )
        except (ExtensionCapError, ExtensionTimesError):
            continue
        times, used = times + 1, used + days
    assert times <= 2
    assert 2 * used <= agreed


@pytest.mark.parametrize(("due", "confirm", "by"), [(5, 2, 2), (2, 5, 2), (1, 1, 1)])
def test_the_answer_must_come_before_the_due_date(due, confirm, by):
    day = timedelta(days=1)
    said = answer_by(now=NOW, due_at=NOW + due * day, confirm_by_at=NOW + confirm * day)
    assert said == NOW + by * day


@pytest.mark.parametrize("due_at", [None, NOW, NOW - SECOND])
def test_when_the_time_is_up_or_stands_nothing_is_extended(due_at):
    with pytest.raises(ExtensionLateError):
        answer_by(now=NOW, due_at=due_at, confirm_by_at=NOW + timedelta(days=2))


@pytest.mark.parametrize("state", S)
def test_only_an_open_request_is_answered_and_in_time(state):
    is_open = state is S.REQUESTED
    assert is_answerable(state, now=NOW - SECOND, answer_by_at=NOW) is is_open
    assert not is_answerable(state, now=NOW, answer_by_at=NOW)
