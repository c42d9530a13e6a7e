"""How an ending follows its award: it waits with it, and a contract ends with it."""

from typing import Final

from market import rulebook
from market.contracts import queries as contracts
from market.contracts.ending import queries, timing
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.record import SERIES, SUBJECT, end, say, set_term, step
from market.contracts.ending.rules import EndingKind, EndingMove, EndingState
from market.contracts.rules import LIVE
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.model_freeze import AwardFreeze
from market.draws.queries.freezes import last_freeze
from market.numbers import next_number

_TERMS: Final = {
    EndingState.ASKED: "agreed.answer_working_days",
    EndingState.HEARING: "cause.reply_working_days",
    EndingState.TO_DECIDE: "cause.decide_working_days",
    EndingState.PROPOSED: "cause.decide_working_days",
}
_AT_AUTHORITY: Final = frozenset({EndingState.TO_DECIDE, EndingState.PROPOSED})


def renew(work: UnitOfWork, award: Award) -> None:
    """Give whoever's turn it is the whole time again: nobody could act while the award stood.

    An authority that was late before stays late.
    """
    contract = contracts.of_award(work, award.id)
    if contract is None:
        return
    freeze = last_freeze(work, award.id)
    for pending in queries.open_of(work, contract):
        if pending.state in _AT_AUTHORITY and _was_late(pending, freeze):
            timing.go_on(work, pending)
        else:
            set_term(work, pending, _TERMS[pending.state])


def _was_late(pending: ContractEnding, freeze: AwardFreeze | None) -> bool:
    """Whether its time was over before the award stood still."""
    if pending.due_at is None or freeze is None:
        return False
    return pending.due_at <= freeze.frozen_at


def end_annulled(work: UnitOfWork, award: Award, why: str, words: str) -> ContractEnding | None:
    """End the contract of an award that is annulled, if there is one in force.

    ``why`` is the number of the objection. What the work until now is worth is between the two
    sides: nothing is fixed here, and nothing that was invoiced or paid is touched.
    """
    contract = contracts.of_award(work, award.id)
    if contract is None or contract.state not in LIVE:
        return None
    for pending in queries.open_of(work, contract):
        step(work, pending, EndingMove.OVERTAKE, why)
    end(work, contract, None)
    row = ContractEnding(
        number=next_number(work, SERIES),
        contract_id=contract.id,
        kind=EndingKind.ANNULLED,
        state=EndingState.ANNULLED,
        reason=why,
        asked_at=work.now,
        decision=words,
        decided_by_org_id=work.actor.org_id,
        decided_by_id=work.actor.user_id,
        decided_at=work.now,
        closed_at=work.now,
        regulation_id=rulebook.apply(work, SUBJECT).id,
    )
    work.session.add(row)
    say(work, row, words)
    return row
