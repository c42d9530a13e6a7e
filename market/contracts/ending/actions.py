"""Asking for an end, answering, proposing, deciding; each step is told to the public log."""

from collections.abc import Sequence
from typing import Final

from market import rulebook
from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.contracts.actions.held import locked_free
from market.contracts.ending import queries
from market.contracts.ending.errors import (
    EndingLateError,
    EndingReasonError,
    FaultMissingError,
    NotLiveError,
    OpenEndingError,
)
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.record import SERIES, SUBJECT, end, say, set_term, step
from market.contracts.ending.rules import (
    OPEN,
    CauseNotYoursError,
    EndingCause,
    EndingKind,
    EndingMove,
    EndingState,
    IllegalEndingMoveError,
    SettlementPassedError,
    advance,
    causes_of,
    check_again,
    check_settlement,
)
from market.contracts.ending.sums import sums_of
from market.contracts.model import Contract
from market.contracts.rules import LIVE
from market.contracts.signing.rules import Fault
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import SeparationOfSidesError, msgid
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from market.needs.rules import Move
from market.numbers import next_number
from market.reasons import long_enough

SHORTEST: Final = 20
# Whose fault an end can be; it cannot go on for nobody's.
FAULTS: Final = frozenset({Fault.FIRM, Fault.OWNER, Fault.NEITHER_NEXT})


def ask(work: UnitOfWork, contract: Contract, *, settled_fen: int, text: str) -> ContractEnding:
    """Ask the other side to end a contract, saying what is then owed for the work until now.

    Raises:
        NotLiveError, OpenEndingError, AwardHeldError: It cannot be ended now.
        AskedOftenError, AskedSoonError: The side has asked too often, or just now.
        SettlementError: More than was agreed would be owed, or less than is invoiced.
        EndingReasonError: There are no reasons.
    """
    _begin(work, contract, EndingKind.AGREED)
    check_settlement(settled_fen, sums_of(work, contract))
    row = _entered(work, contract, EndingKind.AGREED, _reason(text))
    row.settled_fen = settled_fen
    return _started(work, row, "agreed.answer_working_days")


def apply(work: UnitOfWork, contract: Contract, *, cause: EndingCause, text: str) -> ContractEnding:
    """Ask the authority of the item to end a contract for a cause; the other side is heard.

    Raises:
        NotLiveError, OpenEndingError, AwardHeldError: It cannot be ended now.
        AskedOftenError, AskedSoonError: The side has asked too often, or just now.
        CauseNotYoursError: Only the other side could say this.
        EndingReasonError: There are no facts.
    """
    _begin(work, contract, EndingKind.CAUSE)
    if cause not in causes_of(is_firm=work.org_id == contract.firm_org_id):
        raise CauseNotYoursError
    row = _entered(work, contract, EndingKind.CAUSE, _reason(text))
    row.cause = cause
    row.state = EndingState.HEARING
    return _started(work, row, "cause.reply_working_days")


def _begin(work: UnitOfWork, contract: Contract, kind: EndingKind) -> None:
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)
    locked_free(work, contract)
    if contract.state not in LIVE:
        raise NotLiveError
    own = [row for row in queries.of_contract(work, contract) if row.by_org_id == work.org_id]
    for row in own:
        if row.state in OPEN:
            raise OpenEndingError(row.number)
    _require_patience(work, [row for row in own if row.kind is kind], kind)


def _require_patience(work: UnitOfWork, own: Sequence[ContractEnding], kind: EndingKind) -> None:
    """Refuse a side that has asked too often in this way, or whose last request is just over."""
    rules = rulebook.apply(work, SUBJECT)
    closed_at = max((row.closed_at for row in own if row.closed_at), default=None)
    days = rules.integer(f"{kind}.again_working_days")
    check_again(
        len(own),
        most=rules.integer(f"{kind}.most_requests"),
        again_at=provisional_calendar().due_at(beijing_day(closed_at), days) if closed_at else None,
        now=work.now,
        rules=rules.title,
    )


def _entered(work: UnitOfWork, contract: Contract, kind: EndingKind, reason: str) -> ContractEnding:
    return ContractEnding(
        number=next_number(work, SERIES),
        contract_id=contract.id,
        kind=kind,
        state=EndingState.ASKED,
        by_org_id=work.org_id,
        reason=reason,
        asked_at=work.now,
        asked_by_id=work.user_id,
        regulation_id=rulebook.apply(work, SUBJECT).id,
    )


def _started(work: UnitOfWork, row: ContractEnding, term: str) -> ContractEnding:
    set_term(work, row, term)
    work.session.add(row)
    say(work, row, row.reason)
    return row


def answer(
    work: UnitOfWork, row: ContractEnding, contract: Contract, *, agree: bool, text: str
) -> None:
    """Agree to an end, or refuse it with reasons; for the other side.

    Raises:
        IllegalEndingMoveError: It is not asked any more.
        SeparationOfSidesError: It is the side that asked.
        EndingLateError: The time to answer is over.
        EndingReasonError: A refusal has no reasons.
        SettlementPassedError: More has been invoiced since than would be settled.
    """
    words = text.strip() if agree else _reason(text)
    row = _others(work, row, contract)
    if agree and row.settled_fen is not None:
        sums = sums_of(work, contract)
        if row.settled_fen < sums.invoiced_fen:
            raise SettlementPassedError(row.settled_fen, sums.invoiced_fen)
    step(work, row, EndingMove.AGREE if agree else EndingMove.REFUSE, words)
    _replied(work, row, words)
    if agree:
        _end(work, contract, row.settled_fen)


def _end(work: UnitOfWork, contract: Contract, settled_fen: int | None) -> None:
    """End a contract and its need; what the other side asked meanwhile has nothing left to end."""
    end(work, contract, settled_fen)
    needs.step(work, need_by_id(work, contract.need_id), Move.TERMINATE)
    for other in queries.open_of(work, contract):
        step(work, other, EndingMove.OVERTAKE, "")


def reply(work: UnitOfWork, row: ContractEnding, contract: Contract, text: str) -> None:
    """Answer what the other side told the authority; the hearing is over.

    Raises:
        As ``answer``.
    """
    words = _reason(text)
    row = _others(work, row, contract)
    advance(row.state, EndingMove.REPLY)
    _replied(work, row, words)
    set_term(work, row, "cause.decide_working_days")
    step(work, row, EndingMove.REPLY, words)


def _others(work: UnitOfWork, row: ContractEnding, contract: Contract) -> ContractEnding:
    row = _locked(work, row, contract)
    if row.by_org_id == work.org_id:
        raise SeparationOfSidesError(msgid("申请解除合同的一方"), msgid("答复解除申请的一方"))
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)
    if row.due_at is not None and work.now >= row.due_at:
        raise EndingLateError(row.due_at)
    return row


def _replied(work: UnitOfWork, row: ContractEnding, words: str) -> None:
    row.reply, row.replied_at, row.replied_by_id = words, work.now, work.user_id


def withdraw(work: UnitOfWork, row: ContractEnding, contract: Contract) -> None:
    """Take it back; for the side that asked.

    Raises:
        SeparationOfSidesError: It is the other side.
        IllegalEndingMoveError: It is too late for it.
    """
    row = _locked(work, row, contract)
    if row.by_org_id != work.org_id:
        raise SeparationOfSidesError(msgid("答复解除申请的一方"), msgid("撤回解除申请的一方"))
    step(work, row, EndingMove.WITHDRAW, "")


def propose(
    work: UnitOfWork,
    row: ContractEnding,
    contract: Contract,
    *,
    ends: bool,
    fault: Fault | None,
    text: str,
) -> None:
    """Let an officer propose whether to end it, and whose fault that is.

    Raises:
        IllegalEndingMoveError: The other side is still heard, or it was proposed.
        FaultMissingError: It is to end, and nobody's fault is named, nor that it is nobody's.
        EndingReasonError: There are no reasons.
    """
    words = _reason(text)
    if ends and fault not in FAULTS:
        raise FaultMissingError
    row = _locked(work, row, contract)
    advance(row.state, EndingMove.PROPOSE)
    row.proposes_end, row.proposed_fault = ends, fault if ends else None
    row.proposal, row.proposed_by_id, row.proposed_at = words, work.user_id, work.now
    step(work, row, EndingMove.PROPOSE, words)


def decide(
    work: UnitOfWork, row: ContractEnding, contract: Contract, *, agree: bool, text: str
) -> None:
    """Let another person of the authority decide what was proposed, or send it back.

    Raises:
        IllegalEndingMoveError: Nothing is proposed.
        SeparationOfDutiesError: It is the person who proposed.
        EndingReasonError: There are no reasons.
    """
    words = _reason(text)
    row = _locked(work, row, contract)
    advance(row.state, EndingMove.UPHOLD)
    require_another(
        work, row.proposed_by_id, first=msgid("提出处理意见的人"), second=msgid("作出决定的人")
    )
    row.decision = words
    if not agree:
        step(work, row, EndingMove.SEND_BACK, words)
        return
    row.decided_by_org_id, row.decided_by_id = work.org_id, work.user_id
    row.decided_at, row.fault = work.now, row.proposed_fault
    if not row.proposes_end:
        step(work, row, EndingMove.DISMISS, words)
        return
    step(work, row, EndingMove.UPHOLD, words)
    _end(work, contract, None)


def expire(work: UnitOfWork, row: ContractEnding, contract: Contract) -> bool:
    """Let a time to answer end: silence agrees to nothing, and ends a hearing."""
    row = _locked(work, row, contract)
    if row.due_at is None or work.now < row.due_at:
        return False
    if row.state is EndingState.HEARING:
        set_term(work, row, "cause.decide_working_days")
    elif row.state is not EndingState.ASKED:
        return False
    step(work, row, EndingMove.EXPIRE, "")
    return True


def overtake(work: UnitOfWork, row: ContractEnding, contract: Contract) -> bool:
    """Close an ending whose contract is over otherwise."""
    if contract.state in LIVE:
        return False
    found = queries.still_open(work, row)
    if found is None:
        return False
    step(work, found, EndingMove.OVERTAKE, "")
    return True


def _locked(work: UnitOfWork, row: ContractEnding, contract: Contract) -> ContractEnding:
    """Lock the award, then the ending, as everything does that moves both."""
    locked_free(work, contract)
    found = queries.still_open(work, row)
    if found is None or found.contract_id != contract.id:
        raise IllegalEndingMoveError
    return found


def _reason(text: str) -> str:
    return long_enough(text, SHORTEST, EndingReasonError)
