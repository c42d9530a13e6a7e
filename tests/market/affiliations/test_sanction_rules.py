from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.affiliations.rules import DECLARED, Group
from market.affiliations.sanctions.rules import Blacklisting, Reach, heaviest, reached_by

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SAID = Group(number=DECLARED, firms=frozenset({1, 2}))
FOUND = Group(number="GL-2026-000001", firms=frozenset({2, 3}))
ELSEWHERE = Group(number="GL-2026-000002", firms=frozenset({7, 8}))
GROUPS = [SAID, FOUND, ELSEWHERE]


def a_listing(firm: int, days: int = 10, case: str = "") -> Blacklisting:
    number = case or f"AJ-2026-{firm:06}"
    return Blacklisting(firm=firm, case_number=number, until_at=NOON + timedelta(days=days))


@pytest.mark.parametrize(
    ("firm", "reach", "others"),
    [
        (1, Reach.OFF, set()),
        (1, Reach.DECLARED, {2}),
        (1, Reach.GROUPS, {2, 3}),
        (3, Reach.DECLARED, set()),
        (3, Reach.GROUPS, {1, 2}),
        (7, Reach.GROUPS, {8}),
        (9, Reach.GROUPS, set()),
    ],
)
def test_a_blacklisting_reaches_as_far_as_the_rule_says(firm, reach, others):
    assert reached_by(firm, GROUPS, reach) == others


def test_what_ends_last_bars_and_a_firm_that_was_right_is_free():
    short, long = a_listing(2, 5), a_listing(3, 9)
    others = frozenset({2, 3})
    assert heaviest(others, [short, long], frozenset()) == long
    assert heaviest(others, [short, long], frozenset({long.case_number})) == short
    both = frozenset({short.case_number, long.case_number})
    assert heaviest(others, [short, long], both) is None
    assert heaviest(others, [a_listing(8)], frozenset()) is None
    assert heaviest(others, [], frozenset()) is None


def test_of_two_that_end_together_the_later_case_is_named():
    first, second = a_listing(2, case="AJ-2026-000001"), a_listing(3, case="AJ-2026-000002")
    for order in ([first, second], [second, first]):
        assert heaviest(frozenset({2, 3}), order, frozenset()) == second


groups = st.lists(
    st.builds(
        Group,
        number=st.sampled_from([DECLARED, "GL-2026-000001", "GL-2026-000002"]),
        firms=st.frozensets(st.integers(1, 6), min_size=2, max_size=4),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(st.integers(1, 6), groups)
def test_a_wider_rule_never_frees_and_nobody_bars_itself(firm, found):
    off, said, whole = (reached_by(firm, found, reach) for reach in Reach)
    assert off <= said <= whole
    assert firm not in whole


@settings(max_examples=60)
@given(st.integers(1, 6), st.integers(1, 6), groups)
def test_who_reaches_whom_is_mutual(one, other, found):
    for reach in Reach:
        assert (other in reached_by(one, found, reach)) is (one in reached_by(other, found, reach))
