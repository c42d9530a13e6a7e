"""Statistics of those who examine: counted by what they said, a handful is not published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.contracts.examining.rules import ExamMove
from market.contracts.opinions import queries
from market.contracts.opinions.rules import (
    CORRECTED,
    GOOD,
    OPINIONS,
    TURNED_DOWN,
    Tally,
    rate_of,
)
from tests.market.factories.contracts import a_delivered_contract
from tests.market.factories.credit import an_officer


def test_every_opinion_is_of_one_sort_and_what_the_firm_or_time_does_is_none():
    assert len(GOOD) + len(CORRECTED) + len(TURNED_DOWN) == len(OPINIONS)
    assert set(ExamMove) - OPINIONS == {
        ExamMove.SILENT_ACCEPT,
        ExamMove.SILENT_APPROVE,
        ExamMove.SUPPLY,
        ExamMove.LAPSE,
        ExamMove.OVERDUE,
        ExamMove.CLOSE,
        ExamMove.OVERTURN,
    }


@given(*[st.integers(0, 50)] * 4)
def test_a_rate_is_a_share_of_all_or_not_given(good, corrected, down, least):
    tally = Tally(good=good, corrected=corrected, turned_down=down)
    rate = rate_of(tally, least)
    if tally.total < max(1, least):
        assert rate is None
    else:
        assert abs(rate * tally.total - 100 * down) * 2 <= tally.total


@pytest.mark.parametrize(
    ("good", "down", "rate"), [(7, 1, 13), (0, 5, 100), (5, 0, 0), (199, 1, 1)]
)
def test_halves_are_rounded_up(good, down, rate):
    assert rate_of(Tally(good=good, turned_down=down), 5) == rate


def test_what_an_owner_said_is_counted_by_item_and_firm(here, clock):
    agreed = a_delivered_contract(here, clock)
    agreed.return_work()
    agreed.deliver()
    agreed.accept()
    officer, other = an_officer(here), an_officer(here, "99")
    with agreed.work() as work:
        (one,) = queries.by_item(work)
        assert (one.tally, one.firm) == (Tally(good=1, turned_down=1), "")
        assert rate_of(one.tally, 5) is None
    with agreed.work(officer) as work:
        (one,) = queries.by_firm(work)
        assert one.tally == Tally(good=1, turned_down=1)
        assert one.firm
    with agreed.work(other) as work:
        assert queries.by_firm(work) == []
