"""What follows when the return of a round is overturned: the round stands as it was handed in."""

from datetime import datetime
from typing import Final

from market.clocks import actions as clocks
from market.clocks.rules import Party
from market.contracts.actions.held import locked, pause
from market.contracts.actions.record import move
from market.contracts.examining.queries import current
from market.contracts.examining.record import owners_term, review_term, service_clock, step
from market.contracts.examining.rules import ExamMove, ExamState, account_of, advance
from market.contracts.model import Contract, Review, ReviewOverturned
from market.contracts.rules import ContractMove
from market.db import UnitOfWork
from market.draws.rules import AwardState
from market.errors import msgid

WHY: Final = msgid("复评撤销退回：退回以来计入中介机构的时间更正为评审审批")


def restore(
    work: UnitOfWork, contract: Contract, review: Review, *, reviewer_org_id: int, number: str
) -> None:
    """Undo a return: the round goes back to whoever returned it, and the time since is theirs.

    The owner has its whole term again, and so has an authority. What passed on the firm's account
    since the return is moved to the reviewers' account, by an event of the clock.

    Raises:
        IllegalContractMoveError, IllegalExamMoveError: The round was not returned.
        ClockSuspendedError: The clock must be resumed first.
    """
    award = locked(work, contract)
    exam = current(work, contract)
    back_to = advance(exam.state, ExamMove.OVERTURN)
    move(work, contract, ContractMove.RESTORE)
    due_at = review_term(work, exam) if back_to is ExamState.UNDER_REVIEW else None
    step(work, contract, exam, ExamMove.OVERTURN, text=number, due_at=due_at)
    if due_at is None:
        owners_term(work, contract)
    else:
        contract.act_by_at, contract.next_check_at = due_at, None
    if award.state is AwardState.FROZEN:
        pause(work, award)
    work.session.add(
        ReviewOverturned(
            review_id=review.id,
            contract_id=contract.id,
            reviewer_org_id=reviewer_org_id,
            number=number,
            at=work.now,
        )
    )
    give_to_reviewers(work, contract, review.reviewed_at, account_of(back_to) or Party.OWNER, WHY)


def give_to_reviewers(
    work: UnitOfWork, contract: Contract, from_at: datetime, party: Party, why: str
) -> None:
    """Move the firm's time since an instant to the reviewers; from now on it is ``party``'s."""
    clocks.correct(
        work,
        service_clock(work, contract),
        from_at=from_at,
        of=Party.FIRM,
        to=Party.REVIEWER,
        party=party,
        why=why,
    )
