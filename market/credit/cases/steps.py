"""Which steps of a case the reader may take now: the one place that its page asks."""

from dataclasses import dataclass, replace

from market.access import Permission
from market.credit.cases.model import Case, CaseHearing
from market.credit.cases.queries import hearing_of
from market.credit.cases.record import rules_of
from market.credit.cases.rules import (
    CaseState,
    is_hearing,
    may_ask_hearing,
    may_write,
    repair_from,
)
from market.credit.repair import queries as repairs
from market.credit.repair.model import CreditRepair
from market.credit.repair.rules import RepairState
from market.credit.withdrawals import queries as reviews
from market.credit.withdrawals.model import CaseReview
from market.db import UnitOfWork
from market.duties import took


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What the reader may do with a case now."""

    confirm: bool = False
    recall: bool = False
    reply: bool = False
    extend: bool = False
    ask_hearing: bool = False
    summon: bool = False
    record: bool = False
    decide: bool = False
    sign: bool = False
    take_back: bool = False
    withdraw: bool = False
    correct: bool = False
    review: bool = False
    repair: bool = False
    answer_repair: bool = False
    sign_repair: bool = False


def steps_of(work: UnitOfWork, case: Case) -> Steps:
    """Return what the reader may do with a case now."""
    may = work.actor.permissions
    found = Steps()
    if Permission.CASE_DECIDE in may:
        found = _of_authority(work, case)
    elif Permission.CASE_REPLY in may:
        found = _of_firm(work, case)
    own = case.state is CaseState.PROPOSED and took(work, case.proposed_by_id)
    return replace(found, recall=own and Permission.CASE_PROPOSE in may)


def _of_firm(work: UnitOfWork, case: Case) -> Steps:
    writes = may_write(case.state, case.reply_by_at, work.now)
    return Steps(
        reply=writes,
        extend=writes and case.extended_at is None,
        ask_hearing=may_ask_hearing(case.state, case.hearing_by_at, work.now),
        repair=_may_repair(work, case),
    )


def _may_repair(work: UnitOfWork, case: Case) -> bool:
    terms = repairs.terms_of(work, case)
    if case.state is not CaseState.DECIDED or terms is None:
        return False
    return repair_from(terms) <= work.now < terms.ends_at and repairs.pending(work, case) is None


def _of_authority(work: UnitOfWork, case: Case) -> Steps:
    hearing = hearing_of(work, case)
    barred = took(work, case.proposed_by_id) or _chaired(work, case, hearing)
    hears = is_hearing(case.state, case.reply_by_at, work.now)
    may_draft = {CaseState.NOTIFIED, CaseState.REPLIED, CaseState.HEARD}
    review, repair = reviews.pending(work, case), repairs.pending(work, case)
    decided = case.state is CaseState.DECIDED
    return Steps(
        confirm=case.state is CaseState.PROPOSED and not took(work, case.proposed_by_id),
        summon=case.state in {CaseState.HEARING, CaseState.SUMMONED},
        record=_may_record(work, case, hearing),
        decide=case.state in may_draft and not hears and not barred,
        sign=case.state is CaseState.DRAFTED and not barred and not took(work, case.drafted_by_id),
        take_back=case.state is CaseState.DRAFTED and took(work, case.drafted_by_id),
        withdraw=case.state in {CaseState.DECIDED, CaseState.REPAIRED} and review is None,
        correct=decided and review is None and (case.ends_at is None or work.now < case.ends_at),
        review=_may_answer(work, review),
        answer_repair=decided and repair is not None and repair.state is RepairState.APPLIED,
        sign_repair=decided and _may_sign(work, repair),
    )


def _chaired(work: UnitOfWork, case: Case, hearing: CaseHearing | None) -> bool:
    if hearing is None or rules_of(case).flag("case.chair_may_decide"):
        return False
    return took(work, hearing.chair_id)


def _may_record(work: UnitOfWork, case: Case, hearing: CaseHearing | None) -> bool:
    return (
        case.state is CaseState.SUMMONED
        and hearing is not None
        and hearing.held_at is not None
        and hearing.held_at <= work.now
        and took(work, hearing.chair_id)
    )


def _may_answer(work: UnitOfWork, review: CaseReview | None) -> bool:
    return review is not None and not took(work, review.proposed_by_id)


def _may_sign(work: UnitOfWork, repair: CreditRepair | None) -> bool:
    return (
        repair is not None
        and repair.state is RepairState.DRAFTED
        and not took(work, repair.drafted_by_id)
    )
