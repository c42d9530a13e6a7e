"""What people do with add-on contracts. Each action changes state, and says so in the journal."""

from typing import Final

from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.ties import RUNNING
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import SeparationOfSidesError, msgid
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs.queries import by_id as need_by_id
from market.numbers import next_number
from market.reasons import long_enough
from market.regulations import Regulation
from market.rulebook import apply
from market.supplements import queries
from market.supplements.errors import (
    EndedMeanwhileError,
    NotRunningError,
    OpenSupplementError,
    SupplementReasonError,
)
from market.supplements.journal import SupplementMoved, SupplementProposed
from market.supplements.model import Supplement
from market.supplements.rules import (
    Ground,
    SupplementMove,
    SupplementState,
    advance,
    check_cap,
    needs_second_approval,
)

REASON_SHORTEST: Final = 10
OPEN: Final = frozenset({SupplementState.PROPOSED, SupplementState.AGREED})


def propose(
    work: UnitOfWork, contract: Contract, *, amount_fen: int, ground: Ground, reason: str
) -> Supplement:
    """Propose more money for a contract in force; the other side is asked.

    Raises:
        NotRunningError: The contract is not in force, or its work is accepted.
        OpenSupplementError: Another one is not settled.
        SupplementReasonError: The reason is missing.
        SupplementAmountError, AddOnCapError: The amount is not possible.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)
    contract = queries.locked_contract(work, contract.id)
    words = _reason(reason)
    if contract.state not in RUNNING:
        raise NotRunningError
    for other in queries.of_contract(work, contract):
        if other.state in OPEN:
            raise OpenSupplementError(other.number)
    _check_cap(work, contract, amount_fen)
    row = Supplement(
        contract_id=contract.id,
        number=next_number(work, "BC"),
        amount_fen=amount_fen,
        ground=ground,
        reason=words,
        proposed_by_org_id=work.org_id,
        proposed_by_id=work.user_id,
        proposed_at=work.now,
        state=SupplementState.PROPOSED,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        SupplementProposed(
            supplement=row.number,
            contract=contract.number,
            amount_fen=amount_fen,
            ground=ground,
            by_firm=work.org_id == contract.firm_org_id,
        )
    )
    return row


def agree(work: UnitOfWork, row: Supplement, contract: Contract) -> None:
    """Agree to what the other side proposed; the authority is asked where the rules say so.

    Raises:
        SeparationOfSidesError: The side that proposed it agrees itself.
        NotRunningError: The contract has ended meanwhile.
        UnknownYearError: The calendar does not know by when the authority must decide.
    """
    _answer(work, row, contract, SupplementMove.AGREE, "")
    if contract.state not in RUNNING:
        raise NotRunningError
    _check_cap(work, contract, row.amount_fen, but=row.id)
    rules = apply(work, queries.SUBJECT)
    signed = [one.signed_on for one in queries.family_of(work, contract)]
    months = rules.integer("add_on.second_approval_months")
    row.needs_approval = needs_second_approval(signed, work.today, months)
    if row.needs_approval:
        days = rules.integer("add_on.decide_working_days")
        row.decide_by_at = row.count_term(work.today, days)
        return
    row.decided_at = work.now
    _move(work, row, contract, SupplementMove.TAKE_EFFECT)


def decline(work: UnitOfWork, row: Supplement, contract: Contract, reason: str) -> None:
    """Decline what the other side proposed, saying why.

    Raises:
        SeparationOfSidesError: The side that proposed it declines itself.
        SupplementReasonError: The reason is missing.
    """
    _answer(work, row, contract, SupplementMove.DECLINE, _reason(reason))


def withdraw(work: UnitOfWork, row: Supplement, contract: Contract) -> None:
    """Take a proposal of one's own side back before it is answered.

    Raises:
        SeparationOfSidesError: The other side tries to.
        IllegalSupplementMoveError: It has been answered.
    """
    if row.proposed_by_org_id != work.actor.org_id:
        raise SeparationOfSidesError(msgid("答复补充合同的一方"), msgid("撤回补充合同的一方"))
    _require_authority(work, contract)
    _move(work, row, contract, SupplementMove.WITHDRAW)


def decide(
    work: UnitOfWork, row: Supplement, contract: Contract, *, approved: bool, reason: str
) -> None:
    """Approve or refuse an agreed add-on contract, for the authority of the item.

    Raises:
        SupplementReasonError: The reason is missing.
        SeparationOfDutiesError: Whoever proposed or agreed decides.
        AddOnCapError: Too much was approved meanwhile.
        EndedMeanwhileError: The contract was ended: nothing is added to it any more.
        IllegalSupplementMoveError: It is not agreed, or is decided.
    """
    words = _reason(reason)
    require_another(
        work,
        row.proposed_by_id,
        row.answered_by_id,
        first=msgid("签订补充合同的人"),
        second=msgid("审批补充合同的人"),
    )
    if approved:
        if contract.state is ContractState.ENDED:
            raise EndedMeanwhileError
        _check_cap(work, contract, row.amount_fen, but=row.id)
    row.decided_by_org_id = work.org_id
    row.decided_by_id = work.user_id
    row.decided_at = work.now
    row.decision = words
    _move(work, row, contract, SupplementMove.APPROVE if approved else SupplementMove.REFUSE)


def _answer(
    work: UnitOfWork, row: Supplement, contract: Contract, move: SupplementMove, words: str
) -> None:
    if row.proposed_by_org_id == work.actor.org_id:
        raise SeparationOfSidesError(msgid("提出补充合同的一方"), msgid("答复补充合同的一方"))
    _require_authority(work, contract)
    row.answered_by_id = work.user_id
    row.answered_at = work.now
    row.answer = words or None
    _move(work, row, contract, move)


def _move(work: UnitOfWork, row: Supplement, contract: Contract, move: SupplementMove) -> None:
    row.state = advance(row.state, move)
    work.record(
        SupplementMoved(supplement=row.number, contract=contract.number, move=move, state=row.state)
    )


def _check_cap(
    work: UnitOfWork, contract: Contract, amount_fen: int, but: int | None = None
) -> None:
    law = apply(work, queries.LAW)
    check_cap(
        amount_fen,
        queries.counted_fen(work, contract, but),
        price_fen=contract.price_fen,
        percent=law.integer("add_on.maximum_percent"),
        rule=_named(law),
    )


def _named(law: Regulation) -> str:
    return f"《{law.title}》{law.clause_of('add_on.maximum_percent')}"


def _require_authority(work: UnitOfWork, contract: Contract) -> None:
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)


def _reason(text: str) -> str:
    return long_enough(text, REASON_SHORTEST, SupplementReasonError)
