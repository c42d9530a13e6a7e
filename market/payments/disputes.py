"""The end of a dispute about an invoice or a payment: a reply, and an authority's decision.

What is decided here moves the term on the platform and the public record; it is no judgement of
the debt, which stays between the sides and the courts.
"""

from typing import Final

from sqlalchemy import ColumnElement, exists, func, select

from market.contracts.model import Contract
from market.contracts.queries import PUBLIC
from market.db import UnitOfWork
from market.errors import MissingError, SeparationOfSidesError, msgid
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after, within
from market.payments import queries, terms
from market.payments.actions import due_after, reason_of, settle
from market.payments.errors import NotCorrectableError, NotInForceError
from market.payments.journal import VoucherAnswered
from market.payments.model import Voucher, VoucherAnswer
from market.payments.queries import Ledger, Line
from market.payments.rules import VoucherMove, advance
from market.supplements.queries import locked_contract

MOST: Final = 100
Found = tuple[Voucher, Contract, VoucherAnswer]


def insist(work: UnitOfWork, contract: Contract, sequence: int, reason: str) -> None:
    """Let the side that recorded it reject the other's dispute, with reasons; it is then decided.

    Raises:
        MissingError: There is no such record.
        SeparationOfSidesError: It is not the actor's own side's.
        IllegalVoucherMoveError: It is not disputed.
        VoucherReasonError: There is no reason.
    """
    words = reason_of(reason)
    if work.org_id not in {contract.owner_org_id, contract.firm_org_id}:
        raise MissingError
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)
    ledger, line = _line(work, contract, sequence)
    if line.voucher.by_org_id != work.org_id:
        raise SeparationOfSidesError(msgid("提出异议的一方"), msgid("答复异议的一方"))
    _add(work, ledger, line, VoucherMove.INSIST, words)


def decide(
    work: UnitOfWork, contract: Contract, sequence: int, *, stands: bool, reason: str
) -> None:
    """Decide, for the authority of the item, whether a disputed record stands.

    Raises:
        MissingError: There is no such record, or the item is not the authority's.
        IllegalVoucherMoveError: Its side has not answered the dispute, or it is decided.
        VoucherReasonError: There are no reasons.
    """
    words = reason_of(reason)
    if not looks_after(work, need_by_id(work, contract.need_id)):
        raise MissingError
    ledger, line = _line(work, contract, sequence)
    _add(work, ledger, line, VoucherMove.UPHOLD if stands else VoucherMove.FAULT, words)


def _line(work: UnitOfWork, contract: Contract, sequence: int) -> tuple[Ledger, Line]:
    locked = locked_contract(work, contract.id)
    if locked.state not in PUBLIC:
        raise NotInForceError
    ledger = queries.ledger_of(work, locked)
    return ledger, queries.line_of(ledger, sequence)


def _add(work: UnitOfWork, ledger: Ledger, line: Line, move: VoucherMove, words: str) -> None:
    if line.state is None:
        raise NotCorrectableError
    advance(line.state, move)
    is_open = move is VoucherMove.INSIST
    work.session.add(
        VoucherAnswer(
            voucher_id=line.voucher.id,
            move=move,
            reason=words,
            answered_by_id=work.user_id,
            by_org_id=work.org_id,
            answered_at=work.now,
            due_at=due_after(work, "dispute.decide_working_days") if is_open else None,
        )
    )
    work.session.flush()
    contract, sequence = ledger.contract, line.voucher.sequence
    work.record(VoucherAnswered(contract=contract.number, sequence=sequence, move=move))
    settle(work, contract)


def to_reply(work: UnitOfWork) -> list[Found]:
    """Return the records of the actor's side that the other disputes."""
    own = Voucher.by_org_id == work.actor.org_id
    return _rows(work, VoucherMove.DISPUTE, own)


def to_decide(work: UnitOfWork) -> list[Found]:
    """Return the disputes that the actor's authority has to decide."""
    return _rows(work, VoucherMove.INSIST, within(work))


def late(work: UnitOfWork) -> list[Found]:
    """Return the disputes that an authority has not decided in its time."""
    found = [(row, terms.due_now(row[2])) for row in _rows(work, VoucherMove.INSIST)]
    return [row for row, due_at in found if due_at is not None and due_at <= work.now]


def _rows(work: UnitOfWork, move: VoucherMove, *chosen: ColumnElement[bool]) -> list[Found]:
    """Return the records whose last word is a move, the most urgent first."""
    last = (
        select(func.max(VoucherAnswer.id))
        .where(VoucherAnswer.voucher_id == Voucher.id)
        .correlate(Voucher)
        .scalar_subquery()
    )
    correcting = Voucher.__table__.alias("correcting")
    rows = work.session.execute(
        select(Voucher, Contract, VoucherAnswer)
        .join(VoucherAnswer, VoucherAnswer.voucher_id == Voucher.id)
        .join(Contract, Contract.id == Voucher.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .where(
            VoucherAnswer.move == move,
            VoucherAnswer.id == last,
            ~exists().where(correcting.c.corrects_id == Voucher.id),
            *chosen,
        )
        .order_by(VoucherAnswer.due_at, VoucherAnswer.id)
        .limit(MOST)
    )
    return [(voucher, contract, answer) for voucher, contract, answer in rows]
