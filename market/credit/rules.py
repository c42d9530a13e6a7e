"""The rules of credit: what a breach costs, what a score is, and which measure may follow.

Pure functions, no I/O. Every number comes from a dated regulation.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import BEIJING, months_after
from market.errors import MarketError, msgid


class BreachKind(StrEnum):
    """What a firm did. The values are the keys of ``points`` in the credit regulation."""

    RED_CARD = "red_card"
    # A card of another cause than time, judged after its reply: its points go by that cause.
    CARD_UPHELD = "card_upheld"
    LATE_SUPERVISED = "late_supervised"
    LATE_REFERRED = "late_referred"
    AWARD_DECLINED = "award_declined"
    CONTRACT_NOT_SIGNED = "contract_not_signed"
    QUOTE_NOT_OPENED = "quote_not_opened"
    BID_ABANDONED = "bid_abandoned"
    RETURNED_TWICE = "deliverable_returned_twice"
    STAFF_CHANGED = "staff_changed"
    EXTRA_CHARGE = "extra_charge"
    FALSE_MATERIALS = "false-materials"
    COLLUSION = "collusion"
    LENT_NAME = "lent-name"
    BRIBERY = "bribery"
    SUBCONTRACTED_ALL = "subcontracted-all"


SERIOUS: Final = frozenset(
    {
        BreachKind.FALSE_MATERIALS,
        BreachKind.COLLUSION,
        BreachKind.LENT_NAME,
        BreachKind.BRIBERY,
        BreachKind.SUBCONTRACTED_ALL,
    }
)


# What an authority establishes and enters; everything else the system enters by itself.
REPORTED: Final = SERIOUS | {BreachKind.STAFF_CHANGED, BreachKind.EXTRA_CHARGE}


class Evidence(StrEnum):
    """What an authority has to name for a breach to be entered. The regulation's values."""

    DOCUMENT = "document"
    MATERIAL = "material"


def lacking(required: Collection[Evidence], given: Mapping[Evidence, str]) -> list[Evidence]:
    """Return what a report of a breach lacks, in the order of ``Evidence``.

    Args:
        required: What the regulation asks for with this breach.
        given: The words of whoever reports it; blanks name nothing.

    Source: the regulation's ``evidence``; handbook domain.md 7.2, "facts, evidence, rule".
    """
    return [kind for kind in Evidence if kind in required and not given.get(kind, "").strip()]


class Level(StrEnum):
    """The grade of a score."""

    AA = "AA"
    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Measure(StrEnum):
    """What may follow from a case."""

    SUSPENSION = "suspension"
    BLACKLIST = "blacklist"
    SERIOUS_BLACKLIST = "serious-blacklist"


class TermError(MarketError):
    """The term lies outside the limits."""

    sentence = msgid("该措施的期限须为 %(least)s 至 %(most)s 个月。请修改期限。")

    def __init__(self, least: int, most: int) -> None:
        super().__init__(field="months", least=least, most=most)


class NotYetOccurredError(MarketError):
    """A breach would lie in the future."""

    sentence = msgid("发生日期不能晚于今天。请核对日期。")

    def __init__(self) -> None:
        super().__init__(field="occurred_on")


class DayOutsideRulesError(MarketError):
    """No rule says what a breach of so long ago costs."""

    sentence = msgid("发生日期在现行规则的适用范围以外，没有可以适用的记分规则。请核对日期。")

    def __init__(self) -> None:
        super().__init__(field="occurred_on")


class BreachInCaseError(MarketError):
    """A breach grounds another case already: nobody is sanctioned twice for one thing."""

    sentence = msgid("所选失信行为已在案件 %(number)s 中处理，不能重复处理。请重新选择。")

    def __init__(self, number: str) -> None:
        super().__init__(field="breaches", number=number)


class EvidenceMissingError(MarketError):
    """A breach cannot be entered without what its rule asks for."""

    sentence = msgid("登记该行为须写明%(needed)s。请补充后再登记；暂时没有的，先核查取证。")

    def __init__(self, first: Evidence, needed: str) -> None:
        super().__init__(field=first.value, needed=needed)


class OutOfScopeError(MarketError):
    """A regulator looks after other trades."""

    sentence = msgid("该机构未登记贵单位监管范围内的服务事项，请转交相应主管部门办理。")

    def __init__(self) -> None:
        super().__init__(field="code")


class NoGroundsError(MarketError):
    """The breaches do not carry the measure."""

    sentence = msgid("所选失信行为不足以适用该措施：%(needed)s。请改选措施或补充依据。")

    def __init__(self, needed: str) -> None:
        super().__init__(field="measure", needed=needed)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One breach as the ledger counts it."""

    kind: BreachKind
    points: int
    occurred_at: datetime


def score(
    entries: Collection[LedgerEntry], now: datetime, *, start: int, window_months: int
) -> int:
    """Return the score on an instant: the start less the points of the rolling window.

    Args:
        entries: Breaches in any order.
        now: The instant, aware.
        start: The score of a firm without breaches.
        window_months: How long a breach counts, in calendar months.

    Returns:
        0 to ``start``.

    Source: handbook domain.md 7.2; a platform default.
    """
    return max(start - sum(e.points for e in counting(entries, now, window_months)), 0)


def crossed(before: int, after: int, thresholds: Collection[int]) -> int | None:
    """Return the lowest threshold that a score has just reached or passed on its way down.

    Args:
        before: The score without the breach.
        after: The score with it.
        thresholds: Scores at or below which something follows.

    Returns:
        None if the score stays on its side of every threshold: nobody is warned twice of one.

    Source: handbook domain.md 7.2, "Thresholds"; a platform default.
    """
    return min((limit for limit in thresholds if after <= limit < before), default=None)


def level_of(value: int, floors: Sequence[tuple[Level, int]]) -> Level:
    """Return the level of a score: information for the reader, it moves nobody's odds.

    Args:
        value: The score.
        floors: The least score of each level above the lowest.

    Returns:
        The best level whose floor the score reaches; D if it reaches none.

    Source: handbook domain.md 7.1, 平潭（福建）: AA from 90, A from 80, B from 70, C from 60; the
    regulation in force sets the floors, a platform default.
    """
    reached = [(floor, level) for level, floor in floors if value >= floor]
    return max(reached)[1] if reached else Level.D


def counting(
    entries: Collection[LedgerEntry], now: datetime, window_months: int
) -> list[LedgerEntry]:
    """Return the breaches that count on an instant: they have happened and still count."""
    return [
        entry
        for entry in entries
        if entry.occurred_at <= now < counts_until(entry.occurred_at, window_months)
    ]


def counts_until(occurred_at: datetime, window_months: int) -> datetime:
    """Return the instant from which a breach counts no longer.

    Args:
        occurred_at: When it happened, aware.
        window_months: How long it counts, in calendar months.

    Returns:
        The same Beijing time of day, that many months later (the month's last day if it has no
        such day), in UTC.

    Source: handbook domain.md 7.2, "12-month rolling score"; a platform default.
    """
    local = occurred_at.astimezone(BEIJING)
    last_day = months_after(local.date(), window_months)
    return datetime.combine(last_day, local.timetz()).astimezone(UTC)


def earliest_counting(now: datetime, window_months: int) -> datetime:
    """Return an instant before which no breach counts any more: a bound for a search.

    It lies up to three days early, because months differ in length.
    """
    return counts_until(now, -window_months) - timedelta(days=3)


def check_measure(
    measure: Measure,
    months: int,
    breaches: Sequence[LedgerEntry],
    *,
    current_score: int,
    suspend_at: int,
    terms: Mapping[Measure, tuple[int, int]],
) -> None:
    """Refuse a measure that the breaches do not carry or a term outside its limits.

    A suspension needs a score at or below the threshold. A blacklisting needs a breach of at
    least ``GRAVE_POINTS``; the serious one a breach of the closed list.

    Args:
        measure: What is proposed.
        months: For how many calendar months.
        breaches: The breaches the case rests on.
        current_score: The firm's score now.
        suspend_at: The threshold of a suspension.
        terms: Least and most months of each measure.

    Raises:
        NoGroundsError: The breaches do not carry the measure.
        TermError: The term lies outside the limits.

    Source: handbook domain.md 7.2; terms: 信用修复管理办法（国家发展改革委令第36号）, as in
    the regulation in force.
    """
    match measure:
        case Measure.SUSPENSION:
            if not breaches or current_score > suspend_at:
                raise NoGroundsError(msgid("暂停报名须信用分不高于规定的分数"))
        case Measure.BLACKLIST:
            if not any(b.points >= GRAVE_POINTS or b.kind in SERIOUS for b in breaches):
                raise NoGroundsError(msgid("列入黑名单须有一次记 10 分以上的失信行为"))
        case Measure.SERIOUS_BLACKLIST:
            if not any(b.kind in SERIOUS for b in breaches):
                raise NoGroundsError(msgid("严重失信须有规定列明的行为"))
    least, most = terms[measure]
    if not least <= months <= most:
        raise TermError(least, most)


# Platform default: the weight of the breaches that domain.md 7.2 calls 一般 and heavier.
GRAVE_POINTS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A decided measure and its term: from one midnight to another."""

    case_id: int
    measure: Measure
    effective_at: datetime
    ends_at: datetime


# How grave each measure is against the others; both blacklistings bar alike.
GRAVITY: Final[Mapping[Measure, int]] = MappingProxyType(
    {Measure.SUSPENSION: 0, Measure.BLACKLIST: 1, Measure.SERIOUS_BLACKLIST: 1}
)
# Those that reach the firm's affiliates, and that can be repaired.
BLACKLISTINGS: Final = frozenset({Measure.BLACKLIST, Measure.SERIOUS_BLACKLIST})
# Under which section of the terms each is repaired; a suspension is short, and follows no rule.
REPAIRED_AS: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.SUSPENSION: "",
        Measure.BLACKLIST: "general",
        Measure.SERIOUS_BLACKLIST: "serious",
    }
)


def prevailing(terms: Collection[Term], now: datetime) -> Term | None:
    """Return the measure that bears on a firm at an instant: the gravest, then the longest.

    A milder measure that outlasts a graver one bears on the firm when that one ends.

    Args:
        terms: All decided measures of one firm, in any order.
        now: The instant, aware.

    Returns:
        None if no term has begun or every one is over.

    Source: handbook domain.md 7.2; a platform default.
    """
    running = [term for term in terms if term.effective_at <= now < term.ends_at]
    return max(
        running,
        key=lambda term: (GRAVITY[term.measure], term.ends_at, term.case_id),
        default=None,
    )
