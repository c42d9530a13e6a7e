"""Fairness statistics: the laws they obey, a rigged market and fair ones."""

import hashlib
from collections import Counter
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.draws.fairness_rules import (
    REHEARSALS,
    Drawn,
    Tally,
    at_least,
    by_firm,
    by_pair,
    decimal,
    hundredths,
    left_to_chance,
    overall,
)

some = settings(max_examples=50, deadline=None)
FIRMS = tuple(f"firm-{number:02d}" for number in range(12))


@st.composite
def draws(draw):
    """Draws with lists and tickets of every kind, each with a winner of its list."""
    lists = draw(
        st.lists(
            st.dictionaries(st.sampled_from(FIRMS), st.integers(1, 9), min_size=2),
            max_size=12,
        )
    )
    return [
        Drawn(
            owner_id=draw(st.integers(1, 3)),
            weights=weights,
            winner=draw(st.sampled_from(sorted(weights))),
        )
        for weights in lists
    ]


def a_tally(**differences) -> Tally:
    facts = {
        "draws": 4,
        "expected": Fraction(1),
        "variance": Fraction(3, 4),
        "wins": 3,
        "chance": Fraction(13, 256),
        "looked_at": 1,
    }
    return Tally(**{**facts, **differences})


def fair(label: str, count: int, size: int = 6) -> list[Drawn]:
    """Return draws whose lists and winners come from a hash."""
    found = []
    for number in range(count):
        bits = hashlib.sha256(f"{label}/{number}".encode()).digest()
        firms = [FIRMS[(bits[0] + step) % len(FIRMS)] for step in range(size)]
        place = int.from_bytes(bits[1:9], "big") % size
        found.append(
            Drawn(owner_id=bits[9] % 3, weights=dict.fromkeys(firms, 1), winner=firms[place])
        )
    return found


@some
@given(draws())
def test_expected_wins_sum_to_the_number_of_draws(drawn):
    for tallies in (by_firm(drawn), by_pair(drawn)):
        assert sum(tally.expected for tally in tallies.values()) == len(drawn)
        assert sum(tally.wins for tally in tallies.values()) == len(drawn)
        assert all(0 < tally.chance <= 1 for tally in tallies.values())


@some
@given(draws(), st.permutations(FIRMS))
def test_names_do_not_matter(drawn, names):
    other = dict(zip(FIRMS, names, strict=True))
    renamed = [
        Drawn(
            owner_id=draw.owner_id,
            weights={other[firm]: weight for firm, weight in draw.weights.items()},
            winner=other[draw.winner],
        )
        for draw in drawn
    ]
    before, after = by_firm(drawn), by_firm(renamed)
    assert {other[firm]: tally for firm, tally in before.items()} == after
    assert {(owner, other[firm]): tally for (owner, firm), tally in by_pair(drawn).items()} == (
        by_pair(renamed)
    )


@some
@given(draws())
def test_the_order_of_the_draws_does_not_matter_to_a_tally(drawn):
    assert by_firm(drawn[::-1]) == by_firm(drawn)


@some
@given(
    st.lists(st.fractions(0, 1, max_denominator=9), max_size=6),
    st.integers(0, 7),
)
def test_the_chance_is_that_of_all_ways_counted_out(chances, wins):
    ways = product((False, True), repeat=len(chances))
    counted = sum(
        prod(
            (chance if won else 1 - chance for chance, won in zip(chances, way, strict=True)),
            start=Fraction(1),
        )
        for way in ways
        if sum(way) >= wins
    )
    assert at_least(wins, chances) == counted


def test_one_list_gives_the_statistic_of_the_textbook():
    # Four firms, eight draws: 5, 2, 1 and 0 wins beside 2 expected; the variance of each is 3/2.
    wins = {"a": 5, "b": 2, "c": 1, "d": 0}
    drawn = [
        Drawn(owner_id=1, weights=dict.fromkeys(wins, 1), winner=firm)
        for firm, count in wins.items()
        for _ in range(count)
    ]
    found = overall(drawn, by_firm(drawn))
    assert found.chi_square_hundredths in {932, 933}  # (9 + 0 + 1 + 4) / 1.5
    assert found.firms == 4
    assert found.is_few


def test_a_firm_that_always_wins_is_pointed_out():
    drawn = [
        Drawn(owner_id=draw.owner_id, weights=draw.weights, winner=min(draw.weights))
        for draw in fair("rigged", 60)
    ]
    firms = by_firm(drawn)
    found = overall(drawn, firms)
    assert found.is_notable
    assert found.uneven < found.even
    assert any(tally.is_notable for tally in firms.values())


def test_one_owners_favourite_is_pointed_out_among_fair_draws():
    favoured = [
        Drawn(owner_id=9, weights=dict.fromkeys(FIRMS[:8], 1), winner=FIRMS[3]) for _ in range(6)
    ]
    pairs = by_pair([*fair("around", 60), *favoured])
    assert [key for key, tally in pairs.items() if tally.is_notable] == [(9, FIRMS[3])]


def test_turns_that_were_taken_are_pointed_out():
    weights = dict.fromkeys(FIRMS, 1)
    drawn = [Drawn(owner_id=1, weights=weights, winner=FIRMS[turn % 12]) for turn in range(60)]
    found = overall(drawn, by_firm(drawn))
    assert found.even == Fraction(1, 1 + REHEARSALS)
    assert found.uneven == 1
    assert found.is_notable


def test_fair_markets_are_hardly_ever_pointed_out():
    doubted = Counter()
    for market in range(10):
        drawn = fair(f"fair/{market}", 40)
        firms = by_firm(drawn)
        doubted["overall"] += overall(drawn, firms).is_notable
        doubted["firms"] += any(tally.is_notable for tally in firms.values())
        doubted["pairs"] += any(tally.is_notable for tally in by_pair(drawn).values())
    assert max(doubted.values()) <= 1


def test_tickets_count_in_the_rehearsals_as_on_the_list():
    # With 999 of 1000 tickets a firm that always wins surprises nobody.
    drawn = [Drawn(owner_id=1, weights={"a": 999, "b": 1}, winner="a")] * 40
    assert not overall(drawn, by_firm(drawn)).is_notable
    surprise = [Drawn(owner_id=1, weights={"a": 999, "b": 1}, winner="b")] * 40
    assert overall(surprise, by_firm(surprise)).is_notable


def test_only_what_was_left_to_chance_counts():
    alone = Drawn(owner_id=1, weights={"a": 1}, winner="a")
    stranger = Drawn(owner_id=1, weights={"a": 1, "b": 1}, winner="c")
    counted = Drawn(owner_id=1, weights={"a": 1, "b": 2}, winner="b")
    assert left_to_chance([alone, stranger, counted]) == [counted]
    assert overall([], {}) is None


def test_looking_at_many_makes_a_rare_one_usual():
    assert a_tally(chance=Fraction(1, 1000), looked_at=1).is_notable
    assert not a_tally(chance=Fraction(1, 1000), looked_at=10).is_notable
    assert a_tally(chance=Fraction(1, 2), looked_at=10).corrected == 1


@pytest.mark.parametrize(
    ("differences", "off"),
    [
        ({}, 230),  # 2 / sqrt(3/4) = 2.309…
        ({"wins": 1}, 0),
        ({"wins": 0}, -115),
        ({"variance": Fraction(0)}, 0),
    ],
)
def test_a_deviation_is_cut_towards_zero(differences, off):
    assert a_tally(**differences).deviation_hundredths == off


def test_numbers_in_words():
    assert decimal(Fraction(2, 3), 2) == "0.67"
    assert decimal(Fraction(1999, 1000), 2) == "2.00"
    assert [hundredths(number) for number in (-5, 0, 230)] == ["-0.05", "0.00", "2.30"]
