"""The rules of a case: no one is judged unheard, by one person alone, or without an end.

Pure functions, no I/O. Every number comes from a dated regulation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import beijing, beijing_day, months_after
from market.credit.cases.errors import (
    FarHearingError,
    IllegalCaseMoveError,
    NoHearingDueError,
    NotLighterError,
    RepairEarlyError,
)

HEARING_WITHIN: Final = timedelta(days=60)
"""How far away a hearing may be fixed. Platform default."""


class CaseState(StrEnum):
    """Where a case stands between a proposal and the end of what was decided."""

    PROPOSED = "proposed"
    NOTIFIED = "notified"
    REPLIED = "replied"
    HEARING = "hearing"
    SUMMONED = "summoned"
    HEARD = "heard"
    DRAFTED = "drafted"
    DECIDED = "decided"
    DISMISSED = "dismissed"
    DROPPED = "dropped"
    RECALLED = "recalled"
    REPAIRED = "repaired"
    WITHDRAWN = "withdrawn"


class CaseMove(StrEnum):
    """What can be done to a case."""

    NOTIFY = "notify"
    DROP = "drop"
    RECALL = "recall"
    EXTEND = "extend"
    REPLY = "reply"
    REPLY_LAST = "reply-last"
    ASK_HEARING = "ask-hearing"
    SUMMON = "summon"
    RECORD_HEARING = "record-hearing"
    DRAFT = "draft"
    TAKE_BACK = "take-back"
    SEND_BACK = "send-back"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    CORRECT = "correct"
    REPAIR = "repair"
    WITHDRAW = "withdraw"


_S, _M = CaseState, CaseMove
CASE_MOVES: Mapping[tuple[CaseState, CaseMove], CaseState] = MappingProxyType(
    {
        (_S.PROPOSED, _M.NOTIFY): _S.NOTIFIED,
        (_S.PROPOSED, _M.DROP): _S.DROPPED,
        (_S.PROPOSED, _M.RECALL): _S.RECALLED,
        (_S.NOTIFIED, _M.EXTEND): _S.NOTIFIED,
        (_S.NOTIFIED, _M.REPLY): _S.REPLIED,
        (_S.NOTIFIED, _M.REPLY_LAST): _S.HEARD,
        (_S.NOTIFIED, _M.ASK_HEARING): _S.HEARING,
        (_S.NOTIFIED, _M.DRAFT): _S.DRAFTED,
        (_S.REPLIED, _M.EXTEND): _S.REPLIED,
        (_S.REPLIED, _M.REPLY): _S.REPLIED,
        (_S.REPLIED, _M.REPLY_LAST): _S.HEARD,
        (_S.REPLIED, _M.ASK_HEARING): _S.HEARING,
        (_S.REPLIED, _M.DRAFT): _S.DRAFTED,
        (_S.HEARING, _M.EXTEND): _S.HEARING,
        (_S.HEARING, _M.REPLY): _S.HEARING,
        (_S.HEARING, _M.SUMMON): _S.SUMMONED,
        (_S.SUMMONED, _M.EXTEND): _S.SUMMONED,
        (_S.SUMMONED, _M.REPLY): _S.SUMMONED,
        (_S.SUMMONED, _M.SUMMON): _S.SUMMONED,
        (_S.SUMMONED, _M.RECORD_HEARING): _S.HEARD,
        (_S.HEARD, _M.DRAFT): _S.DRAFTED,
        # Whoever drafted found an error of its own; the other person sends back.
        (_S.DRAFTED, _M.TAKE_BACK): _S.HEARD,
        (_S.DRAFTED, _M.SEND_BACK): _S.HEARD,
        (_S.DRAFTED, _M.UPHOLD): _S.DECIDED,
        (_S.DRAFTED, _M.DISMISS): _S.DISMISSED,
        (_S.DECIDED, _M.CORRECT): _S.DECIDED,
        (_S.DECIDED, _M.REPAIR): _S.REPAIRED,
        (_S.DECIDED, _M.WITHDRAW): _S.WITHDRAWN,
        (_S.REPAIRED, _M.WITHDRAW): _S.WITHDRAWN,
    }
)

# The firm has been told, and nothing has been decided.
OPEN: Final = (_S.NOTIFIED, _S.REPLIED, _S.HEARING, _S.SUMMONED, _S.HEARD, _S.DRAFTED)
# Its term to reply still binds whoever decides.
_ANSWERABLE: Final = frozenset({_S.NOTIFIED, _S.REPLIED})
# It said by word or at a hearing all that it has to say; or it asked to be heard.
_MAY_WRITE: Final = frozenset({_S.NOTIFIED, _S.REPLIED, _S.HEARING, _S.SUMMONED})
# A case that ended without a measure, or whose measure was wrong, leaves its breaches free.
HOLDING: Final = (_S.PROPOSED, *OPEN, _S.DECIDED, _S.REPAIRED)


def advance(state: CaseState, move: CaseMove) -> CaseState:
    """Return the state a move leads a case to.

    Args:
        state: Where the case stands.
        move: What is done to it.

    Returns:
        Where it stands then.

    Raises:
        IllegalCaseMoveError: The state does not allow the move.

    Source: handbook domain.md 7.2; a platform default.
    """
    try:
        return CASE_MOVES[state, move]
    except KeyError:
        raise IllegalCaseMoveError from None


def may_add_nothing(state: CaseState) -> bool:
    """Whether a firm may say that it adds nothing and asks for no hearing: not once it asked.

    Args:
        state: Where the case stands.

    Source: handbook domain.md 7.2; a platform default.
    """
    return state in _ANSWERABLE


def is_hearing(state: CaseState, reply_by_at: datetime | None, now: datetime) -> bool:
    """Whether the firm may still be heard, so that nothing can be decided yet.

    Args:
        state: Where the case stands.
        reply_by_at: The end of the firm's time, aware; none while it has not been told.
        now: The instant, aware.

    Returns:
        True until the time is over, also after a reply: the firm may add to it; and for as long
        as a hearing was asked for and not held. False once the firm said in words that it adds
        nothing, or was heard.

    Source: handbook domain.md 7.2, a platform default; 行政处罚法 第六十三条至第六十五条 by
    analogy（待核）.
    """
    if state in {_S.HEARING, _S.SUMMONED}:
        return True
    return state in _ANSWERABLE and (reply_by_at is None or now < reply_by_at)


def may_write(state: CaseState, reply_by_at: datetime | None, now: datetime) -> bool:
    """Whether the firm may hand in a statement now.

    Args:
        state: Where the case stands.
        reply_by_at: The end of the firm's time, aware; none while it has not been told.
        now: The instant, aware.

    Source: handbook domain.md 7.2; a platform default.
    """
    return state in _MAY_WRITE and reply_by_at is not None and now < reply_by_at


def may_ask_hearing(state: CaseState, hearing_by_at: datetime | None, now: datetime) -> bool:
    """Whether the firm may ask for a hearing now.

    Args:
        state: Where the case stands.
        hearing_by_at: The end of the time to ask, aware; none if the measure gives no hearing.
        now: The instant, aware.

    Source: 行政处罚法 第六十三条、第六十四条第一项 by analogy（待核）.
    """
    return state in _ANSWERABLE and hearing_by_at is not None and now < hearing_by_at


def check_hearing_day(held_at: datetime, earliest_on: date, today: date) -> None:
    """Refuse a hearing sooner than the firm must be told of it, or a year away by a slip.

    Args:
        held_at: When it would be, aware.
        earliest_on: The first Beijing day on which it may be.
        today: The Beijing day on which it is fixed.

    Raises:
        NoHearingDueError: It would be sooner.
        FarHearingError: It would be more than ``HEARING_WITHIN`` away: the case would sleep.

    Source: 行政处罚法 第六十四条第二项 by analogy（待核）; the latest day is a platform default.
    """
    if beijing_day(held_at) < earliest_on:
        raise NoHearingDueError(earliest_on)
    latest_on = today + HEARING_WITHIN
    if beijing_day(held_at) > latest_on:
        raise FarHearingError(latest_on)


def says_milder(decision: str) -> bool:
    """Whether the reasons of a decision say that it is milder than what was proposed.

    A decision takes the measure and the term of its notice or none: such words are not true.

    Args:
        decision: The reasons.

    Source: handbook domain.md 7.2; a platform default.
    """
    without = decision.replace("不予从轻", "").replace("不予减轻", "")
    return "从轻" in without or "减轻" in without


def effective_from(decided_at: datetime) -> datetime:
    """Return the next Beijing midnight after a decision: nobody is struck in mid-day.

    Args:
        decided_at: When it was decided, aware.

    Returns:
        The first instant of the next Beijing day, in UTC.

    Source: handbook domain.md 7.2; a platform default.
    """
    return beijing(date.fromordinal(beijing_day(decided_at).toordinal() + 1))


def ends_at(effective_at: datetime, months: int) -> datetime:
    """Return the midnight at which a term of calendar months is over.

    Args:
        effective_at: The midnight it began.
        months: The term.

    Returns:
        A Beijing midnight, in UTC.

    Source: 民法典 第二百零二条; a platform default.
    """
    return beijing(months_after(beijing_day(effective_at), months)).astimezone(UTC)


def check_lighter(months: int, scope: str, *, months_now: int, scope_now: str) -> None:
    """Refuse a correction that is not lighter: a heavier measure needs a case of its own.

    Args:
        months: The corrected term.
        scope: The corrected scope: groups of items, in order, or nothing for all.
        months_now: The decided term.
        scope_now: The decided scope.

    Raises:
        NotLighterError: It is longer, or reaches further, or changes nothing.

    Source: 行政处罚法 第四十五条第二款（不得因陈述、申辩而给予更重的处罚） by analogy（待核）.
    """
    wider = bool(scope_now) and (not scope or not set(scope.split()) <= set(scope_now.split()))
    same = months == months_now and set(scope.split()) == set(scope_now.split())
    if months < 1 or months > months_now or wider or same:
        raise NotLighterError


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairTerms:
    """What repair asks of a firm: the least term served, from when, and until when at most."""

    least_months: int
    effective_at: datetime
    ends_at: datetime


def check_repair(terms: RepairTerms, now: datetime) -> None:
    """Refuse an application before the least term was served.

    Args:
        terms: The least term and when the measure began and ends.
        now: The instant, aware.

    Raises:
        RepairEarlyError: The least term is not over; it names the day.
        IllegalCaseMoveError: The measure has ended by itself.

    Source: 信用修复管理办法（国家发展改革委令第36号）第三章（条号待核）, as in the regulation.
    """
    if now >= terms.ends_at:
        raise IllegalCaseMoveError
    earliest = repair_from(terms)
    if now < earliest:
        raise RepairEarlyError(earliest)


def repair_from(terms: RepairTerms) -> datetime:
    """Return the first instant at which a firm may apply for repair.

    Args:
        terms: The least term and when the measure began and ends.

    Returns:
        The midnight after the least term; the end of the measure if that comes first.

    Source: 信用修复管理办法（国家发展改革委令第36号）第三章（条号待核）, as in the regulation.
    """
    return min(ends_at(terms.effective_at, terms.least_months), terms.ends_at)
