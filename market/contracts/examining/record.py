"""What every step of an examination shares: the move, the step on record, the clock, the term."""

from datetime import datetime
from typing import Final

from market import regulations, rulebook
from market.clocks import actions as clocks
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.clocks.rules import ClockState, Party
from market.contracts import disputes, timing
from market.contracts.actions.record import rules_for, subject_of
from market.contracts.actions.terms import set_review_term
from market.contracts.examining import queries
from market.contracts.examining.journal import DeliverableExamined
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.examining.rules import (
    OPEN,
    SENT_BACK,
    TOLERATED,
    ExamMove,
    ExamState,
    advance,
)
from market.contracts.model import Contract, Deliverable
from market.contracts.rules import ReturnReason
from market.db import UnitOfWork
from market.errors import MissingError
from market.files import StoredFile
from market.salts import salted

SUBJECT: Final = "service"
DISPUTE_DAYS: Final = "rereview.ask_working_days"


def open_round(work: UnitOfWork, contract: Contract, deliverable: Deliverable) -> None:
    """Begin to examine a round that was just handed in; the one before is disputed no more."""
    work.session.flush()
    disputes.end_with_round(work, contract)
    before = queries.last_of(work, contract)
    if before is not None:
        close_dispute(before)
    work.session.add(
        Examination(
            deliverable_id=deliverable.id,
            contract_id=contract.id,
            state=ExamState.SUBMITTED,
            since_at=work.now,
            regulation_id=rulebook.apply(work, SUBJECT).id,
        )
    )
    work.session.flush()


def step(
    work: UnitOfWork,
    contract: Contract,
    exam: Examination,
    move: ExamMove,
    *,
    text: str = "",
    reason: ReturnReason | None = None,
    clause: str = "",
    due_at: datetime | None = None,
    stored: StoredFile | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Move an examination, keep the step and say so; ``due_at`` is the term that begins with it."""
    at = happened_at or work.now
    was, exam.state = exam.state, advance(exam.state, move)
    timing.follow(work, contract, exam, was, at)
    exam.overdue = move is ExamMove.OVERDUE
    if not exam.overdue:
        exam.since_at, exam.due_at = at, due_at
    exam.next_check_at = due_at
    exam.dispute_by_at = None
    if exam.state in SENT_BACK:
        open_dispute(work, exam)
    work.session.add(
        ExaminationStep(
            examination_id=exam.id,
            move=move,
            state=exam.state,
            reason=reason,
            clause=clause,
            text=text,
            due_at=due_at,
            file_id=stored.id if stored else None,
            by_org_id=work.actor.org_id,
            by_id=work.actor.user_id,
            happened_at=at,
            entered_at=work.now,
        )
    )
    work.record(
        DeliverableExamined(
            contract=contract.number,
            round=work.session.get_one(Deliverable, exam.deliverable_id).round_no,
            move=move,
            state=exam.state,
            reason=reason,
            due_at=due_at,
            file_digest=stored.digest if stored else None,
            text_digest=salted(work, contract.number, _written(clause, text)),
            regulation=exam.regulation_id,
            happened_at=at,
        )
    )


def _written(clause: str, text: str) -> str:
    """Return what the log has the digest of; nothing where nothing was written."""
    return f"{clause}\n{text}" if clause or text else ""


def close(work: UnitOfWork, contract: Contract) -> None:
    """Close the examination of a contract that ends before anybody decided."""
    exam = queries.last_of(work, contract)
    if exam is not None and exam.state in OPEN:
        step(work, contract, exam, ExamMove.CLOSE)


def give_time(
    work: UnitOfWork, contract: Contract, party: Party, why: str, at: datetime | None = None
) -> None:
    """Let time pass on an account: of a clock that runs, or of one that stood since a 容缺."""
    clock = service_clock(work, contract)
    if clock.state is ClockState.STOPPED:
        clocks.reopen(work, clock, party, why)
    else:
        clocks.hand_to(work, clock, party, why, happened_at=at)


def service_clock(work: UnitOfWork, contract: Contract) -> Clock:
    """Return the clock of a contract's service."""
    clock = clock_of(work, subject_of(contract))
    if clock is None:
        raise MissingError
    return clock


def term(work: UnitOfWork, exam: Examination, key: str) -> datetime:
    """Return when a term that begins today ends, as the rules of the round say."""
    days = regulations.current().by_id(exam.regulation_id).integer(key)
    return exam.count_term(work.today, days)


def review_term(work: UnitOfWork, exam: Examination) -> datetime:
    """Return when the days of the reviewing authority end that begin today."""
    if exam.review_working_days is None:
        raise MissingError
    return exam.count_term(work.today, exam.review_working_days)


def owners_term(work: UnitOfWork, contract: Contract) -> None:
    """Give the owner its days to examine a round from today."""
    set_review_term(contract, rules_for(work, contract), submitted_on=work.today, today=work.today)
    timing.begin(work, contract)


def renew(work: UnitOfWork, contract: Contract) -> None:
    """Give whoever's turn it is the whole term again: nobody could act while the award stood."""
    exam = queries.last_of(work, contract)
    if exam is None or exam.state is ExamState.SUBMITTED:
        owners_term(work, contract)
        return
    if exam.state not in OPEN:
        return
    whole = (
        review_term(work, exam)
        if exam.state is ExamState.UNDER_REVIEW
        else term(work, exam, "supplement.working_days")
    )
    kept = exam.due_at if exam.state in TOLERATED else None
    if kept and kept > whole:
        exam.forget_term()
    exam.due_at = exam.next_check_at = max(whole, kept) if kept else whole
    exam.overdue = False
    contract.act_by_at = exam.due_at
    if exam.state is ExamState.UNDER_REVIEW:
        timing.begin_review(work, contract, exam)


def open_dispute(work: UnitOfWork, exam: Examination) -> None:
    """Let the whole time to dispute the end of a round run from today.

    Nobody is kept from returning a round by a calendar that ends.
    """
    days = regulations.current().by_id(exam.regulation_id).integer(DISPUTE_DAYS)
    exam.dispute_by_at = exam.next_check_at = exam.count_any_term(work.today, days)


def close_dispute(exam: Examination) -> None:
    """End the time to dispute: it is over, or was used, or another round was handed in."""
    if exam.state in SENT_BACK:
        exam.next_check_at = None
        exam.forget_term()


def dispute_again(work: UnitOfWork, contract: Contract) -> None:
    """Give the whole time to dispute again, if some of it was left when everything stood still."""
    exam = queries.last_of(work, contract)
    if exam is not None and exam.state in SENT_BACK and exam.next_check_at is not None:
        open_dispute(work, exam)
