"""How many firms would qualify now, and which condition removes how many: counts, never names.

The rules of eligibility are those of the draws, which provide the count: a need knows nothing of
draws. Without a provider nothing is known, and nobody qualifies.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from market.db import UnitOfWork
from market.needs.model import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition (a msgid): how many firms fail it, and how many fail nothing else."""

    asks: str
    failing: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """How many firms offer the item, how many qualify, how many are needed, and why not more.

    Of those that qualify ``computed`` publish a fee that gives an amount for the need, and
    ``above`` one above its ceiling.
    """

    offering: int
    able: int
    needed: int
    conditions: tuple[Condition, ...] = ()
    computed: int = 0
    above: int = 0


NOTHING_KNOWN: Final = Supply(offering=0, able=0, needed=1)


def tally(failures: Iterable[Collection[str]], asks: Mapping[str, str], needed: int) -> Supply:
    """Count firms by the conditions they fail.

    Args:
        failures: For each firm that offers the item, the rules it does not meet.
        asks: What each rule asks (a msgid), in the order in which they are shown.
        needed: How many firms a draw needs.

    Returns:
        Counts only. A rule that ``asks`` does not name still keeps its firm out.

    Source: handbook domain.md 2.4 "No applicants"; platform default.
    """
    each = [frozenset(one) for one in failures]
    failing = Counter(rule for rules in each for rule in rules)
    alone = Counter(next(iter(rules)) for rules in each if len(rules) == 1)
    return Supply(
        offering=len(each),
        able=sum(not rules for rules in each),
        needed=needed,
        conditions=tuple(
            Condition(asks=words, failing=failing[rule], alone=alone[rule])
            for rule, words in asks.items()
            if failing[rule]
        ),
    )


Provider = Callable[[UnitOfWork, Need, Mapping[str, str]], Supply]
_PROVIDER: Final[list[Provider]] = []


def provide(function: Provider) -> None:
    """Take the function that counts the firms a need would find."""
    _PROVIDER[:] = [function]


def supply_of(work: UnitOfWork, need: Need, recusals: Mapping[str, str]) -> Supply:
    """Count the firms that a need, stored or not, would find now.

    ``recusals`` are reasons by credit code; those of a need that is not stored are nowhere else.
    """
    return _PROVIDER[0](work, need, recusals) if _PROVIDER else NOTHING_KNOWN
