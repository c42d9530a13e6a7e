"""Repair of credit: the firm applies, two people answer; time reports silence and ends measures."""

from market.calendar import provisional_calendar
from market.credit import timing
from market.credit.cases import letters, messages
from market.credit.cases.actions.effects import settle
from market.credit.cases.errors import (
    IllegalCaseMoveError,
    PromiseMissingError,
    RepairPendingError,
)
from market.credit.cases.model import Case
from market.credit.cases.record import rules_of, say, tell_firm
from market.credit.cases.rules import CaseMove, advance, check_repair
from market.credit.cases.texts import required
from market.credit.repair import queries
from market.credit.repair.journal import RepairMoved
from market.credit.repair.model import CreditRepair
from market.credit.repair.rules import RepairMove, RepairState, advance_repair, next_look
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.firms import queries as firm_queries
from market.firms.restrictions import actions as restrictions
from market.messages.actions import tell
from market.numbers import next_number
from market.salts import salted

# Platform default: what a firm promises publicly; the city's own words replace it.
PROMISE = msgid(
    "我单位已纠正上述失信行为并履行有关义务，承诺今后依法诚信从业；"
    "如有虚假，自愿接受撤销修复和重新处理。"
)


def apply_for(work: UnitOfWork, case: Case, correction: str, *, promised: bool) -> CreditRepair:
    """Apply for repair: the breach was put right, and will not come again.

    Raises:
        IllegalCaseMoveError: Nothing bears on the firm any more, or it is a suspension.
        RepairEarlyError: The least term is not over.
        RepairPendingError: Another application waits.
        PromiseMissingError: Nothing is promised.
        TextTooShortError: It does not say what was put right.
    """
    advance(case.state, CaseMove.REPAIR)
    terms = queries.terms_of(work, case)
    if terms is None:
        raise IllegalCaseMoveError
    check_repair(terms, work.now)
    if not promised:
        raise PromiseMissingError
    correction = required(correction, "correction")
    firm_queries.locked(work, case.firm_id)  # The form may have been sent twice.
    if queries.pending(work, case) is not None:
        raise RepairPendingError
    days = rules_of(case).integer("repair.decide_working_days")
    by_at = provisional_calendar().due_at(work.today, days)
    repair = CreditRepair(
        number=next_number(work, "XF"),
        case_id=case.id,
        correction=correction,
        promise=str(PROMISE),
        applied_by_id=work.user_id,
        applied_at=work.now,
        decide_by_at=by_at,
        state=RepairState.APPLIED,
        next_check_at=next_look(by_at, terms.ends_at, None),
    )
    work.session.add(repair)
    work.session.flush()
    timing.begin_repair(work, case, repair)
    _record(work, case, repair, repair.correction)
    return repair


def draft(work: UnitOfWork, case: Case, repair: CreditRepair, *, grant: bool, text: str) -> None:
    """Draft the answer to an application.

    Raises:
        IllegalCaseMoveError: It has a draft or an answer, or the measure is over.
        TextTooShortError: There are no reasons.
    """
    state = advance_repair(repair.state, RepairMove.DRAFT)
    repair.decision = required(text, "decision")
    repair.state = state
    repair.draft_grants = grant
    repair.drafted_by_id = work.user_id
    repair.drafted_at = work.now
    repair.send_back_reason = None
    _record(work, case, repair, repair.decision)


def send_back(work: UnitOfWork, case: Case, repair: CreditRepair, why: str) -> None:
    """Refuse to sign a drafted answer; it is drafted anew, and its time runs on.

    Raises:
        IllegalCaseMoveError: There is no draft.
        SeparationOfDutiesError: It is the drafter's own.
        TextTooShortError: There are no reasons.
    """
    state = advance_repair(repair.state, RepairMove.SEND_BACK)
    _require_another(work, repair)
    repair.send_back_reason = required(why, "why")
    repair.state = state
    repair.draft_grants = None
    repair.drafted_by_id = None
    repair.drafted_at = None
    repair.decision = None
    _record(work, case, repair, repair.send_back_reason)


def confirm(work: UnitOfWork, case: Case, repair: CreditRepair) -> None:
    """Sign the answer as the second person; a repaired firm is free at once.

    Raises:
        IllegalCaseMoveError: There is no draft, or the case moved on.
        SeparationOfDutiesError: It is the drafter's own.
    """
    grants = bool(repair.draft_grants)
    state = advance_repair(repair.state, RepairMove.GRANT if grants else RepairMove.REFUSE)
    _require_another(work, repair)
    repair.state = state
    repair.decided_by_id = work.user_id
    repair.decided_at = work.now
    repair.next_check_at = None
    timing.end_repair(work, repair)
    _record(work, case, repair, repair.decision or "")
    if grants:
        _repair(work, case, repair)
    letters.repair(work, case, repair.decision or "", granted=grants)
    kind = messages.REPAIR_GRANTED if grants else messages.REPAIR_REFUSED
    tell_firm(work, case, kind, repair.number)


def _repair(work: UnitOfWork, case: Case, repair: CreditRepair) -> None:
    case.state = advance(case.state, CaseMove.REPAIR)
    case.lifted_at = work.now
    case.next_check_at = None
    restrictions.lift(work, case.number)
    say(work, case, repair.decision or "")
    settle(work, firm_queries.locked(work, case.firm_id), why=msgid("信用修复"))


def look(work: UnitOfWork, case: Case, repair: CreditRepair) -> None:
    """Do what time must: report silence to the authority, end what the measure's end overtook."""
    if case.ends_at is None or work.now >= case.ends_at or case.lifted_at is not None:
        repair.state = advance_repair(repair.state, RepairMove.END)
        repair.next_check_at = None
        timing.end_repair(work, repair)
    else:
        repair.escalated_at = work.now
        repair.next_check_at = next_look(repair.decide_by_at, case.ends_at, work.now)
        tell(
            work,
            messages.REPAIR_LATE,
            org_id=case.proposed_by_org_id,
            path=f"/credit/cases/{case.number}",
            once=f"{repair.number}:late",
            number=repair.number,
        )
    _record(work, case, repair, "")


def _require_another(work: UnitOfWork, repair: CreditRepair) -> None:
    require_another(work, repair.drafted_by_id, first=msgid("拟定人"), second=msgid("确认人"))


def _record(work: UnitOfWork, case: Case, repair: CreditRepair, text: str) -> None:
    work.record(
        RepairMoved(
            repair=repair.number,
            case=case.number,
            state=repair.state,
            decide_by=repair.decide_by_at,
            late=repair.escalated_at is not None,
            text_digest=salted(work, repair.number, text),
        )
    )
