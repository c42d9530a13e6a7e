"""What a firm's registration asks of its documents."""

from typing import Final

from market.db import UnitOfWork
from market.documents import queries
from market.documents.actions.handing import clear, set_aside
from market.documents.errors import SuspiciousWaitingError
from market.documents.rules import DocState, Subject
from market.firms import materials
from market.firms.materials import Proof
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
        if slot.current is not None and slot.stands and slot.current.state is DocState.HELD
    ]
    if odd := [slot.name for slot, document in waiting if document.suspicions]:
        raise SuspiciousWaitingError(odd)
    for _, document in waiting:
        clear(work, document)


def proofs(work: UnitOfWork, firm: Firm, subject: str) -> dict[int, Proof]:
    """Return how far the documents about a firm's rows of one kind have come, by the row."""
    return {
        slot.subject_id: _PROOFS[slot.current.state]
        for slot in queries.firm_slots(work, firm)
        if slot.subject == subject and slot.current is not None and slot.stands
    }


_PROOFS: Final = {DocState.HELD: Proof.HELD, DocState.CLEARED: Proof.TAKEN}


def drop(work: UnitOfWork, subject: str, subject_id: int) -> None:
    """Set aside the documents about a row that its firm has taken back."""
    for document in queries.all_about(work, Subject(subject), subject_id):
        set_aside(work, document)


materials.provide(
    materials.Keeper(
        lacking=lacking, listed=queries.firm_slots, settle=settle, proofs=proofs, drop=drop
    )
)
