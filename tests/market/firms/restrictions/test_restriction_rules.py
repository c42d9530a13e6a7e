from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.clock import BEIJING
from market.firms.restrictions.rules import (
    Bearing,
    SanctionMove,
    SanctionOverError,
    SanctionState,
    advance_sanction,
    bears,
    covers,
    state_of,
)
from market.firms.rules import Standing

NOON = datetime(2026, 3, 2, 12, tzinfo=BEIJING)
DAY = timedelta(days=1)
ITEM = "ZJ-03-001"
FREE = (Standing.ACTIVE, None)


def a_bearing(standing=Standing.SUSPENDED, groups=(), begins=0, ends=10) -> Bearing:
    return Bearing(
        standing=standing,
        groups=frozenset(groups),
        from_at=NOON + begins * DAY,
        until_at=NOON + ends * DAY,
    )


@pytest.mark.parametrize(
    ("groups", "code", "reached"),
    [
        ((), ITEM, True),
        (("03",), ITEM, True),
        (("03", "07"), "ZJ-07-002", True),
        (("07",), ITEM, False),
        (("07",), "unheard", True),
        (("07",), "ZJ-07", True),
        (("07",), "ZJ-03", False),
    ],
)
def test_a_measure_reaches_its_groups_and_what_cannot_be_told_apart(groups, code, reached):
    assert covers(frozenset(groups), code) is reached


def test_it_bears_from_its_first_instant_to_before_its_last():
    one = a_bearing()
    second = timedelta(seconds=1)
    assert bears([one], ITEM, one.from_at - second) == FREE
    assert bears([one], ITEM, one.from_at) == (Standing.SUSPENDED, one.until_at)
    assert bears([one], ITEM, one.until_at - second) == (Standing.SUSPENDED, one.until_at)
    assert bears([one], ITEM, one.until_at) == FREE


def test_the_graver_prevails_then_the_longer():
    mild, grave = a_bearing(ends=20), a_bearing(Standing.BLACKLISTED, ends=5)
    longer = a_bearing(Standing.BLACKLISTED, ends=6)
    assert bears([mild, grave], ITEM, NOON) == (Standing.BLACKLISTED, grave.until_at)
    assert bears([longer, grave], ITEM, NOON) == (Standing.BLACKLISTED, longer.until_at)
    assert bears([mild, a_bearing(ends=2)], ITEM, NOON) == (Standing.SUSPENDED, mild.until_at)


def test_a_graver_one_elsewhere_hides_nothing_here():
    here, elsewhere = a_bearing(groups=["03"]), a_bearing(Standing.BLACKLISTED, groups=["07"])
    assert bears([here, elsewhere], ITEM, NOON) == (Standing.SUSPENDED, here.until_at)
    assert bears([elsewhere], ITEM, NOON) == FREE


bearings = st.lists(
    st.builds(
        a_bearing,
        st.sampled_from([Standing.SUSPENDED, Standing.BLACKLISTED]),
        st.sets(st.sampled_from(["03", "07"])),
        st.integers(-5, 5),
        st.integers(6, 30),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(bearings)
def test_every_measure_ends(found):
    assert bears(found, ITEM, NOON + 31 * DAY) == FREE


@settings(max_examples=60)
@given(bearings, bearings)
def test_a_further_measure_never_frees(found, more):
    before, after = bears(found, ITEM, NOON)[0], bears([*found, *more], ITEM, NOON)[0]
    order = [Standing.ACTIVE, Standing.SUSPENDED, Standing.BLACKLISTED]
    assert order.index(after) >= order.index(before)


SANCTIONS = {
    "waiting": {"change": "waiting", "lift": "lifted"},
    "running": {"change": "running", "lift": "lifted"},
    "over": {"lift": "lifted"},
    "lifted": {"lift": "lifted"},
}


@pytest.mark.parametrize(("state", "move"), [*product(SanctionState, SanctionMove)])
def test_every_move_of_a_sanction_is_allowed_or_refused(state, move):
    to = SANCTIONS[state.value].get(move.value)
    if to is not None:
        assert advance_sanction(state, move) is SanctionState(to)
    else:
        with pytest.raises(SanctionOverError):
            advance_sanction(state, move)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "lifted", "state"),
    [
        (NOON - SECOND, None, "waiting"),
        (NOON, None, "running"),
        (NOON + DAY - SECOND, None, "running"),
        (NOON + DAY, None, "over"),
        (NOON, NOON, "lifted"),
        (NOON, NOON + SECOND, "running"),
        (NOON + 2 * DAY, NOON, "lifted"),
        (NOON - SECOND, NOON - DAY, "lifted"),
    ],
)
def test_time_alone_begins_and_ends_a_sanction(at, lifted, state):
    assert state_of(NOON, NOON + DAY, lifted, at) is SanctionState(state)


@settings(max_examples=60)
@given(st.integers(-10, 40), st.integers(-5, 5), st.integers(6, 30))
def test_a_sanction_bears_exactly_while_it_runs(day, begins, ends):
    one, at = a_bearing(begins=begins, ends=ends), NOON + day * DAY
    running = state_of(one.from_at, one.until_at, None, at) is SanctionState.RUNNING
    assert (bears([one], ITEM, at) != FREE) is running
