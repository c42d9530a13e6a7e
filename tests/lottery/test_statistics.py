"""The draw favours nobody: orders and winners follow their laws, for a fixed run of seeds.

Every p-value must lie in [1e-4, 1 - 1e-4]. Seeds are fixed, so that the test never fails by
chance. The laws are worked out here from their formulas: chi-square's tail in closed form,
and the Poisson-binomial law of a firm's wins by convolution.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import permutations

import pytest

import lottery
from tests.lengths import length

DRAWS = length(40_000, 1_000_000)
LEAST_P = 1e-4
FIRMS = [f"91310000MA1FL{number:05d}" for number in range(40)]


def seeds(name: str, count: int) -> Iterator[bytes]:
    for number in range(count):
        yield hashlib.sha256(f"{name} {number}".encode()).digest()


def chi_square_tail(value: float, freedom: int) -> float:
    """Return the chance of so great a chi-square, for an odd number of degrees of freedom.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4.
    """
    root, term, total = math.sqrt(value), math.sqrt(value), 0.0
    for odd in range(1, freedom, 2):
        total += term
        term *= value / (odd + 2)
    density = math.exp(-value / 2) / math.sqrt(2 * math.pi)
    return math.erfc(root / math.sqrt(2)) + 2 * density * total


def p_of(found: Mapping[object, int], expected: Mapping[object, float]) -> float:
    """Return the chance of counts so far from the expected ones."""
    total = sum(found.values())
    value = sum(
        (found.get(key, 0) - share * total) ** 2 / (share * total)
        for key, share in expected.items()
    )
    return chi_square_tail(value, len(expected) - 1)


def is_plausible(p: float) -> bool:
    return LEAST_P <= p <= 1 - LEAST_P


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [(3.841459, 1, 0.05), (11.070498, 5, 0.05), (42.312, 29, 0.0527), (49.588, 29, 0.01)],
)
def test_the_tail_is_that_of_published_tables(value, freedom, tail):
    assert math.isclose(chi_square_tail(value, freedom), tail, rel_tol=0.01)


@pytest.mark.long
def test_all_orders_of_five_firms_are_equally_likely():
    weights = dict.fromkeys(FIRMS[:5], 1)
    found = Counter(tuple(lottery.full_order(weights, seed)) for seed in seeds("orders", DRAWS))

    assert is_plausible(p_of(found, dict.fromkeys(permutations(FIRMS[:5]), 1 / 120)))


@pytest.mark.long
def test_weighted_orders_follow_the_sequential_law():
    weights = dict(zip(FIRMS[:3], (1, 2, 5), strict=True))
    found = Counter(
        tuple(lottery.full_order(weights, seed)) for seed in seeds("weights", DRAWS // 4)
    )
    expected = {}
    for order in permutations(weights):
        first, second, _ = (weights[firm] for firm in order)
        expected[order] = first / 8 * second / (8 - first)

    assert is_plausible(p_of(found, expected))


@pytest.mark.long
def test_each_of_thirty_firms_wins_equally_often():
    weights = dict.fromkeys(FIRMS[:30], 1)
    found = Counter(
        lottery.select(weights, seed, 1, 0).order[0] for seed in seeds("first", DRAWS // 8)
    )

    assert is_plausible(p_of(found, dict.fromkeys(weights, 1 / 30)))


def distribution(chances: list[float]) -> list[float]:
    """Return the law of the number of wins in draws with these chances (Poisson-binomial)."""
    law = [1.0]
    for chance in chances:
        law = [
            (law[wins] * (1 - chance) if wins < len(law) else 0.0)
            + (law[wins - 1] * chance if wins else 0.0)
            for wins in range(len(law) + 1)
        ]
    return law


def test_the_law_of_wins_is_the_binomial_one_for_equal_chances():
    law = distribution([0.3] * 10)

    assert all(
        math.isclose(share, math.comb(10, wins) * 0.3**wins * 0.7 ** (10 - wins))
        for wins, share in enumerate(law)
    )
    assert math.isclose(math.fsum(law), 1)


@pytest.mark.long
def test_no_firm_wins_more_or_less_often_than_its_chances():
    draws = length(600, 2_000)
    wins: Counter[str] = Counter()
    chances: dict[str, list[float]] = {firm: [] for firm in FIRMS}
    for number, seed in enumerate(seeds("wins", draws)):
        n, k = 4 + number % 37, 1 + number % 3
        pool = sorted(FIRMS[number % 11 :] + FIRMS[: number % 11])[number % 4 : number % 4 + n]
        wins.update(
            ticket.firm_id for ticket in lottery.select(dict.fromkeys(pool, 1), seed, k, 2).winners
        )
        for firm in pool:
            chances[firm].append(k / len(pool))

    for firm in FIRMS:
        law = distribution(chances[firm])
        lower = math.fsum(law[: wins[firm] + 1])
        upper = math.fsum(law[wins[firm] :])
        assert min(lower, upper) >= LEAST_P / 2, firm


@pytest.mark.long
def test_a_fresh_order_depends_on_nothing_but_its_seed():
    weights = dict.fromkeys(FIRMS[:5], 1)
    found = Counter(
        tuple(lottery.fresh_order(weights, {FIRMS[1]}, seed)) for seed in seeds("fresh", DRAWS // 4)
    )
    others = [FIRMS[number] for number in (0, 2, 3, 4)]

    assert is_plausible(p_of(found, dict.fromkeys(permutations(others), 1 / 24)))


def test_a_firm_that_is_struck_out_changes_nothing_for_the_others():
    weights = {firm: 1 + number % 3 for number, firm in enumerate(FIRMS)}
    for seed in seeds("struck", 200):
        order = lottery.full_order(weights, seed)
        struck = order[seed[0] % len(order)]
        rest = {firm: weight for firm, weight in weights.items() if firm != struck}
        assert lottery.full_order(rest, seed) == [firm for firm in order if firm != struck]
