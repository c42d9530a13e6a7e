"""The time for prices stands between the close and the freeze, in every timetable."""

from dataclasses import replace
from datetime import timedelta

import pytest

from market.needs.limits import ShortTimetableError, agreed_timetable, ahead, timetable_at
from market.needs.rules import NeedState
from tests.market.conftest import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
CEILING = 9_800_000
TIMES = {
    "lottery": (None, None),
    "merit_lottery": (None, None),
    "quote_lowest": (120, None),
    "quote_mean": (120, None),
    "bid_lowest": (None, 60),
}


@pytest.mark.parametrize(("method", "minutes"), list(TIMES.items()))
def test_each_method_has_its_own_time_after_the_close(method, minutes):
    times = timetable_at(MONDAY_MORNING, CEILING, "D1", method)
    opening, bidding = (None if n is None else times.enrol_close_at + n * MINUTE for n in minutes)
    assert (times.opening_by_at, times.bidding_by_at) == (opening, bidding)
    assert times.freeze_by_at > (opening or bidding or times.enrol_close_at)
    steps = [step.label for step in ahead(NeedState.DRAFT, MONDAY_MORNING, MONDAY_MORNING,
                                          CEILING, "D1", method=method)]  # fmt: skip
    assert ("报价开启截止" in steps, "竞价截止（最迟）" in steps) == (bool(opening), bool(bidding))


@pytest.mark.parametrize("method", ["quote_mean", "bid_lowest"])
def test_a_timetable_that_leaves_no_room_for_prices_is_refused(method):
    least = timetable_at(MONDAY_MORNING, CEILING, "D1", method)
    plain = replace(least, opening_by_at=None, bidding_by_at=None)
    assert agreed_timetable(MONDAY_MORNING, CEILING, plain, "D1", method) == least
    narrow = replace(plain, freeze_by_at=plain.enrol_close_at + 30 * MINUTE)
    with pytest.raises(ShortTimetableError):
        agreed_timetable(MONDAY_MORNING, CEILING, narrow, "D1", method)
