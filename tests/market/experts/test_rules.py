"""The rules of the pool: every state with every move, and every ground with every other."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.affiliations.rules import code_key, person_key
from market.experts.errors import IllegalExpertMoveError
from market.experts.rules import (
    MOVES,
    REASONED,
    ExpertMove,
    ExpertState,
    Limits,
    Party,
    Person,
    RecusalGround,
    SittingOutcome,
    Tie,
    advance,
    declaration_holds,
    is_at_fault,
    recusals,
)

TODAY = date(2026, 3, 2)
LIMITS = Limits(
    staff_months=36, tie_months=36, declaration_months=12, sittings=2, sittings_months=12
)
OWNER = "12440305MA0000001X"
FIRM = "91440305MA0000002X"
EMPLOYER = "12440305MA0000003X"
ME = "d" * 64


@pytest.mark.parametrize(("state", "move"), list(product(ExpertState, ExpertMove)))
def test_every_move_in_every_state_is_allowed_or_refused(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalExpertMoveError):
            advance(state, move)


def test_nobody_gets_into_the_draws_without_a_second_person():
    into = {move for (state, move), new in MOVES.items()
            if new is ExpertState.ACTIVE and state is not ExpertState.ACTIVE}  # fmt: skip
    assert into == {ExpertMove.CONFIRM, ExpertMove.RESUME}


def test_whoever_was_removed_stays_removed_and_any_other_can_be():
    assert not [move for state, move in MOVES if state is ExpertState.REMOVED]
    others = set(ExpertState) - {ExpertState.REMOVED}
    assert others == {state for state, move in MOVES if move is ExpertMove.REMOVE}


def test_every_way_out_of_the_draws_has_its_reasons():
    out = {move for (state, move), new in MOVES.items() if new not in {state, ExpertState.ACTIVE}}
    assert out == set(REASONED)


def test_only_silence_and_not_scoring_are_faults():
    faults = {outcome for outcome in SittingOutcome if is_at_fault(outcome)}
    assert faults == {SittingOutcome.SILENT, SittingOutcome.UNSCORED}


# Recusal.


def a_person(**differences) -> Person:
    usual = {
        "digest": ME,
        "employer_code": EMPLOYER,
        "employer_controlled_by": frozenset({code_key(EMPLOYER)}),
        "declared_on": TODAY,
    }
    return Person(**(usual | differences))


def parties(firm=None, owner=None) -> list[Party]:
    return [
        Party(**({"code": OWNER, "is_owner": True, "controlled_by": frozenset({code_key(OWNER)})}
                 | (owner or {}))),
        Party(**({"code": FIRM, "is_owner": False, "controlled_by": frozenset({code_key(FIRM)})}
                 | (firm or {}))),
    ]  # fmt: skip


def grounds(person, *them):
    return {one.ground for one in recusals(person, them or parties(), LIMITS, TODAY)}


ABOVE = code_key("91440305MA0000009X")
# What makes each ground hold and no other: changes of the person, the firm and the owner.
HOLDS = {
    RecusalGround.DECLARATION_LAPSED: ({"declared_on": date(2025, 3, 2)}, {}, {}),
    RecusalGround.EMPLOYED_BY_OWNER: ({}, {}, {"code": EMPLOYER}),
    RecusalGround.EMPLOYED_BY_FIRM: ({}, {"code": EMPLOYER}, {}),
    RecusalGround.EMPLOYED_IN_GROUP: ({}, {"group": frozenset({EMPLOYER})}, {}),
    RecusalGround.BEHIND_FIRM: ({}, {"behind": frozenset({ME})}, {}),
    RecusalGround.STAFF_OF_FIRM: ({}, {"staff": {ME: None}}, {}),
    RecusalGround.LATELY_STAFF: ({}, {"staff": {ME: date(2023, 3, 3)}}, {}),
    RecusalGround.DECLARED_TIE: ({"ties": (Tie(org_code=FIRM),)}, {}, {}),
    RecusalGround.SAT_TOO_OFTEN: ({"sat_on": (TODAY, date(2025, 3, 3))}, {}, {}),
}


def test_an_expert_whom_nothing_ties_may_sit():
    assert grounds(a_person()) == set()


@pytest.mark.parametrize("ground", sorted(HOLDS))
def test_each_ground_recuses_by_itself(ground):
    person, firm, owner = HOLDS[ground]
    assert grounds(a_person(**person), *parties(firm, owner)) == {ground}


def test_without_an_employer_or_a_declaration_nobody_sits():
    unknown = a_person(employer_code="", employer_controlled_by=frozenset(), declared_on=None)
    assert grounds(unknown) == {RecusalGround.EMPLOYER_UNKNOWN, RecusalGround.DECLARATION_LAPSED}
    elsewhere = {
        RecusalGround.EMPLOYER_UNKNOWN,
        RecusalGround.EMPLOYED_BY_OPERATOR,
        RecusalGround.EMPLOYED_BY_REVIEWER,
    }
    assert set(HOLDS) | elsewhere == set(RecusalGround)


def test_who_works_for_the_operator_or_what_it_controls_stands_aside():
    operator = Party(
        code=EMPLOYER, is_owner=False, is_operator=True, controlled_by={code_key(EMPLOYER)}
    )
    own = RecusalGround.EMPLOYED_BY_OPERATOR
    assert grounds(a_person(), *parties(), operator) == {own}
    assert grounds(a_person(), *parties({"code": EMPLOYER}), operator) == {
        own,
        RecusalGround.EMPLOYED_BY_FIRM,
    }
    below = a_person(
        employer_code="91440305MA0000007X",
        employer_controlled_by=frozenset({code_key("91440305MA0000007X"), code_key(EMPLOYER)}),
    )
    assert grounds(below, *parties(), operator) == {RecusalGround.EMPLOYED_IN_GROUP}


def test_who_works_for_the_authority_whose_opinion_is_judged_stands_aside():
    authority = Party(code=EMPLOYER, is_owner=False, is_reviewer=True)
    assert grounds(a_person(), *parties(), authority) == {RecusalGround.EMPLOYED_BY_REVIEWER}


# One person is on a firm's list, or was: never both.
PAIRS = [
    pair
    for pair in product(sorted(HOLDS), sorted(HOLDS))
    if set(pair) != {RecusalGround.STAFF_OF_FIRM, RecusalGround.LATELY_STAFF}
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_grounds_are_both_told(one, other):
    person, firm, owner = ({**a, **b} for a, b in zip(HOLDS[one], HOLDS[other], strict=True))
    found = grounds(a_person(**person), *parties(firm, owner))
    expected = {one, other}
    if RecusalGround.DECLARED_TIE in expected and RecusalGround.EMPLOYED_BY_FIRM in expected:
        expected.discard(RecusalGround.DECLARED_TIE)  # the firm is another one then
    if RecusalGround.EMPLOYED_BY_FIRM in expected:
        expected.discard(RecusalGround.EMPLOYED_IN_GROUP)  # the nearer tie is told
    assert found == expected


@pytest.mark.parametrize(
    ("person", "firm"),
    [
        ({"employer_controlled_by": {code_key(EMPLOYER), ABOVE}}, {"controlled_by": {ABOVE}}),
        ({}, {"controlled_by": {code_key(FIRM), code_key(EMPLOYER)}}),
        ({"employer_controlled_by": {code_key(EMPLOYER), code_key(FIRM)}}, {}),
        ({"employer_code": "11440305MA0000004X", "employer_controlled_by": set()},
         {"controlled_by": {code_key("11440305MA0000004X")}}),
    ],
)  # fmt: skip
def test_the_employer_above_below_or_beside_a_firm_recuses(person, firm):
    person = {k: frozenset(v) if isinstance(v, set) else v for k, v in person.items()}
    firm = {k: frozenset(v) for k, v in firm.items()}
    found = grounds(a_person(**person), *parties(firm))
    assert found == {RecusalGround.EMPLOYED_IN_GROUP}


def test_a_common_state_organ_above_recuses_nobody():
    organ = code_key("11440305MA0000005X")
    person = a_person(employer_controlled_by=frozenset({code_key(EMPLOYER), organ}))
    firm = {"controlled_by": frozenset({code_key(FIRM), organ})}
    assert grounds(person, *parties(firm)) == set()


def test_who_controls_a_firm_from_above_its_shareholders_is_behind_it():
    firm = {"controlled_by": frozenset({code_key(FIRM), person_key(ME)})}
    assert grounds(a_person(), *parties(firm)) == {RecusalGround.BEHIND_FIRM}


@pytest.mark.parametrize(
    ("left_on", "ended_on", "recused"),
    [
        (date(2023, 3, 2), date(2023, 3, 2), False),
        (date(2023, 3, 3), date(2023, 3, 2), True),
        (date(2023, 3, 2), date(2023, 3, 3), True),
    ],
)
def test_what_is_over_counts_for_three_years(left_on, ended_on, recused):
    person = a_person(ties=(Tie(org_code=FIRM, ended_on=ended_on),))
    assert bool(grounds(person, *parties({"staff": {ME: left_on}}))) is recused


def test_a_declaration_counts_until_the_day_before_its_year_is_over():
    assert declaration_holds(date(2025, 3, 3), LIMITS, TODAY)
    assert not declaration_holds(date(2025, 3, 2), LIMITS, TODAY)
    assert not declaration_holds(None, LIMITS, TODAY)


def test_every_recusal_says_with_whom_but_not_who():
    person, firm, owner = HOLDS[RecusalGround.EMPLOYED_BY_FIRM]
    (found,) = recusals(a_person(**person), parties(firm, owner), LIMITS, TODAY)
    assert EMPLOYER in found.said
    assert ME not in found.said


DAYS = st.none() | st.dates(date(2020, 1, 1), TODAY)
TIES = st.lists(st.builds(Tie, org_code=st.sampled_from([OWNER, FIRM, EMPLOYER]), ended_on=DAYS))
SAT = st.lists(st.dates(date(2024, 1, 1), TODAY), max_size=4)


@settings(max_examples=60)
@given(DAYS, TIES, SAT, DAYS, st.integers(0, 800))
def test_to_know_less_or_to_be_nearer_never_lets_anybody_sit(declared, ties, sat, left, days):
    """Every datum that is missing, and every further tie, adds grounds and takes none away."""
    person = a_person(declared_on=declared, ties=tuple(ties), sat_on=tuple(sat))
    found = grounds(person, *parties({"staff": {ME: left} if left else {}}))
    older = declared - timedelta(days=days) if declared else None
    nearer = a_person(
        declared_on=older,
        ties=(*ties, Tie(org_code=OWNER)),
        sat_on=(*sat, TODAY),
        employer_code="",
        employer_controlled_by=frozenset(),
    )
    assert found <= grounds(nearer, *parties({"staff": {ME: left} if left else {}}))
