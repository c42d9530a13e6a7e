from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.clock import BEIJING
from market.firms.restrictions.rules import Bearing, bears, covers
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
