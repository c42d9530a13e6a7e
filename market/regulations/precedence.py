"""Which of several successors applies: the State's over a city's, a city's over the platform's.

A shipped file and a city's file may replace the same one without knowing of each other: the city
locked its file before the program shipped a new one. Neither is edited; the rank decides, from the
day on which the higher one begins (docs/adr/0106).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import IntEnum

from market.regulations.regulation import Regulation


class Rank(IntEnum):
    """Whose word stands above whose."""

    PLATFORM = 0
    CITY = 1
    STATE = 2


def rank(one: Regulation) -> Rank:
    """Say whose instrument it is: what ships and cites a law is the State's."""
    if not one.shipped:
        return Rank.CITY
    default = all(clause.is_platform_default for clause in one.clauses.values())
    return Rank.PLATFORM if default else Rank.STATE


class Lines:
    """Who ends when, who never applies, and who says what a city's older file does not.

    Two instruments compete if neither replaces the other and both replace the same one, or a
    successor of it. Files that replace nothing in common do not: both in force, they are a fault.
    """

    def __init__(self, everyone: Mapping[str, Regulation]) -> None:
        self._everyone = everyone
        self._before = {key: frozenset(self._replaced(one)) for key, one in everyone.items()}
        self.ended_on: dict[str, date] = {}
        self.aside: dict[str, str] = {}
        self.supplements: dict[str, tuple[Regulation, ...]] = {}
        for one in everyone.values():
            self._place(one)

    def _replaced(self, one: Regulation) -> Iterator[str]:
        """Walk through everything that an instrument replaces, directly or not, once each."""
        seen: set[str] = set()
        ahead = list(one.repeals)
        while ahead:
            key = ahead.pop()
            if key not in seen:
                seen.add(key)
                yield key
                ahead += self._everyone[key].repeals if key in self._everyone else ()

    def _place(self, one: Regulation) -> None:
        over = [other for other in self._everyone.values() if self._stands_over(other, one)]
        ends = [other for other in self._everyone.values() if one.id in other.repeals]
        if ends or over:
            self.ended_on[one.id] = min(other.effective_from for other in (*ends, *over))
        first = min(over, key=lambda other: (other.effective_from, other.id), default=None)
        if first and first.effective_from <= one.effective_from:
            self.aside[one.id] = first.id
        under = [o for o in self._everyone.values() if o.shipped and self._stands_over(one, o)]
        if under and rank(one) is Rank.CITY:
            latest = sorted(under, key=lambda other: (other.effective_from, other.id))
            self.supplements[one.id] = tuple(latest)

    def _stands_over(self, one: Regulation, other: Regulation) -> bool:
        """Say whether one ends the other by its rank, without a word about it."""
        before, after = self._before[other.id], self._before[one.id]
        return (
            one.subject == other.subject
            and rank(one) > rank(other)
            and one.id not in before
            and other.id not in after
            and bool(before & after)
        )
