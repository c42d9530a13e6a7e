"""Who controls whom, who must stand aside, and one ticket a group: the whole tables, and laws."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.affiliations.errors import IllegalGroupMoveError
from market.affiliations.rules import (
    GROUP_MOVES,
    Group,
    GroupMove,
    GroupState,
    Interest,
    Party,
    PartyRole,
    Standing,
    TicketRule,
    advance,
    code_key,
    common,
    connected,
    controllers,
    interests,
    is_required,
    may_be_decided,
    person_key,
    taken_by,
    ticket_rule,
)
from market.clock import beijing

OWNER = "12440300MA5000011X"
PERSON = person_key("a" * 64)
ORGAN = code_key("11440300MA5000099A")


@pytest.mark.parametrize(("state", "move"), [*product(GroupState, GroupMove)])
def test_every_move_is_allowed_or_refused(state, move):
    if (state, move) in GROUP_MOVES:
        assert advance(state, move) is GROUP_MOVES[state, move]
    else:
        with pytest.raises(IllegalGroupMoveError):
            advance(state, move)


def test_what_is_over_never_moves_again():
    over = {GroupState.REJECTED, GroupState.UNDONE}
    assert not [state for state, _ in GROUP_MOVES if state in over]


def controller(key, share=0):
    return Party(role=PartyRole.CONTROLLER, key=key, share_bp=share)


def holder(key, share):
    return Party(role=PartyRole.SHAREHOLDER, key=key, share_bp=share)


def test_control_goes_up_the_whole_chain():
    declared = {
        "A": [holder(code_key("B"), 5_001)],
        "B": [controller(code_key("C"))],
        "C": [holder(PERSON, 9_000), holder(code_key("D"), 1_000)],
    }
    found = controllers("A", declared, 5_000)
    assert found == {code_key("A"), code_key("B"), code_key("C"), PERSON}


def test_half_is_not_more_than_half():
    assert controllers("A", {"A": [holder(PERSON, 5_000)]}, 5_000) == {code_key("A")}


def test_a_circle_ends():
    declared = {"A": [controller(code_key("B"))], "B": [controller(code_key("A"))]}
    assert controllers("A", declared, 5_000) == controllers("B", declared, 5_000)


def test_a_state_organ_above_both_is_nothing_in_common():
    assert common({ORGAN, PERSON}, {ORGAN}) == frozenset()
    assert common({ORGAN, PERSON}, {ORGAN, PERSON}) == {PERSON}


def standing(*parties, above=(), tied=()):
    return Standing(parties=parties, controlled_by=frozenset(above), tied_to=frozenset(tied))


def judged(firm, *, owner_above=(), **differences):
    numbers = {"shareholder_bp": 500, "authority_ties": True} | differences
    return interests(OWNER, {code_key(OWNER), *owner_above}, firm, **numbers)


CASES = [
    (standing(above=[code_key("F")]), {}, ()),
    (standing(above=[code_key("F"), code_key(OWNER)]), {}, (Interest.CONTROLLED,)),
    (standing(holder(code_key(OWNER), 500)), {}, (Interest.HELD,)),
    (standing(holder(code_key(OWNER), 499)), {}, ()),
    (standing(holder(code_key(OWNER), 500)), {"shareholder_bp": 1_000}, ()),
    (standing(above=[PERSON]), {"owner_above": [PERSON]}, (Interest.SAME_CONTROLLER,)),
    (standing(above=[ORGAN]), {"owner_above": [ORGAN]}, ()),
    (
        standing(above=[code_key("F")]),
        {"owner_above": [code_key("F")]},
        (Interest.SAME_CONTROLLER,),
    ),
    (standing(tied=[OWNER]), {}, (Interest.TIED,)),
    (standing(tied=[OWNER]), {"authority_ties": False}, ()),
    (standing(tied=["12440300MA5000033Z"]), {}, ()),
]


@pytest.mark.parametrize(("firm", "differences", "expected"), CASES)
def test_each_interest_is_found_and_no_other(firm, differences, expected):
    assert judged(firm, **differences) == expected


def test_all_interests_come_together():
    firm = standing(holder(code_key(OWNER), 6_000), above=[code_key(OWNER), PERSON], tied=[OWNER])
    assert judged(firm, owner_above=[PERSON]) == tuple(Interest)


DAY = date(2027, 7, 1)


@pytest.mark.parametrize(
    ("said", "day", "asked"),
    [
        ("2027-07-01", DAY, True),
        ("2027-07-01", DAY - timedelta(days=1), False),
        ("never", DAY, False),
        ("", DAY, True),
        ("soon", date(2020, 1, 1), True),
    ],
)
def test_what_cannot_be_read_asks_at_once(said, day, asked):
    assert is_required(said, day) is asked


@pytest.mark.parametrize(
    ("stated", "over", "may"),
    [
        ([True, True], False, True),
        ([True, False], False, False),
        ([False, False], True, True),
    ],
)
def test_nobody_is_judged_unheard(stated, over, may):
    until = beijing(DAY)
    now = until if over else until - timedelta(seconds=1)
    assert may_be_decided(stated=stated, state_by_at=until, now=now) is may


FIRMS = range(6)
GROUPS = st.lists(st.frozensets(st.sampled_from(FIRMS), min_size=2, max_size=4), max_size=4).map(
    lambda sets: [Group(number=f"GL-{n}", firms=firms) for n, firms in enumerate(sets)]
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enrol", "withdraw", "confirm", "undo", "expire"]), st.sampled_from(FIRMS)
    ),
    max_size=30,
)


def frozen(rule, groups, steps):
    """Return the list of a draw and the groups then in force, whatever was done before."""
    enrolled, ever, lapsed, confirmed = {}, set(), set(), []
    for step, firm in steps:
        told = rule is TicketRule.MERGE and taken_by(firm, confirmed, enrolled) is not None
        if step == "enrol" and firm not in ever and not told:
            ever.add(firm)
            enrolled[firm] = len(ever)
        elif step == "withdraw":
            enrolled.pop(firm, None)
        elif step == "confirm":
            confirmed = [*confirmed, *(g for g in groups if firm in g.firms and g not in confirmed)]
        elif step == "undo":
            confirmed = [g for g in confirmed if firm not in g.firms]
        elif step == "expire":
            lapsed.add(firm)  # Another rule takes it off at the freeze.
    before = dict(enrolled)
    for firm in sorted(enrolled, key=enrolled.__getitem__):
        if firm in lapsed or taken_by(firm, confirmed, enrolled) is not None:
            del enrolled[firm]
    return before, enrolled, lapsed, confirmed


@pytest.mark.parametrize("rule", TicketRule)
@given(groups=GROUPS, steps=STEPS)
def test_one_controller_never_holds_two_tickets(rule, groups, steps):
    """Whatever is enrolled, taken back, confirmed and undone before the freeze, in any order.

    Groups that share a firm have one controller between them, also where no group names both.
    """
    _, listed, _, confirmed = frozen(rule, groups, steps)
    for firm in listed:
        assert connected(firm, confirmed) & listed.keys() == {firm}


@pytest.mark.parametrize("rule", TicketRule)
@given(groups=GROUPS, steps=STEPS)
def test_the_earliest_of_those_who_may_stay_stays(rule, groups, steps):
    before, listed, lapsed, confirmed = frozen(rule, groups, steps)
    for firm in before.keys() - lapsed:
        mates = {mate for mate in connected(firm, confirmed) if mate in before} - lapsed
        assert (firm in listed) == (firm == min(mates, key=before.__getitem__))


@given(groups=GROUPS)
def test_to_stand_under_one_controller_is_mutual(groups):
    for firm in FIRMS:
        for mate in connected(firm, groups):
            assert connected(mate, groups) == connected(firm, groups)


@given(groups=GROUPS, order=st.permutations(FIRMS))
def test_whoever_is_left_out_is_told_a_group_of_its_own_and_a_mate_came_before(groups, order):
    enrolled = {firm: place for place, firm in enumerate(order)}
    for firm in order:
        found = taken_by(firm, groups, enrolled)
        if found is None:
            continue
        number, mate = found
        [group] = [g for g in groups if g.number == number]
        assert firm in group.firms
        assert mate in connected(firm, groups)
        assert enrolled[mate] < enrolled[firm]


@pytest.mark.parametrize("rule", TicketRule)
def test_every_rule_of_tickets_is_known_by_its_word(rule):
    assert ticket_rule(rule.value) is rule
    assert ticket_rule(rule.value + "s") is None


def test_without_a_group_nobody_is_left_out():
    assert taken_by(1, [], {1: 0, 2: 1}) is None
    assert taken_by(3, [Group(number="GL-1", firms=frozenset({1, 2}))], {1: 0}) is None
