"""What the results of many draws say about their fairness: pure functions, exact arithmetic.

Only the first place of a draw is counted, and only draws whose list names more than one firm:
in the others nothing was left to chance. Given the lists, each draw is independent of the others,
and a firm with ``w`` of ``W`` tickets is first with the chance ``w / W``.
"""

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import isqrt
from typing import Final, TypeVar

# Platform defaults. What a fair market shows less often than this is pointed out.
NOTABLE: Final = Fraction(1, 100)
# Below this many draws even a gross bias may stay hidden, and the page says so.
FEW_DRAWS: Final = 30
# How many fair markets the real one is compared with.
REHEARSALS: Final = 999
_LABEL: Final = b"zjcs/fairness/v1"
_BYTES: Final = 8
# The parts of one firm in the statistic are whole numbers of this unit, rounded down.
_UNIT: Final = 10**9

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One draw: whose need it was, the tickets of each firm on the frozen list, who was first."""

    owner_id: int
    weights: Mapping[str, int]
    winner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one firm, or one firm with one owner, was to expect and what it got.

    ``chance`` is that of at least so many wins. ``looked_at`` says among how many such tallies
    this one was looked at: whoever looks at many finds a rare one among them.
    """

    draws: int
    expected: Fraction
    variance: Fraction
    wins: int
    chance: Fraction
    looked_at: int

    @property
    def corrected(self) -> Fraction:
        """The chance that any of those looked at would be as rare, at most (Bonferroni)."""
        return min(Fraction(1), self.chance * self.looked_at)

    @property
    def is_notable(self) -> bool:
        """Whether so many wins are rarer than a fair market lets one expect."""
        return self.corrected < NOTABLE

    @property
    def deviation_hundredths(self) -> int:
        """How many hundredths of a standard deviation the wins are off, towards zero."""
        off = self.wins - self.expected
        if not off or not self.variance:
            return 0
        squared = 10**4 * off * off / self.variance
        size = isqrt(squared.numerator // squared.denominator)
        return size if off > 0 else -size


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """All draws together.

    Attributes:
        draws: How many.
        firms: How many were on a list; it is also what a fair market makes of ``chi_square``.
        chi_square_hundredths: The sum over firms of (wins - expected)² / variance.
        uneven: The share of fair markets, the real one included, at least as uneven.
        even: The share at least as even: turns that were taken look so.
    """

    draws: int
    firms: int
    chi_square_hundredths: int
    uneven: Fraction
    even: Fraction

    @property
    def chance(self) -> Fraction:
        """The chance of a market as uneven, or as even, as this one: two looks."""
        return min(Fraction(1), 2 * min(self.uneven, self.even))

    @property
    def is_notable(self) -> bool:
        """Whether a fair market would show this less often than is pointed out."""
        return self.chance < NOTABLE

    @property
    def is_few(self) -> bool:
        """Whether there are too few draws to say anything."""
        return self.draws < FEW_DRAWS


def left_to_chance(draws: Iterable[Drawn]) -> list[Drawn]:
    """Return the draws that can be counted: more than one firm, and a winner from the list.

    Args:
        draws: In any order.
    """
    return [draw for draw in draws if len(draw.weights) > 1 and draw.winner in draw.weights]


def by_firm(draws: Sequence[Drawn]) -> dict[str, Tally]:
    """Return each firm's tally by its code.

    Args:
        draws: Those left to chance.

    Source: handbook domain.md section 10, feature 52; a platform default.
    """
    return _tallies(draws, lambda _, firm: firm)


def by_pair(draws: Sequence[Drawn]) -> dict[tuple[int, str], Tally]:
    """Return the tally of each firm with each owner in whose draws it took part.

    Args:
        draws: Those left to chance.

    Source: handbook domain.md section 10, feature 52; a platform default.
    """
    return _tallies(draws, lambda draw, firm: (draw.owner_id, firm))


def _tallies(draws: Sequence[Drawn], key_of: Callable[[Drawn, str], K]) -> dict[K, Tally]:
    parts: defaultdict[K, list[Fraction]] = defaultdict(list)
    for draw in draws:
        total = sum(draw.weights.values())
        for firm, weight in draw.weights.items():
            parts[key_of(draw, firm)].append(Fraction(weight, total))
    wins = Counter(key_of(draw, draw.winner) for draw in draws)
    return {
        key: Tally(
            draws=len(chances),
            expected=sum(chances, Fraction()),
            variance=sum((chance * (1 - chance) for chance in chances), Fraction()),
            wins=wins[key],
            chance=at_least(wins[key], chances),
            looked_at=len(parts),
        )
        for key, chances in parts.items()
    }


def at_least(wins: int, chances: Sequence[Fraction]) -> Fraction:
    """Return the exact chance of at least so many wins in independent draws.

    Args:
        wins: From zero.
        chances: Of a win in each draw; they need not be equal (Poisson-binomial distribution).
    """
    # ways[n] / whole is the chance of exactly n wins so far; more than asked for need no row.
    ways, whole = [1] + [0] * (wins - 1), 1
    if not wins:
        return Fraction(1)
    for chance in chances:
        win, total = chance.numerator, chance.denominator
        before = [0, *ways[:-1]]
        ways = [same * (total - win) + less * win for same, less in zip(ways, before, strict=True)]
        whole *= total
    return 1 - Fraction(sum(ways), whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One firm's part in the statistic: ``square`` wins² - ``line`` wins + ``rest``, in units."""

    square: int
    line: int
    rest: int

    @classmethod
    def of(cls, tally: Tally) -> "_Part":
        scaled = _UNIT / tally.variance
        return cls(
            square=int(scaled),
            line=int(2 * tally.expected * scaled),
            rest=int(tally.expected * tally.expected * scaled),
        )


def _statistic(parts: Mapping[str, _Part], wins: Mapping[str, int]) -> int:
    """Return the sum over firms of (wins - expected)² / variance, in units."""
    return sum(part.rest for part in parts.values()) + sum(
        (parts[firm].square * count - parts[firm].line) * count for firm, count in wins.items()
    )


def overall(draws: Sequence[Drawn], firms: Mapping[str, Tally]) -> Overall | None:
    """Compare all wins with those of markets that had the same lists and were fair.

    The lists differ from draw to draw, so no table of the χ² distribution holds. Instead every
    draw is repeated ``REHEARSALS`` times with bits of SHAKE256 that anybody can recompute; the
    share of repetitions as extreme as the reality is an exact test, with many draws or few.

    Args:
        draws: Those left to chance.
        firms: Their tallies by firm.

    Returns:
        None if there is nothing to compare.

    Source: Barnard's Monte Carlo test (1963); NIST FIPS 202 for SHAKE256; a platform default.
    """
    if not draws:
        return None
    parts = {firm: _Part.of(tally) for firm, tally in firms.items()}
    real = _statistic(parts, Counter(draw.winner for draw in draws))
    wheels = [_Wheel.of(draw.weights) for draw in draws]
    fair = [_statistic(parts, _rehearsed(wheels, number)) for number in range(REHEARSALS)]
    return Overall(
        draws=len(draws),
        firms=len(firms),
        chi_square_hundredths=real * 100 // _UNIT,
        uneven=Fraction(1 + sum(each >= real for each in fair), 1 + REHEARSALS),
        even=Fraction(1 + sum(each <= real for each in fair), 1 + REHEARSALS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wheel:
    """The tickets of one list in a row, in the order of the codes: where each firm's end."""

    firms: tuple[str, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, weights: Mapping[str, int]) -> "_Wheel":
        firms = tuple(sorted(weights))
        return cls(firms=firms, ends=tuple(accumulate(weights[firm] for firm in firms)))

    def at(self, bits: int) -> str:
        """Return whose ticket a number of 64 bits points at; its bias is below 2⁻⁴⁰."""
        return self.firms[bisect_right(self.ends, bits * self.ends[-1] >> (8 * _BYTES))]


def _rehearsed(wheels: Sequence[_Wheel], number: int) -> Counter[str]:
    """Return the wins of each firm in one repetition of all draws."""
    stream = hashlib.shake_256(_LABEL + number.to_bytes(_BYTES)).digest(_BYTES * len(wheels))
    return Counter(
        wheel.at(int.from_bytes(stream[_BYTES * place : _BYTES * (place + 1)]))
        for place, wheel in enumerate(wheels)
    )


def decimal(number: Fraction, places: int) -> str:
    """Return a number that is not negative with so many decimals, rounded to the nearest.

    Args:
        number: Not negative.
        places: At least one.
    """
    whole, part = divmod(round(number * 10**places), 10**places)
    return f"{whole}.{part:0{places}d}"


def hundredths(number: int) -> str:
    """Return hundredths as a decimal with a sign if it is negative.

    Args:
        number: In hundredths.
    """
    return ("-" if number < 0 else "") + decimal(Fraction(abs(number), 100), 2)
