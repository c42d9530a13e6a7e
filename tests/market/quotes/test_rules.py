"""The laws of quotes: what opens a commitment, who is lowest, and every move in every state."""

import hashlib
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import regulations
from market.labels import label_of
from market.needs.method_check import (
    DiscountBaseError,
    FloorError,
    FloorUnusedError,
    MethodError,
    UnitUnusedError,
    check_method,
)
from market.needs.method_terms import terms_by
from market.needs.methods import (
    METHODS_SUBJECT,
    Method,
    Terms,
    body_of,
    is_priced,
    rule_lines,
    terms_in,
)
from market.needs.prices import QuoteUnit
from market.quotes import labels as labels  # noqa: PLC0414 - registers the labels
from market.quotes.rules import (
    MOVES,
    VALID,
    Bounds,
    IllegalQuoteMoveError,
    Merit,
    Phase,
    Quote,
    QuoteMove,
    QuoteState,
    Verdict,
    advance,
    commitment,
    is_abnormally_low,
    phase,
    shortlisted,
    verdicts,
)
from tests.market.conftest import MONDAY_MORNING

FIRM = "91440101MA5CJ0000X"
NOTICE = "GG-2026-000001"
SALT = "0f" * 32
AMOUNTS = st.integers(1, 10**13)
QUOTES = st.dictionaries(
    st.integers(1, 30),
    st.builds(Quote, is_sealed=st.booleans(), opened_fen=st.none() | st.integers(1, 60)),
)


def test_a_commitment_is_the_hash_that_sha256sum_prints():
    found = commitment(notice=NOTICE, firm=FIRM, amount_fen=7_500_000, salt_hex=SALT)
    text = f"zjcs/quote/v1\n{NOTICE}\n{FIRM}\n7500000\n{SALT}\n"
    assert found == hashlib.sha256(text.encode()).hexdigest()
    assert found == "bee2913808d4fc45c784713e74b2b89e79fba1a216587d9fe95058e35c6bc8b2"


@given(AMOUNTS, AMOUNTS, st.sampled_from([NOTICE, "GG-2026-000002"]), st.booleans())
def test_only_what_was_committed_to_opens_a_commitment(amount, other, notice, same_firm):
    firm = FIRM if same_firm else "91440101MA5CJ00015"
    first = commitment(notice=NOTICE, firm=FIRM, amount_fen=amount, salt_hex=SALT)
    second = commitment(notice=notice, firm=firm, amount_fen=other, salt_hex=SALT)
    assert (first == second) is ((amount, NOTICE, True) == (other, notice, same_firm))


@pytest.mark.parametrize(
    ("amount", "salt"), [(0, SALT), (-1, SALT), (10**13 + 1, SALT), (1, SALT[:-1]), (1, "G" * 64)]
)
def test_what_is_no_quote_has_no_commitment(amount, salt):
    with pytest.raises(ValueError, match="a "):
        commitment(notice=NOTICE, firm=FIRM, amount_fen=amount, salt_hex=salt)


@pytest.mark.parametrize(
    ("now", "state", "move"), list(product(Phase, QuoteState, QuoteMove)), ids=str
)
def test_every_move_in_every_state_and_phase(now, state, move):
    if (now, state, move) in MOVES:
        assert advance(now, state, move) is MOVES[now, state, move]
    else:
        with pytest.raises(IllegalQuoteMoveError):
            advance(now, state, move)


def test_no_path_of_moves_opens_before_the_close_or_changes_what_is_open():
    """The law of the table, over everything that can be reached."""
    assert {where for where, _, move in MOVES if move is QuoteMove.OPEN} == {Phase.OPENING}
    assert {where for where, _, move in MOVES if move is QuoteMove.SEAL} == {Phase.SEALING}
    after_opening = {(move, to) for (_, state, move), to in MOVES.items() if state == "opened"}
    assert after_opening == {(QuoteMove.JUDGE, QuoteState.JUDGED)}
    assert not [key for key in MOVES if key[1] in {QuoteState.JUDGED, QuoteState.WITHDRAWN}]


CLOSE = MONDAY_MORNING
UNTIL = CLOSE + timedelta(minutes=120)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("is_open", "is_closed", "now", "expected"),
    [
        (True, False, CLOSE - SECOND, Phase.SEALING),
        (True, False, CLOSE, Phase.WAITING),
        (True, False, UNTIL + SECOND, Phase.WAITING),
        (False, True, CLOSE, Phase.OPENING),
        (False, True, UNTIL - SECOND, Phase.OPENING),
        (False, True, UNTIL, Phase.OVER),
        (False, False, CLOSE + SECOND, Phase.OVER),
    ],
)
def test_what_may_be_done_changes_at_the_very_second(is_open, is_closed, now, expected):
    found = phase(
        is_open=is_open, is_closed=is_closed, now=now, close_at=CLOSE, opening_by_at=UNTIL
    )
    assert found is expected


@given(QUOTES, st.integers(20, 60), st.none() | st.integers(1, 20))
def test_the_lowest_valid_quotes_are_on_the_list_and_no_other(quotes, ceiling, floor):
    found = verdicts(quotes, Bounds(ceiling_fen=ceiling, floor_fen=floor))
    assert found.keys() == quotes.keys()
    valid = {
        key: quote.opened_fen
        for key, quote in quotes.items()
        if quote.is_sealed
        and quote.opened_fen is not None
        and (floor or 0) <= quote.opened_fen <= ceiling
    }
    assert {key for key, verdict in found.items() if verdict in VALID} == valid.keys()
    lowest = {key for key, verdict in found.items() if verdict is Verdict.LOWEST}
    assert lowest == {key for key, fen in valid.items() if fen == min(valid.values())}


@given(QUOTES)
def test_who_came_first_changes_nothing(quotes):
    backwards = dict(reversed(quotes.items()))
    bounds = Bounds(ceiling_fen=50, floor_fen=5)
    assert verdicts(quotes, bounds) == verdicts(backwards, bounds)


def test_what_does_not_count_says_why():
    quotes = {
        1: Quote(is_sealed=False),
        2: Quote(is_sealed=True),
        3: Quote(is_sealed=True, opened_fen=51),
        4: Quote(is_sealed=True, opened_fen=9),
        5: Quote(is_sealed=True, opened_fen=10),
        6: Quote(is_sealed=True, opened_fen=50),
    }
    assert verdicts(quotes, Bounds(ceiling_fen=50, floor_fen=10)) == {
        1: Verdict.NOT_SEALED,
        2: Verdict.NOT_OPENED,
        3: Verdict.ABOVE_CEILING,
        4: Verdict.BELOW_FLOOR,
        5: Verdict.LOWEST,
        6: Verdict.HIGHER,
    }
    assert all(label_of(verdict).text for verdict in Verdict)


@pytest.mark.parametrize(
    ("amount", "valid", "percent", "expected"),
    [
        (59, [59, 141], 60, True),
        (60, [60, 140], 60, False),
        (100, [100], 60, False),
        (1, [1, 1000], 0, False),
    ],
)
def test_an_abnormally_low_quote_is_below_a_share_of_the_mean(amount, valid, percent, expected):
    assert is_abnormally_low(amount, valid, percent) is expected


MERITS = st.dictionaries(
    st.integers(1, 30),
    st.builds(Merit, score=st.integers(0, 4), completed=st.integers(0, 3)),
)


@given(MERITS, st.integers(1, 8))
def test_nobody_off_the_shortlist_is_better_than_somebody_on_it(merits, most):
    inside = shortlisted(merits, most)
    assert len(inside) >= min(most, len(merits))
    on = [(merits[key].score, merits[key].completed) for key in inside]
    off = [(one.score, one.completed) for key, one in merits.items() if key not in inside]
    assert not on or all(out < min(on) for out in off)
    # Whoever is on it beyond the places equals the last of them.
    assert len([one for one in on if one > min(on)]) < most if on else not inside


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"method": "auction"}, MethodError),
        ({"method": "merit_lottery", "allowed": ("lottery",)}, MethodError),
        ({"method": "lottery", "floor_fen": 5}, FloorUnusedError),
        ({"floor_fen": 100}, FloorError),
        ({"floor_fen": 0}, FloorError),
        ({"method": "lottery", "floor_fen": None, "unit": "discount"}, UnitUnusedError),
        ({"unit": "percent"}, UnitUnusedError),
        ({"unit": "discount", "ceiling_fen": 9_999}, DiscountBaseError),
    ],
)
def test_a_method_that_could_not_be_published_is_refused(differences, error):
    usual = {
        "method": "quote_lowest",
        "allowed": tuple(Method),
        "floor_fen": 99,
        "ceiling_fen": 100,
    }
    check_method(**usual)
    with pytest.raises(error):
        check_method(**(usual | differences))


@pytest.mark.parametrize(("method", "unit"), list(product(Method, QuoteUnit)))
def test_a_notice_says_the_rule_and_its_terms_are_read_back(method, unit):
    priced = is_priced(method)
    terms = terms_by(
        regulations.in_force(METHODS_SUBJECT, MONDAY_MORNING.date()),
        method,
        ceiling_fen=9_800_000,
        floor_fen=5_000_000 if priced else None,
        unit=unit if priced else QuoteUnit.AMOUNT,
        criteria="服务方案：60\n人员配备：40" if method is Method.SCORED else "",
    )
    assert terms_in(body_of(terms), 9_800_000) == terms
    text = "".join(rule_lines(terms))
    assert "ismdraw/v1" in text
    assert ("98,000.00 元" in text, "50,000.00 元" in text) == (True, priced)
    assert ("万分之一的整数倍" in text) == (priced and unit is QuoteUnit.DISCOUNT)


def test_a_notice_from_before_there_were_methods_is_a_lottery():
    assert terms_in({"mode": "D2"}, 100) == Terms(method=Method.LOTTERY, ceiling_fen=100)
    with pytest.raises(ValueError, match="auction"):
        terms_in({"selection": "auction"}, 100)
    with pytest.raises(TypeError):
        terms_in({"shortlist": "5"}, 100)
