"""What a registration, a standing and a fee may be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from market.firms.fee_words import per_mille, percent
from market.firms.fees import Fee, FeeBackdatedError, FeeBasis, FeeFormError, FeeKind, check_fee
from market.firms.rules import (
    CHANGEABLE,
    EDITABLE,
    GONE,
    LIVE,
    MOVES,
    PUBLIC,
    SETTLED,
    FirmState,
    IllegalFirmMoveError,
    Move,
    Standing,
    advance,
    standing_in_effect,
)
from market.labels import label_of

TODAY = date(2026, 3, 2)
END = datetime(2026, 6, 1, 16, tzinfo=UTC)
FIXED = Fee(
    basis=FeeBasis.OWN,
    basis_document="",
    kind=FeeKind.FIXED,
    amount_fen=100,
    valid_from_on=TODAY,
)
RATE = replace(FIXED, kind=FeeKind.RATE, amount_fen=None, rate_ppm=1, rate_base="总投资")
DISCOUNT = replace(
    FIXED,
    basis=FeeBasis.STANDARD,
    basis_document="计价格〔2002〕125号",
    kind=FeeKind.DISCOUNT,
    amount_fen=None,
    discount_bp=0,
)


@pytest.mark.parametrize("state", FirmState)
@pytest.mark.parametrize("move", Move)
def test_every_move_is_either_listed_or_refused(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalFirmMoveError, match=label_of(state).text) as refused:
            advance(state, move)
        assert (refused.value.state, refused.value.move) == (state, move)


def test_every_state_can_be_reached_and_every_move_is_used():
    assert {FirmState.DRAFT, *MOVES.values()} == set(FirmState)
    assert {move for _, move in MOVES} == set(Move)


def test_a_firm_gets_into_the_directory_after_publicity_on_a_promise_or_back_from_a_pause():
    assert {key for key, state in MOVES.items() if state is FirmState.LISTED} == {
        (FirmState.PUBLICITY, Move.LIST),
        (FirmState.DRAFT, Move.PROMISE),
        (FirmState.RETURNED, Move.PROMISE),
        (FirmState.DORMANT, Move.WAKE),
        (FirmState.PAUSED, Move.RESUME),
    }


def test_whoever_is_gone_comes_back_only_from_the_beginning():
    for state in GONE:
        assert [key for key in MOVES if key[0] is state] == [(state, Move.REAPPLY)]
        assert MOVES[state, Move.REAPPLY] is FirmState.DRAFT


def test_nothing_changes_while_the_operator_checks_or_after_leaving():
    assert FirmState.SUBMITTED not in CHANGEABLE
    assert not GONE & CHANGEABLE
    assert EDITABLE < CHANGEABLE
    assert not EDITABLE & PUBLIC
    assert SETTLED < LIVE < PUBLIC


@pytest.mark.parametrize("standing", Standing)
def test_a_standing_counts_until_its_last_instant(standing):
    assert standing_in_effect(standing, END, END - timedelta(seconds=1)) is standing
    assert standing_in_effect(standing, END, END) is Standing.ACTIVE
    assert standing_in_effect(standing, None, END) is standing


@pytest.mark.parametrize("fee", [FIXED, RATE, DISCOUNT])
def test_a_whole_fee_passes(fee):
    check_fee(fee, TODAY)
    check_fee(replace(fee, valid_from_on=TODAY + timedelta(days=90)), TODAY)


@pytest.mark.parametrize(
    ("fee", "field"),
    [
        (replace(FIXED, amount_fen=None), "amount_fen"),
        (replace(FIXED, amount_fen=0), "amount_fen"),
        (replace(FIXED, rate_ppm=5), "rate_ppm"),
        (replace(FIXED, discount_bp=5), "discount_bp"),
        (replace(RATE, rate_ppm=None), "rate_ppm"),
        (replace(RATE, rate_ppm=0), "rate_ppm"),
        (replace(RATE, rate_base=""), "rate_base"),
        (replace(RATE, rate_base="总投资；建安费"), "rate_base"),
        (replace(RATE, min_fee_fen=50_049), "min_fee_fen"),
        (replace(RATE, amount_fen=5), "amount_fen"),
        (replace(DISCOUNT, discount_bp=None), "discount_bp"),
        (replace(DISCOUNT, basis=FeeBasis.OWN), "basis"),
        (replace(FIXED, basis=FeeBasis.STANDARD), "basis_document"),
    ],
)
def test_a_fee_nobody_could_compute_is_refused_at_its_field(fee, field):
    with pytest.raises(FeeFormError) as refused:
        check_fee(fee, TODAY)
    assert refused.value.field == field


def test_a_fee_never_reaches_back():
    with pytest.raises(FeeBackdatedError, match="2026-03-01") as refused:
        check_fee(replace(FIXED, valid_from_on=date(2026, 3, 1)), TODAY)
    assert refused.value.field == "valid_from_on"


@pytest.mark.parametrize(
    ("ppm", "words"), [(1, "0.001"), (15_000, "15"), (15_500, "15.5"), (1_000_000, "1000")]
)
def test_a_rate_is_read_in_per_mille(ppm, words):
    assert per_mille(ppm) == words


@pytest.mark.parametrize(
    ("bp", "words"), [(0, "0"), (1, "0.01"), (1_550, "15.5"), (9_999, "99.99")]
)
def test_a_discount_is_read_in_per_cent(bp, words):
    assert percent(bp) == words
