from datetime import datetime, timedelta
from itertools import product

import pytest

from market.clock import BEIJING
from market.credit.cases.errors import IllegalCaseMoveError
from market.credit.repair.rules import (
    PENDING,
    RepairMove,
    RepairState,
    advance_repair,
    next_look,
)
from market.credit.withdrawals.rules import ReviewMove, ReviewState, advance_review

NOON = datetime(2026, 3, 2, 12, tzinfo=BEIJING)
DAY = timedelta(days=1)
REPAIRS = {
    "applied": {"draft": "drafted", "end": "ended"},
    "drafted": {"send-back": "applied", "grant": "granted", "refuse": "refused", "end": "ended"},
}
REVIEWS = {"proposed": {"confirm": "done", "refuse": "refused"}}


@pytest.mark.parametrize(("state", "move"), [*product(RepairState, RepairMove)])
def test_every_move_of_an_application_is_allowed_or_refused(state, move):
    to = REPAIRS.get(state.value, {}).get(move.value)
    if to is not None:
        assert advance_repair(state, move) is RepairState(to)
    else:
        with pytest.raises(IllegalCaseMoveError):
            advance_repair(state, move)


@pytest.mark.parametrize(("state", "move"), [*product(ReviewState, ReviewMove)])
def test_every_move_of_a_withdrawal_is_allowed_or_refused(state, move):
    to = REVIEWS.get(state.value, {}).get(move.value)
    if to is not None:
        assert advance_review(state, move) is ReviewState(to)
    else:
        with pytest.raises(IllegalCaseMoveError):
            advance_review(state, move)


def test_what_waits_has_no_answer():
    assert {state.value for state in PENDING} == set(REPAIRS)


def test_time_looks_at_the_term_first_and_after_its_report_at_the_end():
    assert next_look(NOON, NOON + DAY, None) == NOON
    assert next_look(NOON + DAY, NOON, None) == NOON
    assert next_look(NOON, NOON + DAY, NOON) == NOON + DAY
