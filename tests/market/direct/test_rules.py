"""The moves of direct choices and emergencies, whole, and the laws of their limits."""

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.direct.emergency_rules import (
    EMERGENCY_MOVES,
    EmergencyMove,
    EmergencyState,
    advance_emergency,
)
from market.direct.errors import (
    DirectCapError,
    DirectCeilingError,
    DirectError,
    GroundAmountError,
    GroundNotAllowedError,
    IllegalDirectMoveError,
    IllegalEmergencyMoveError,
    NotPrivateFundsError,
    NotPrivateKindError,
    NotPrivateOwnerError,
    OwnerUnknownError,
    SmallEarlierError,
    SmallPublishedError,
)
from market.direct.funds_rules import Funds, check_funds
from market.direct.limits import limits_of, rules_on
from market.direct.rules import (
    DIRECT_MOVES,
    OPEN,
    CapOf,
    DirectGround,
    DirectMove,
    DirectState,
    Earlier,
    Limits,
    Sum,
    advance,
    cap_of,
    check_cap,
    check_price,
    check_small,
    most_of,
)
from market.documents.owner_rules import OwnerNature
from market.errors import MarketError

S, M = DirectState, DirectMove
AT = datetime(2026, 3, 2, tzinfo=UTC)
E, D = EmergencyState, EmergencyMove
ALLOWED = {
    S.PROPOSED: {M.APPROVE: S.CHECK, M.SEND_BACK: S.RETURNED, M.WITHDRAW: S.WITHDRAWN},
    S.CHECK: {M.NAME: S.NAMED, M.RETURN: S.RETURNED, M.WITHDRAW: S.WITHDRAWN},
    S.RETURNED: {M.RESUBMIT: S.PROPOSED, M.WITHDRAW: S.WITHDRAWN},
    S.NAMED: {},
    S.WITHDRAWN: {},
}
FILING = {
    E.TO_FILE: {D.FILE: E.FILED, D.EXPIRE: E.OVERDUE},
    E.OVERDUE: {D.FILE: E.FILED, D.EXAMINE: E.EXAMINED, D.ESCALATE: E.ESCALATED_UNFILED},
    E.FILED: {D.EXAMINE: E.EXAMINED, D.ESCALATE: E.ESCALATED},
    E.ESCALATED: {D.ACCEPT: E.ACCEPTED, D.REJECT: E.REJECTED},
    E.ESCALATED_UNFILED: {D.FILE: E.ESCALATED, D.ACCEPT: E.ACCEPTED, D.REJECT: E.REJECTED},
    E.EXAMINED: {D.ACCEPT: E.ACCEPTED, D.REJECT: E.REJECTED},
    E.ACCEPTED: {},
    E.REJECTED: {},
}


def the_limits(**differences):
    usual = {
        "grounds": frozenset(DirectGround),
        "up_to_fen": dict.fromkeys(DirectGround, 1_000),
        "months": 12,
        "pair": Sum(2, 1_500),
        "owner": Sum(4, 3_000),
        "emergency": Sum(1, 1_000),
        "public_words": ("财政",),
        "owner_natures": ("private-company",),
        "private_funds": ("private",),
    }
    return Limits(**(usual | differences))


@pytest.mark.parametrize(("state", "move"), list(product(DirectState, DirectMove)))
def test_every_move_of_a_choice(state, move):
    if move in ALLOWED[state]:
        assert advance(state, move) is ALLOWED[state][move]
    else:
        with pytest.raises(IllegalDirectMoveError):
            advance(state, move)


@pytest.mark.parametrize(("state", "move"), list(product(EmergencyState, EmergencyMove)))
def test_every_move_of_an_emergency(state, move):
    if move in FILING[state]:
        assert advance_emergency(state, move) is FILING[state][move]
    else:
        with pytest.raises(IllegalEmergencyMoveError):
            advance_emergency(state, move)


def test_a_name_reaches_the_public_only_after_two_people_and_is_never_taken_back():
    into_named = {state for (state, _), to in DIRECT_MOVES.items() if to is S.NAMED}
    into_check = {state for (state, _), to in DIRECT_MOVES.items() if to is S.CHECK}
    assert (into_named, into_check) == ({S.CHECK}, {S.PROPOSED})
    assert not [state for state, _ in DIRECT_MOVES if state not in OPEN]


def test_no_emergency_is_decided_before_the_operator_spoke_or_let_its_time_pass():
    decided, silent = {E.ACCEPTED, E.REJECTED}, {E.ESCALATED, E.ESCALATED_UNFILED}
    moves = EMERGENCY_MOVES.items()
    assert {state for (state, _), to in moves if to in decided} == {E.EXAMINED} | silent
    into = {(state, move) for (state, move), to in moves if to in silent and state not in silent}
    assert into == {(E.FILED, D.ESCALATE), (E.OVERDUE, D.ESCALATE)}


@given(st.integers(-5, 2_000), st.integers(0, 2_000), st.sampled_from(list(DirectGround)))
def test_a_price_is_never_above_ceiling_or_ground(price, ceiling, ground):
    limits = the_limits()
    if 0 < price <= min(ceiling, 1_000):
        check_price(ground, price, ceiling, limits, "规则")
        return
    with pytest.raises((DirectCeilingError, GroundAmountError)):
        check_price(ground, price, ceiling, limits, "规则")


def an_earlier(number, price_fen):
    return Earlier(number=number, title="前一阶段", price_fen=price_fen, published_at=AT)


@pytest.mark.parametrize(
    ("price", "published", "earlier", "error"),
    [
        # The demonstration's 9 600 yuan for what the firm itself charges 30 400 for.
        (960_000, 3_040_000, (), SmallPublishedError),
        (960_000, 1_000_001, (), SmallPublishedError),
        (960_000, 1_000_000, (), None),
        (960_000, None, (), None),
        (600_000, 900_000, (400_000,), None),
        (600_000, 900_000, (400_001,), SmallEarlierError),
        (100_000, None, (500_000, 500_000), SmallEarlierError),
        # The first one alone above it, as one that was drawn.
        (100, None, (9_000_000,), SmallEarlierError),
    ],
)
def test_a_low_price_or_a_stage_makes_nothing_small(price, published, earlier, error):
    limits = the_limits(up_to_fen=dict.fromkeys(DirectGround, 1_000_000))
    before = [an_earlier(f"ZJB-{at}", fen) for at, fen in enumerate(earlier)]
    if error is None:
        check_small(price, published, before, limits, "规则")
        return
    with pytest.raises(error, match="公开摇号选取"):
        check_small(price, published, before, limits, "规则")


def test_a_ground_that_the_rules_do_not_name_is_refused():
    limits = the_limits(grounds=frozenset({DirectGround.EMERGENCY}))
    with pytest.raises(GroundNotAllowedError, match="规则"):
        check_price(DirectGround.SMALL_AMOUNT, 1, 1, limits, "规则")


@given(st.lists(st.integers(1, 1_000), max_size=12), st.sampled_from(list(CapOf)))
def test_no_sequence_of_choices_passes_a_cap(prices, of):
    limits, taken = the_limits(), Sum()
    for price in prices:
        try:
            check_cap(of, taken, price, limits, "规则")
        except DirectCapError:
            continue
        taken = Sum(taken.count + 1, taken.fen + price)
    most = most_of(of, limits)
    assert taken.count <= most.count
    assert taken.fen <= most.fen


def test_emergencies_have_a_cap_of_their_own():
    assert {ground: cap_of(ground) for ground in DirectGround} == {
        DirectGround.SMALL_AMOUNT: CapOf.OWNER,
        DirectGround.PRIVATE_FUNDS: CapOf.OWNER,
        DirectGround.SINGLE_APPLICANT: CapOf.OWNER,
        DirectGround.EMERGENCY: CapOf.EMERGENCY,
    }


PRIVATE = {
    "natures": ("private-company", "social"),
    "kinds": ("private",),
    "words": ("财政", "政府"),
}


@pytest.mark.parametrize("source", ["市级财政资金100%", "自筹80%、财政20%", "", "  "])
def test_money_whose_source_may_be_public_is_not_private(source):
    with pytest.raises(NotPrivateFundsError):
        check_funds(Funds.PRIVATE, source, "private-company", **PRIVATE)


@pytest.mark.parametrize("nature", ["agency", "institution", "state-company", "other", "", None])
@pytest.mark.parametrize("funds", list(Funds))
def test_an_owner_that_is_public_or_unknown_has_no_private_money(nature, funds):
    with pytest.raises(OwnerUnknownError if nature is None else NotPrivateOwnerError):
        check_funds(funds, "自有资金", nature, **PRIVATE)


@pytest.mark.parametrize("funds", ["", *(one for one in Funds if one is not Funds.PRIVATE)])
def test_money_that_is_stated_to_be_public_is_not_private(funds):
    with pytest.raises(NotPrivateKindError):
        check_funds(funds, "自有资金", "private-company", **PRIVATE)


@pytest.mark.parametrize("nature", ["private-company", "social"])
def test_money_of_ones_own_is_private(nature):
    check_funds(Funds.PRIVATE, "企业自筹100%", nature, **PRIVATE)


def test_the_shipped_rules_name_natures_and_kinds_that_exist(clock):
    limits = limits_of(rules_on(clock().date()))
    assert set(limits.owner_natures) < {one.value for one in OwnerNature}
    assert set(limits.private_funds) == {Funds.PRIVATE.value}


def test_the_shipped_rules_set_every_limit(clock):
    rules = rules_on(clock().date())
    limits = limits_of(rules)
    assert limits.grounds == frozenset(DirectGround)
    assert limits.up_to_fen[DirectGround.SMALL_AMOUNT] == 1_000_000
    assert all(most_of(of, limits).count > 0 for of in CapOf)
    assert rules.clause_of("caps.pair_count") == "platform default"


def test_a_refusal_names_the_rule_the_numbers_and_what_to_do():
    with pytest.raises(DirectError) as refused:
        check_cap(CapOf.PAIR, Sum(2, 900), 100, the_limits(), "直接选取规则")
    words = str(refused.value)
    assert ("2 次" in words, "《直接选取规则》" in words, "公开摇号" in words) == (True,) * 3
    assert isinstance(refused.value, MarketError)
