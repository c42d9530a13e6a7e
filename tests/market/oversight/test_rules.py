from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.oversight.rules import (
    Chain,
    DrawStep,
    Price,
    Rise,
    Timed,
    rises,
    saved_basis_points,
    spread,
)

few = settings(max_examples=50)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)
prices = st.integers(1, 10**9)


def a_step(taken_at=None, *, called_off=False) -> Timed:
    return Timed(
        step=DrawStep.FREEZE,
        planned_at=NOON - timedelta(minutes=5),
        latest_at=NOON,
        taken_at=taken_at,
        called_off=called_off,
    )


@pytest.mark.parametrize(
    ("step", "now", "late"),
    [
        (a_step(NOON), NOON + timedelta(days=1), False),
        (a_step(NOON + SECOND), NOON + timedelta(days=1), True),
        (a_step(), NOON, False),
        (a_step(), NOON + SECOND, True),
        (a_step(called_off=True), NOON + SECOND, False),
        (a_step(NOON + SECOND, called_off=True), NOON + SECOND, True),
    ],
)
def test_a_step_is_late_after_its_last_second(step, now, late):
    assert step.is_late(now) is late


def test_every_upward_step_is_named():
    chain = Chain(
        ceiling_fen=100,
        disclosed_fen=90,
        quoted_fen=101,
        award_fen=102,
        contract_fen=103,
        added_fen=1,
        invoiced_fen=105,
        paid_fen=106,
    )
    assert rises(chain) == (
        Rise(Price.CEILING, Price.QUOTED),
        Rise(Price.CEILING, Price.AWARD),
        Rise(Price.DISCLOSED, Price.QUOTED),
        Rise(Price.DISCLOSED, Price.AWARD),
        Rise(Price.QUOTED, Price.AWARD),
        Rise(Price.AWARD, Price.CONTRACT),
        Rise(Price.DISCLOSED, Price.CONTRACT),
        Rise(Price.CONTRACT, Price.AGREED),
        Rise(Price.AGREED, Price.INVOICED),
        Rise(Price.INVOICED, Price.PAID),
    )
    assert rises(Chain(ceiling_fen=100, award_fen=100, contract_fen=100)) == ()


@few
@given(st.lists(prices, min_size=7, max_size=7))
def test_a_falling_chain_has_no_rise(numbers):
    ceiling, disclosed, quoted, award, contract, invoiced, paid = sorted(numbers, reverse=True)
    chain = Chain(
        ceiling_fen=ceiling,
        disclosed_fen=disclosed,
        quoted_fen=quoted,
        award_fen=award,
        contract_fen=contract,
        invoiced_fen=invoiced,
        paid_fen=paid,
    )
    assert rises(chain) == ()


@few
@given(st.lists(prices, min_size=1, max_size=20))
def test_the_middle_lies_among_the_numbers(numbers):
    found = spread(numbers)
    assert found is not None
    assert found.least <= found.middle <= found.greatest
    assert found.middle in numbers
    assert sum(n <= found.middle for n in numbers) * 2 >= found.count == len(numbers)


def test_nothing_has_no_spread():
    assert spread([]) is None


@few
@given(prices, prices)
def test_what_is_saved_never_exceeds_the_whole(limit, price):
    saved = saved_basis_points(limit, price)
    assert saved < 10_000
    assert (saved >= 0) == (price <= limit)
