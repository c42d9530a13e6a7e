"""What may be done to a clock, by whom it is paid, and how much of it."""

from datetime import date, timedelta
from itertools import product

import pytest

from market.clock import beijing
from market.clocks.rules import (
    RESPONSIBLE,
    CardStage,
    ClockMove,
    ClockState,
    ClockSuspendedError,
    IllegalClockMoveError,
    Light,
    SuspensionCapError,
    SuspensionMove,
    SuspensionReason,
    SuspensionState,
    advance,
    advance_suspension,
    check_suspension,
    is_late,
    light_of,
    overtakes,
    yellow_threshold,
)

# Said once more, in full: what leads where. Whatever is not here is refused.
ALLOWED = {
    "running": {
        "hand": "running",
        "suspend": "suspended",
        "stop": "stopped",
        "correct": "running",
        "claim": "running",
        "ask": "running",
    },
    "suspended": {"resume": "running", "declare": "suspended", "stop": "stopped"},
    "stopped": {"reopen": "running"},
}


@pytest.mark.parametrize(("state", "move"), [*product(ClockState, ClockMove)])
def test_every_state_and_move_is_allowed_or_refused(state, move):
    to = ALLOWED[state.value].get(move.value)
    if to is not None:
        assert advance(state, move) is ClockState(to)
        return
    with pytest.raises(IllegalClockMoveError) as refused:
        advance(state, move)
    # Whoever has to resume it first is told so.
    assert (type(refused.value) is ClockSuspendedError) is (state is ClockState.SUSPENDED)


SUSPENSIONS = {
    "requested": {
        "escalate": "escalated",
        "grant": "running",
        "refuse": "refused",
        "overtake": "moot",
    },
    "escalated": {"grant": "running", "refuse": "refused", "overtake": "moot"},
    "running": {"end": "ended"},
    "refused": {"appeal": "escalated"},
}


@pytest.mark.parametrize(("state", "move"), [*product(SuspensionState, SuspensionMove)])
def test_every_move_of_a_suspension_is_allowed_or_refused(state, move):
    to = SUSPENSIONS.get(state.value, {}).get(move.value)
    if to is not None:
        assert advance_suspension(state, move) is SuspensionState(to)
    else:
        with pytest.raises(IllegalClockMoveError):
            advance_suspension(state, move)


def test_every_reason_has_a_responsible_party():
    assert set(RESPONSIBLE) == set(SuspensionReason)


@pytest.mark.parametrize(
    ("limit", "threshold"), [(1, 0), (2, 1), (3, 2), (10, 2), (15, 3), (60, 12), (500, 100)]
)
def test_the_yellow_card_never_falls_on_the_start(limit, threshold):
    assert yellow_threshold(limit, 20, 2) == threshold


def test_suspensions_are_capped_per_reason_and_in_total():
    fine = {"used_reason": 4, "used": 10, "cap_per_reason": 10, "cap_total": 16}
    check_suspension(working_days=6, **fine)
    check_suspension(working_days=1, **fine)
    for bad in (
        {"working_days": 7, **fine},
        {"working_days": 0, **fine},
        {"working_days": 7, **fine, "used": 4},
        {"working_days": 6, **fine, "cap_total": 15},
    ):
        with pytest.raises(SuspensionCapError):
            check_suspension(**bad)


NOON = beijing(date(2026, 3, 10), 12)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("happened_at", "late"),
    [
        (NOON, False),
        (beijing(date(2026, 3, 10)), False),
        (beijing(date(2026, 3, 10)) - SECOND, True),
        (NOON - 30 * HOUR, True),
    ],
)
def test_what_is_entered_on_a_later_day_in_beijing_is_late(happened_at, late):
    assert is_late(happened_at=happened_at, entered_at=NOON) is late


@pytest.mark.parametrize(
    ("happened", "entered", "overtaken"),
    [
        (-1, 3, True),  # It happened before the rung was reached, and was entered after the card.
        (0, 3, False),  # It happened just when the rung was reached: the card stands.
        (1, 3, False),
        (-1, 2, False),  # It was known when the card was dealt.
        (-1, 1, False),
    ],
)
def test_a_late_entry_overtakes_the_cards_it_came_too_late_for(happened, entered, overtaken):
    assert (
        overtakes(
            happened_at=NOON + happened * HOUR,
            entered_at=NOON + entered * HOUR,
            reached_at=NOON,
            issued_at=NOON + 2 * HOUR,
        )
        is overtaken
    )


@pytest.mark.parametrize(
    ("state", "stage", "light"),
    [
        *((ClockState.STOPPED, stage, Light.STOPPED) for stage in [*CardStage, None]),
        *((ClockState.SUSPENDED, stage, Light.SUSPENDED) for stage in [*CardStage, None]),
        (ClockState.RUNNING, CardStage.YELLOW, Light.GREEN),
        (ClockState.RUNNING, CardStage.RED, Light.YELLOW),
        (ClockState.RUNNING, CardStage.SUPERVISE, Light.RED),
        (ClockState.RUNNING, CardStage.REFER, Light.RED),
        (ClockState.RUNNING, None, Light.RED),
    ],
)
def test_a_clock_looks_as_the_rung_it_stands_on(state, stage, light):
    assert light_of(state, stage) is light
