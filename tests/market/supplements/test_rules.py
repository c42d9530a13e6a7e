"""Add-on contracts: every state with every move, the cap, and the second approval."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.supplements.rules import (
    COUNTED,
    MOVES,
    AddOnCapError,
    IllegalSupplementMoveError,
    SupplementAmountError,
    SupplementMove,
    SupplementState,
    advance,
    check_cap,
    most_fen,
    needs_second_approval,
)

S, M = SupplementState, SupplementMove


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_state_with_every_move(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalSupplementMoveError):
            advance(state, move)


def test_nothing_takes_effect_that_was_not_agreed_and_what_ended_stays_ended():
    assert {state for (state, _), to in MOVES.items() if to is S.EFFECTIVE} == {S.AGREED}
    ended = set(S) - {S.PROPOSED, S.AGREED}
    assert not [state for state, _ in MOVES if state in ended]
    assert {S.DECLINED, S.WITHDRAWN, S.REFUSED}.isdisjoint(COUNTED)


@given(
    price=st.integers(1, 10**12),
    percent=st.integers(0, 100),
    amounts=st.lists(st.integers(1, 10**11), max_size=8),
)
def test_whatever_is_accepted_never_exceeds_its_share(price, percent, amounts):
    taken: list[int] = []
    for amount in amounts:
        try:
            check_cap(amount, taken, price_fen=price, percent=percent, rule="规则")
        except AddOnCapError:
            assert (sum(taken) + amount) * 100 > price * percent
        else:
            taken.append(amount)
    assert sum(taken) * 100 <= price * percent


def test_the_refusal_names_the_rule_and_the_numbers_and_the_way_out():
    with pytest.raises(AddOnCapError) as refused:
        check_cap(1, [999_999], price_fen=9_999_999, percent=10, rule="《政府采购法》第四十九条")
    words = str(refused.value)
    for each in ("10%", "第四十九条", "99,999.99", "9,999.99", "0.00 元", "新的采购需求"):
        assert each in words
    assert most_fen(9_999_999, 10) == 999_999


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_positive(amount):
    with pytest.raises(SupplementAmountError):
        check_cap(amount, [], price_fen=100, percent=10, rule="规则")


def test_the_last_contract_of_the_pair_counts():
    signed = [date(2025, 1, 10), date(2025, 6, 10)]
    assert needs_second_approval(signed, date(2026, 6, 9), 12)
    assert not needs_second_approval(signed, date(2026, 6, 10), 12)
