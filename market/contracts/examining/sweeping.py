"""What time does to examinations; ``contracts.jobs`` runs it."""

from market.clocks.rules import ClockState
from market.contracts.actions.held import locked
from market.contracts.examining import actions, queries
from market.contracts.examining.model import Examination
from market.contracts.examining.record import close_dispute, service_clock
from market.contracts.examining.rules import OPEN, SENT_BACK
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.rules import AwardState
from market.sweeping import Due


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Find the examinations whose term has ended."""
    return queries.due(work, after, limit)


def end_term(work: UnitOfWork, row: Due) -> int:
    """End one such term; none runs while the award stands still, or the clock is suspended."""
    exam = work.session.get_one(Examination, row[-1])
    contract = work.session.get_one(Contract, exam.contract_id)
    award = locked(work, contract)
    work.session.refresh(contract, with_for_update=True)
    work.session.refresh(exam, with_for_update=True)
    is_due = exam.next_check_at is not None and exam.next_check_at <= work.now
    if award.state is AwardState.FROZEN or not is_due:
        return 0
    is_suspended = service_clock(work, contract).state is ClockState.SUSPENDED
    if exam.state in SENT_BACK:
        return 0 if is_suspended else _end_dispute(exam)
    if exam.state not in OPEN:
        return 0
    if is_suspended:
        actions.postpone(work, contract, exam)
    else:
        actions.time_is_up(work, contract, exam)
    return 1


def _end_dispute(exam: Examination) -> int:
    close_dispute(exam)
    return 1
