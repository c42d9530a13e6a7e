"""What stands still with an award: its contract's terms and the finding of who did not sign."""

from market.clocks import resuming
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.clocks.queries import locked as clock_locked
from market.contracts import queries, timing
from market.contracts.actions.record import rules_for, subject_of
from market.contracts.ending.queries import open_of as open_endings
from market.contracts.ending.timing import pause as pause_ending
from market.contracts.errors import AwardHeldError
from market.contracts.examining.record import dispute_again, renew
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.record import hear_again
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries import award_at
from market.draws.queries.freezes import freeze_of
from market.draws.rules import AwardState


def require_not_held(work: UnitOfWork, award: Award) -> None:
    """Refuse what would settle an award that stands still.

    Raises:
        AwardHeldError: An objection holds it.
    """
    if award.state is AwardState.FROZEN:
        row = freeze_of(work, award.id)
        raise AwardHeldError(row.why if row else award.number)


def locked_free(work: UnitOfWork, contract: Contract) -> Award:
    """Lock a contract's award as ``locked`` does; refuse it while it is held.

    Raises:
        AwardHeldError: An objection holds it.
    """
    award = locked(work, contract)
    require_not_held(work, award)
    return award


def locked(work: UnitOfWork, contract: Contract) -> Award:
    """Lock a contract's award and its service's clock, then look at the contract again.

    In this order, before any round or report: time, which moves those too, holds the clock first.
    """
    award = award_at(work, contract.award_id)
    work.session.refresh(contract)
    clock = clock_of(work, subject_of(contract))
    if clock is not None:
        clock_locked(work, clock.id)
    return award


def pause(work: UnitOfWork, award: Award) -> None:
    """Let no term of a signed contract's owner or its ending run while its award stands still.

    The firm's service clock runs on: nobody is told to lay down work that may well be right. What
    is left of the time to dispute a return is not over before it is given back whole.
    """
    contract = queries.of_award(work, award.id)
    for pending in open_endings(work, contract) if contract else ():
        pause_ending(work, pending)
    if contract is not None and contract.state in {
        ContractState.IN_FORCE,
        ContractState.DELIVERED,
    }:
        contract.act_by_at = contract.next_check_at = None
        contract.forget_term()
        timing.pause(work, contract)


def resume(work: UnitOfWork, award: Award) -> None:
    """Give back the whole of a term that stood still: the hearing's, or the contract's owner's."""
    hear_again(work, award)
    contract = queries.of_award(work, award.id)
    if contract is None:
        return
    if contract.state is ContractState.IN_FORCE:
        days = rules_for(work, contract).integer("contract.materials_working_days")
        contract.materials_by_at = contract.count_term(work.today, days)
        contract.act_by_at = contract.materials_by_at
    elif contract.state is ContractState.DELIVERED:
        renew(work, contract)
    elif contract.state is ContractState.RUNNING:
        dispute_again(work, contract)


def clock_resumed(work: UnitOfWork, clock: Clock) -> None:
    """Give back the time to dispute a return: nobody could while the clock was suspended."""
    contract = queries.of_clock(work, clock)
    if contract is not None and contract.state is ContractState.RUNNING:
        dispute_again(work, contract)


resuming.provide(clock_resumed)
