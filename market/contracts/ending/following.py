"""How an ending follows its award: it waits with it, and a contract ends with it."""

from market import rulebook
from market.contracts import queries as contracts
from market.contracts.ending import queries
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.record import SUBJECT, end, say, set_term, step
from market.contracts.ending.rules import EndingKind, EndingMove, EndingState
from market.contracts.rules import LIVE
from market.db import UnitOfWork
from market.draws.model import Award
from market.numbers import next_number


def renew(work: UnitOfWork, award: Award) -> None:
    """Give the other side its whole time to answer again: nobody could while the award stood."""
    contract = contracts.of_award(work, award.id)
    pending = queries.open_of(work, contract) if contract is not None else None
    if pending is None:
        return
    if pending.state is EndingState.ASKED:
        set_term(work, pending, "agreed.answer_working_days")
    elif pending.state is EndingState.HEARING:
        set_term(work, pending, "cause.reply_working_days")


def end_annulled(work: UnitOfWork, award: Award, why: str, words: str) -> ContractEnding | None:
    """End the contract of an award that is annulled, if there is one in force.

    ``why`` is the number of the objection. What the work until now is worth is between the two
    sides: nothing is fixed here, and nothing that was invoiced or paid is touched.
    """
    contract = contracts.of_award(work, award.id)
    if contract is None or contract.state not in LIVE:
        return None
    pending = queries.open_of(work, contract)
    if pending is not None:
        pending.due_at = None
        step(work, pending, EndingMove.OVERTAKE, why)
    end(work, contract, None)
    row = ContractEnding(
        number=next_number(work, "JC"),
        contract_id=contract.id,
        kind=EndingKind.ANNULLED,
        state=EndingState.ANNULLED,
        reason=why,
        asked_at=work.now,
        decision=words,
        decided_by_org_id=work.actor.org_id,
        decided_by_id=work.actor.user_id,
        decided_at=work.now,
        regulation_id=rulebook.apply(work, SUBJECT).id,
    )
    work.session.add(row)
    say(work, row, words)
    return row
