"""The laws of the mean price: tickets are coefficients, and each coefficient is as likely."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.needs.price_lines import MOST_TICKETS
from market.quotes.mean import allot, mean_of, nearest_to
from market.quotes.rules import Bounds, Quote, Verdict, mean_verdicts

COEFFICIENTS = tuple(range(9500, 10_001, 50))
AMOUNTS = st.integers(1, 10**8)
# Few amounts, so that there are ties of every size.
TIED = st.dictionaries(
    st.integers(1, 60).map(lambda n: f"F{n:02d}"), st.integers(1, 6), min_size=1, max_size=40
)
QUOTES = st.dictionaries(
    st.integers(1, 30).map(lambda n: f"F{n:02d}"), AMOUNTS, min_size=1, max_size=12
)
LISTS = st.lists(st.integers(1, 12_000), min_size=2, max_size=40, unique=True)


@given(QUOTES | TIED, LISTS, st.sampled_from([0, 3, 5]))
def test_every_coefficient_has_the_same_number_of_tickets(quotes, coefficients, trim_from):
    found = allot(quotes, coefficients, trim_from=trim_from)
    given_out = sum(found.tickets.values())
    assert given_out == sum(len(s.firms) * s.tickets for s in found.shares)
    if found.is_exact:
        assert all(len(s.firms) * s.tickets == found.scale for s in found.shares)
        assert given_out == len(coefficients) * found.scale
    assert max(found.tickets.values()) <= MOST_TICKETS
    assert set(found.tickets) <= set(quotes)


@given(QUOTES | TIED, LISTS)
def test_each_ticket_belongs_to_one_coefficient_that_chose_its_firm(quotes, coefficients):
    found = allot(quotes, coefficients, trim_from=0)
    for firm, tickets in found.tickets.items():
        owners = [found.coefficient_of(firm, number) for number in range(tickets)]
        assert all(firm in share.firms for share in owners)
        assert all(owners.count(s) == s.tickets for s in found.shares if firm in s.firms)
        with pytest.raises(LookupError):
            found.coefficient_of(firm, tickets)


@given(QUOTES, LISTS)
def test_a_greater_coefficient_never_chooses_a_lower_quote(quotes, coefficients):
    shares = allot(quotes, coefficients, trim_from=0).shares
    assert [s.coefficient_bp for s in shares] == sorted(coefficients)
    highest = [max(quotes[firm] for firm in s.firms) for s in shares]
    lowest = [min(quotes[firm] for firm in s.firms) for s in shares]
    assert all(a <= b for a, b in pairwise(highest))
    assert all(a <= b for a, b in pairwise(lowest))


@given(QUOTES, st.sampled_from(COEFFICIENTS))
def test_nobody_is_nearer_to_the_target_than_those_chosen(quotes, coefficient):
    mean, _ = mean_of(list(quotes.values()), 5)
    target = mean * coefficient / 10_000
    chosen = nearest_to(quotes, target)
    least = abs(quotes[chosen[0]] - target)
    assert all((abs(fen - target) == least) == (firm in chosen) for firm, fen in quotes.items())
    assert all(abs(fen - target) >= least for fen in quotes.values())


@given(st.lists(AMOUNTS, min_size=1, max_size=12))
def test_one_quote_moves_the_target_by_no_more_than_its_part_of_the_mean(amounts):
    """What docs/adr/0038 says of steering: one of n quotes moves the mean by 1/n of its change."""
    before, _ = mean_of(amounts, 0)
    moved = [amounts[0] + 1000, *amounts[1:]]
    after, _ = mean_of(moved, 0)
    assert after - before == Fraction(1000, len(amounts))


def test_the_mean_is_exact_and_leaves_out_one_highest_and_one_lowest():
    assert mean_of([1, 2, 2], 0) == (Fraction(5, 3), ())
    assert mean_of([10, 20, 30, 40, 90], 5) == (Fraction(30), (10, 90))
    assert mean_of([10, 10, 10, 40], 5) == (Fraction(35, 2), ())
    assert mean_of([7, 9], 1) == (Fraction(8), ())
    with pytest.raises(ValueError, match="mean"):
        mean_of([], 0)


def test_tied_firms_share_the_tickets_of_their_coefficient():
    found = allot({"A": 90, "B": 90, "C": 110}, [9000, 11_000], trim_from=0)
    assert found.scale == 2
    assert found.is_exact
    assert found.tickets == {"A": 1, "B": 1, "C": 2}
    (low, high) = found.shares
    assert (low.firms, low.tickets, dict(low.first)) == (("A", "B"), 1, {"A": 0, "B": 0})
    assert (high.firms, high.tickets, dict(high.first)) == (("C",), 2, {"C": 0})


def test_more_ties_than_tickets_still_leave_every_firm_its_part():
    quotes = {f"A{n:03d}": 100 for n in range(7)} | {f"B{n:03d}": 110 for n in range(11)}
    quotes |= {f"C{n:03d}": 90 for n in range(13)} | {"D": 120}
    found = allot(quotes, [9000, 9050, 10_000, 11_000, 12_500, 12_600], trim_from=0)
    assert not found.is_exact
    assert found.scale == MOST_TICKETS // 6
    assert set(found.tickets) == set(quotes)
    assert max(found.tickets.values()) <= MOST_TICKETS


def test_verdicts_of_the_mean_refuse_what_the_lowest_refuses():
    quotes = {
        1: Quote(is_sealed=False),
        2: Quote(is_sealed=True),
        3: Quote(is_sealed=True, opened_fen=101),
        4: Quote(is_sealed=True, opened_fen=90),
        5: Quote(is_sealed=True, opened_fen=80),
        6: Quote(is_sealed=True, opened_fen=40),
    }
    terms = {"coefficients_bp": (10_000, 11_000), "trim_from": 0}
    codes = {key: f"F{key}" for key in quotes}
    found = mean_verdicts(quotes, Bounds(ceiling_fen=100), codes=codes, **terms)
    assert found == {
        1: Verdict.NOT_SEALED,
        2: Verdict.NOT_OPENED,
        3: Verdict.ABOVE_CEILING,
        4: Verdict.NOT_NEAREST,
        5: Verdict.NEAREST,
        6: Verdict.NOT_NEAREST,
    }
    none = mean_verdicts({1: quotes[1]}, Bounds(ceiling_fen=100), codes=codes, **terms)
    assert none == {1: Verdict.NOT_SEALED}
