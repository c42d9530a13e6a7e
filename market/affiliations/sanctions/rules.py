"""Which firms a blacklisting reaches beside the firm that it names. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from market.affiliations.rules import BY_WORD, Group, bound_to
from market.errors import MarketError, msgid

KEY: Final = "sanctions.affiliates"


class Reach(StrEnum):
    """Which affiliates are barred with a blacklisted firm. The values are the regulation's."""

    OFF = "off"
    DECLARED = "declared"
    GROUPS = "groups"


class UnknownReachError(MarketError):
    """The regulation names a reach that this program does not know."""

    sentence = msgid(
        "规则“%(title)s”规定的“%(said)s”无法识别，不能判断关联机构是否受限。请联系运营机构。"
    )

    def __init__(self, title: str, said: str) -> None:
        super().__init__(title=title, said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blacklisting:
    """One running blacklisting: of which firm, by which case, until when."""

    firm: int
    case_number: str
    until_at: datetime


def reached_by(firm: int, groups: Iterable[Group], reach: Reach) -> frozenset[int]:
    """Return the other firms whose blacklisting reaches a firm.

    Args:
        firm: The firm that is asked about.
        groups: The groups in force that bear on it, confirmed or declared, in any order.
        reach: Which of them the rule counts: none; what the firms declared themselves; or also
            what was confirmed after a hearing.

    Returns:
        Nothing that is merely suspected, nothing that only the other firm says, and never the firm
        itself.

    Source: the regulation's ``sanctions.affiliates``; handbook domain.md 10.1 row 11 (one
    controller counts as one); a platform default.
    """
    match reach:
        case Reach.OFF:
            return frozenset()
        case Reach.DECLARED:
            counted = [each for each in groups if each.number in BY_WORD]
        case Reach.GROUPS:
            counted = [*groups]
    return bound_to(firm, counted, silent=True) - {firm}


def heaviest(
    firms: frozenset[int], running: Iterable[Blacklisting], contested: frozenset[str]
) -> Blacklisting | None:
    """Return the blacklisting that bars a firm beside others: the one that ends last.

    Args:
        firms: The other firms that ``reached_by`` found.
        running: The blacklistings that run now, in any order.
        contested: Cases against whose reach the firm objected and was found right.

    Returns:
        None if nothing bars it; it then ends with the measure itself, at the same instant.

    Source: handbook domain.md 7.2, "Due process"; a platform default.
    """
    bars = [one for one in running if one.firm in firms and one.case_number not in contested]
    return max(bars, key=lambda one: (one.until_at, one.case_number), default=None)
