"""The firm is heard in writing (陈述申辩)."""

from datetime import datetime, timedelta

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.credit import timing
from market.credit.cases import messages
from market.credit.cases.errors import ExtendedBeforeError, HearingAskedError, ReplyLateError
from market.credit.cases.evidence import hand_in
from market.credit.cases.model import Case
from market.credit.cases.record import rules_of, say, tell_firm
from market.credit.cases.rules import CaseMove, CaseState, advance
from market.credit.cases.texts import required
from market.db import UnitOfWork
from market.files import StoredFile


def reply(
    work: UnitOfWork,
    case: Case,
    text: str,
    stored: StoredFile | None = None,
    *,
    is_last: bool = False,
) -> None:
    """Hear the firm: it may add until its time is over, or say that this is all.

    Raises:
        HearingAskedError: It asked to be heard, and says that this is all.
        IllegalCaseMoveError: It said that it adds nothing, or the case is decided.
        ReplyLateError: The time is over.
        TextTooShortError: There is no text.
    """
    if is_last and case.state in {CaseState.HEARING, CaseState.SUMMONED}:
        raise HearingAskedError
    state = advance(case.state, CaseMove.REPLY_LAST if is_last else CaseMove.REPLY)
    _in_time(work, case)
    words = required(text, "reply")
    case.state = state
    case.reply = f"{case.reply}\n\n补充：{words}" if case.reply else words
    case.replied_at = work.now
    hand_in(work, case, stored, for_hearing=False)
    if is_last:
        case.waived_at, case.waived_by_id = work.now, work.user_id
        timing.end_reply(work, case)
    say(work, case, case.reply)


def extend(work: UnitOfWork, case: Case, why: str) -> None:
    """Give the firm more time because it asks for it in time; the rules give it once.

    Raises:
        ExtendedBeforeError: It had more time before.
        IllegalCaseMoveError: It said that it adds nothing, or the case is decided.
        ReplyLateError: The time is over.
        TextTooShortError: It does not say why.
    """
    state = advance(case.state, CaseMove.EXTEND)
    by_at = _in_time(work, case)
    if case.extended_at is not None:
        raise ExtendedBeforeError
    case.extension_why = required(why, "why")
    days = rules_of(case).integer("case.extension_working_days")
    # The end is a midnight: the day before it is the last one of the term.
    last_day = beijing_day(by_at) - timedelta(days=1)
    whole = rules_of(case).integer("case.reply_working_days") + days
    counted_at = case.count_term(beijing_day(case.notified_at or work.now), whole)
    case.reply_by_at = max(counted_at, provisional_calendar().due_at(last_day, days))
    case.extended_at = work.now
    timing.extend_reply(work, case, days)
    case.state = state
    say(work, case, case.extension_why)
    tell_firm(work, case, messages.EXTENDED, "extended", until=case.reply_by_at)


def _in_time(work: UnitOfWork, case: Case) -> datetime:
    if case.reply_by_at is None or work.now >= case.reply_by_at:
        raise ReplyLateError
    return case.reply_by_at
