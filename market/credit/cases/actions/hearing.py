"""The firm is heard in person (听证), where the measure is grave and it asks for it in time."""

from dataclasses import dataclass
from datetime import date, datetime

from market.accounts.model import User
from market.accounts.queries import user_by_name
from market.calendar import UnknownYearError, provisional_calendar
from market.clock import beijing_day
from market.credit.cases import letters, messages, queries
from market.credit.cases.errors import (
    HearingLateError,
    HearingYearError,
    MoveReasonError,
    NoSuchChairError,
    NotHeldYetError,
    NotTheChairError,
    RestDayError,
)
from market.credit.cases.evidence import hand_in
from market.credit.cases.model import Case, CaseHearing
from market.credit.cases.record import rules_of, say, tell_firm
from market.credit.cases.rules import CaseMove, advance, check_hearing_day, may_ask_hearing
from market.credit.cases.texts import required
from market.db import UnitOfWork
from market.errors import SeparationOfDutiesError, msgid
from market.files import StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons:
    """When, where and before whom a hearing is; ``chair`` is the account's name."""

    held_at: datetime
    place: str
    chair: str
    why: str = ""


def ask_hearing(work: UnitOfWork, case: Case, why: str, stored: StoredFile | None = None) -> None:
    """Ask for a hearing: nothing is decided until it was held.

    Raises:
        HearingLateError: The time to ask is over, or the measure gives no hearing.
        IllegalCaseMoveError: The firm said that it adds nothing, or the case is decided.
        TextTooShortError: It does not say what it wants to be heard about.
    """
    state = advance(case.state, CaseMove.ASK_HEARING)
    if not may_ask_hearing(case.state, case.hearing_by_at, work.now):
        raise HearingLateError
    hearing = CaseHearing(case_id=case.id, why=required(why, "why"), asked_at=work.now)
    work.session.add(hearing)
    hand_in(work, case, stored, for_hearing=True)
    case.state = state
    say(work, case, hearing.why)


def summon(work: UnitOfWork, case: Case, facts: Summons) -> None:
    """Fix a hearing, or another day for it, and tell the firm in time.

    Raises:
        IllegalCaseMoveError: No hearing was asked for, or it was held.
        MoveReasonError: It was fixed before, and nobody says why it is moved.
        HearingYearError, RestDayError: It is no working day, or in a year far off.
        NoHearingDueError: The day is too soon.
        NoSuchChairError: The chair is nobody of the authority that acts.
        SeparationOfDutiesError: The chair proposed the case.
    """
    state = advance(case.state, CaseMove.SUMMON)
    hearing = work.session.get_one(CaseHearing, case.id)
    why = facts.why.strip()
    if hearing.held_at is not None and not why:
        raise MoveReasonError
    days = rules_of(case).integer("case.hearing_notice_working_days")
    earliest_on = provisional_calendar().add_working_days(work.today, days)
    check_hearing_day(facts.held_at, earliest_on, work.today)
    _require_working_day(beijing_day(facts.held_at))
    chair = _chair(work, case, facts.chair)
    is_moved = hearing.held_at is not None
    hearing.held_at = facts.held_at
    hearing.place = facts.place.strip()
    hearing.chair_id = chair.id
    hearing.summoned_at = work.now
    hearing.summoned_by_id = work.user_id
    case.state = state
    day = f"{beijing_day(facts.held_at):%Y-%m-%d}"
    say(work, case, f"{day} {hearing.place}")
    letters.summons(work, case, hearing, chair.name, why)
    once = f"hearing:{facts.held_at.isoformat()}:{work.now.isoformat()}"
    kind = messages.MOVED if is_moved else messages.SUMMONED
    tell_firm(work, case, kind, once, at=facts.held_at, place=hearing.place)


def _require_working_day(day: date) -> None:
    try:
        works = provisional_calendar().is_working_day(day)
    except UnknownYearError:
        raise HearingYearError from None
    if not works:
        raise RestDayError


def _chair(work: UnitOfWork, case: Case, name: str) -> User:
    chair = user_by_name(work, name)
    if chair is None or chair.organisation_id != work.org_id or not chair.is_there:
        raise NoSuchChairError
    if chair.id == case.proposed_by_id:
        raise SeparationOfDutiesError(msgid("提出人"), msgid("听证主持人"))
    if chair.id not in {one.id for one in queries.may_chair(work, case)}:
        raise NoSuchChairError
    return chair


def record_hearing(work: UnitOfWork, case: Case, text: str, *, attended: bool) -> None:
    """Enter what was said at a hearing; a firm that did not come gave its hearing up.

    Raises:
        IllegalCaseMoveError: No hearing was fixed, or it was recorded.
        NotHeldYetError: Its time has not come.
        NotTheChairError: Somebody else chairs it.
        TextTooShortError: There is no record.
    """
    state = advance(case.state, CaseMove.RECORD_HEARING)
    hearing = work.session.get_one(CaseHearing, case.id)
    if hearing.chair_id != work.user_id:
        raise NotTheChairError
    if hearing.held_at is None or work.now < hearing.held_at:
        raise NotHeldYetError
    hearing.record = required(text, "record")
    hearing.attended = attended
    hearing.recorded_at = work.now
    case.state = state
    say(work, case, hearing.record)
