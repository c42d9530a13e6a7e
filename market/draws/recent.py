"""A city's optional rule: who was selected often of late stands back from the next draw. Pure.

It is off unless the rules of draws in force at a notice name ``draw.recent_wins``. What the rule
counts, until when, and whether it applies at all, is fixed with the notice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import BEIJING
from market.draws.errors_values import RecentRuleError
from market.errors import msgid
from market.regulations import Regulation

WINS: Final = "draw.recent_wins"
DAYS: Final = "draw.recent_days"
AMONG: Final = "draw.recent_of"
MOST_DAYS: Final = 3660


class Among(StrEnum):
    """Whose draws count."""

    OWNER = "owner"
    CITY = "city"


_WHOSE: Final = MappingProxyType({Among.OWNER: "同一业主", Among.CITY: "本市"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentRule:
    """The rule as one notice has it.

    Attributes:
        wins: From how many awards on a firm stands back.
        days: How many days before ``until`` count.
        among: Whose draws count.
        until: The close of enrolment, or now where there is no notice yet.
        source: The clause, or ``platform default``.
        applies: False where the notice itself waives it, for too few firms would be left.
    """

    wins: int
    days: int
    among: Among
    until: datetime
    source: str
    applies: bool = True

    @property
    def since(self) -> datetime:
        """From when on awards count."""
        return self.until - timedelta(days=self.days)

    @property
    def line(self) -> str:
        """The rule as its notice publishes it; part of its bytes, and not translated."""
        said = (
            f"报名截止前 {self.days} 日内，在{_WHOSE[self.among]}的随机抽取中已中选"
            f" {self.wins} 次以上（中选仍有效的才计）的机构，不参加本次抽取"
        )
        if self.applies:
            return f"{said}。依据：{self.source}"
        return f"{said}；适用后符合条件的机构少于规定家数，本次不适用。依据：{self.source}"


def rule_in(rules: Regulation, until: datetime) -> RecentRule | None:
    """Return the rule that an instrument sets; None where it sets none.

    Args:
        rules: The rules of draws in force at the notice.
        until: The close of enrolment.

    Raises:
        RecentRuleError: A number or the word for whose draws count is not usable.

    Source: the instrument's ``draw.recent_wins``; platform default: none.
    """
    if WINS not in rules:
        return None
    if DAYS not in rules:
        raise RecentRuleError
    wins, days, among = rules[WINS], rules[DAYS], Among.OWNER.value
    if AMONG in rules:
        among = str(rules[AMONG])
    if type(wins) is not int or type(days) is not int or among not in set(Among):
        raise RecentRuleError
    if wins < 1 or not 1 <= days <= MOST_DAYS:
        raise RecentRuleError
    return RecentRule(
        wins=wins, days=days, among=Among(among), until=until, source=rules.clause_of(WINS)
    )


def body_of(rule: RecentRule) -> dict[str, object]:
    """Return the member of the published rules of eligibility that fixes the rule.

    Args:
        rule: As the notice has it.

    Source: platform default.
    """
    return {
        "applies": rule.applies,
        "days": rule.days,
        "of": rule.among.value,
        "says": rule.line,
        "since": rule.since.astimezone(BEIJING).isoformat(),
        "until": rule.until.astimezone(BEIJING).isoformat(),
        "wins": rule.wins,
    }


SENTENCES: Final = MappingProxyType(
    {
        Among.OWNER: msgid(
            "报名截止前%(days)s日内已在本业主的抽取中中选%(held)s次，"
            "达到%(wins)s次的不参加本次抽取（依据：%(source)s）"
        ),
        Among.CITY: msgid(
            "报名截止前%(days)s日内已在本市的抽取中中选%(held)s次，"
            "达到%(wins)s次的不参加本次抽取（依据：%(source)s）"
        ),
    }
)


def facts_of(rule: RecentRule, held: int) -> dict[str, object]:
    """Return what fills the places of ``SENTENCES``.

    Args:
        rule: As the notice has it.
        held: How many of the firm's awards it counts.

    Source: platform default.
    """
    return {"days": rule.days, "held": held, "wins": rule.wins, "source": rule.source}


def leaves_enough(failures: Sequence[Collection[str]], needed: int) -> bool:
    """Return whether a draw has the firms it needs although some stand back.

    Args:
        failures: For each firm that offers the item, every rule it does not meet.
        needed: How many firms the draw takes at least.

    Source: platform default: competition comes before taking turns.
    """
    return sum(not each for each in failures) >= needed
