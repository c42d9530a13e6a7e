"""What a firm's registration asks of its documents."""

from market.db import UnitOfWork
from market.documents import queries
from market.documents.actions.handing import clear
from market.documents.errors import SuspiciousWaitingError
from market.documents.rules import DocState
from market.firms import materials
from market.firms.model import Firm


def lacking(work: UnitOfWork, firm: Firm) -> list[str]:
    """Name the documents that a firm has yet to hand in, or to replace, before a check."""
    return [slot.name for slot in queries.firm_slots(work, firm) if slot.is_missing]


def settle(work: UnitOfWork, firm: Firm) -> None:
    """Take the documents that wait, because the operator has compared them and passes the firm.

    Raises:
        SuspiciousWaitingError: A machine found some odd: they are decided one by one.
    """
    waiting = [
        (slot, slot.current)
        for slot in queries.firm_slots(work, firm)
        if slot.current is not None and slot.current.state is DocState.HELD
    ]
    if odd := [slot.name for slot, document in waiting if document.suspicions]:
        raise SuspiciousWaitingError(odd)
    for _, document in waiting:
        clear(work, document)


def held(work: UnitOfWork, firm: Firm, subject: str, subject_id: int) -> bool:
    """Return whether a document about something of a firm's was handed in and not refused."""
    return any(
        slot.current is not None and slot.current.state is not DocState.REJECTED
        for slot in queries.firm_slots(work, firm)
        if slot.subject == subject and slot.subject_id == subject_id
    )


materials.provide(lacking=lacking, listed=queries.firm_slots, settle=settle, held=held)
