"""Declarations that a cause is over: every state by every move, and which days are possible."""

from datetime import date, timedelta
from itertools import product

import pytest

from market.clock import beijing
from market.clocks.over.rules import (
    DayError,
    IllegalOverMoveError,
    OverMove,
    OverState,
    advance,
    check_day,
)
from market.clocks.rules import may_ask_at

# Said once more, in full: what leads where. Whatever is not here is refused.
ALLOWED = {
    "declared": {
        "agree": "granted",
        "dispute": "escalated",
        "lapse": "escalated",
        "overtake": "moot",
    },
    "escalated": {"grant": "granted", "refuse": "refused"},
}


@pytest.mark.parametrize(("state", "move"), [*product(OverState, OverMove)])
def test_every_state_and_move_is_allowed_or_refused(state, move):
    to = ALLOWED.get(state.value, {}).get(move.value)
    if to is not None:
        assert advance(state, move) is OverState(to)
    else:
        with pytest.raises(IllegalOverMoveError):
            advance(state, move)


@pytest.mark.parametrize("days", range(-2, 6))
def test_a_day_lies_between_the_first_and_today_and_a_refusal_names_both(days):
    first, last = date(2026, 3, 4), date(2026, 3, 6)
    day = first + timedelta(days=days)
    if first <= day <= last:
        check_day(day, field="since_on", first_on=first, last_on=last)
        return
    with pytest.raises(DayError) as refused:
        check_day(day, field="since_on", first_on=first, last_on=last)
    assert refused.value.field == "since_on"
    assert refused.value.facts == {"first": "2026-03-04", "last": "2026-03-06"}


def test_the_last_of_enough_refusals_says_from_when_it_may_be_asked_again():
    waits = [beijing(date(2026, 3, day)) for day in (9, 12, 11)]
    assert may_ask_at([], 0) is None
    assert may_ask_at(waits, 4) is None
    assert may_ask_at(waits, 3) == waits[1]
    assert may_ask_at(waits[:1], 1) == waits[0]
