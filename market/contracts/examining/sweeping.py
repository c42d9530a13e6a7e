"""What time does to examinations; ``contracts.jobs`` runs it."""

from market.clocks.rules import ClockState
from market.contracts.examining import actions, queries
from market.contracts.examining.model import Examination
from market.contracts.examining.record import service_clock
from market.contracts.examining.rules import OPEN
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.queries import award_at
from market.draws.rules import AwardState
from market.sweeping import Due


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Find the examinations whose term has ended."""
    return queries.due(work, after, limit)


def end_term(work: UnitOfWork, row: Due) -> int:
    """End one such term; none runs while the award stands still, or the clock is suspended."""
    exam = work.session.get_one(Examination, row[-1])
    contract = work.session.get_one(Contract, exam.contract_id)
    award = award_at(work, contract.award_id)
    work.session.refresh(contract, with_for_update=True)
    work.session.refresh(exam, with_for_update=True)
    is_due = exam.next_check_at is not None and exam.next_check_at <= work.now
    if award.state is AwardState.FROZEN or exam.state not in OPEN or not is_due:
        return 0
    if service_clock(work, contract).state is ClockState.SUSPENDED:
        actions.postpone(work, contract, exam)
    else:
        actions.time_is_up(work, contract, exam)
    return 1
