"""An owner registers itself; the operator checks it, with reasons, within the days of the rules."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from market import rulebook
from market.accounts.model import Organisation
from market.codes import phone
from market.db import UnitOfWork
from market.documents import queries, timing
from market.documents.actions.handing import clear
from market.documents.errors import (
    OwnerIncompleteError,
    OwnerReasonError,
    SuspiciousWaitingError,
)
from market.documents.journal import OwnerMoved
from market.documents.model import OwnerCheck, OwnerRegistration
from market.documents.owner_rules import (
    EDITABLE,
    IllegalOwnerMoveError,
    OwnerMove,
    OwnerNature,
    OwnerReason,
    OwnerState,
    advance,
)
from market.documents.queries import RULES
from market.documents.rules import REASON_SHORTEST, DocState


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFacts:
    """What an owner says about itself."""

    nature: OwnerNature
    address: str
    contact_name: str
    contact_phone: str


def begin(work: UnitOfWork, organisation: Organisation, facts: OwnerFacts) -> OwnerRegistration:
    """Begin the registration of an owner that opened its own account.

    Raises:
        PhoneError: Nobody can dial the number.
    """
    row = OwnerRegistration(
        organisation_id=organisation.id,
        state=OwnerState.DRAFT,
        state_since=work.now,
        regulation_id=rulebook.apply(work, RULES).id,
        created_at=work.now,
        **_checked(facts),
    )
    work.session.add(row)
    work.session.flush()
    return row


def save_facts(work: UnitOfWork, row: OwnerRegistration, facts: OwnerFacts) -> None:
    """Change what an owner says, while nobody relies on it.

    Raises:
        IllegalOwnerMoveError: It is being checked, or was.
        PhoneError: Nobody can dial the number.
    """
    if row.state not in EDITABLE:
        raise IllegalOwnerMoveError(row.state)
    for name, value in _checked(facts).items():
        setattr(row, name, value)
    work.session.flush()


def _checked(facts: OwnerFacts) -> dict[str, object]:
    return asdict(facts) | {"contact_phone": phone(facts.contact_phone, field="contact_phone")}


def submit(work: UnitOfWork, row: OwnerRegistration) -> None:
    """Hand a registration to the operator; the day limit of the check begins.

    Raises:
        IllegalOwnerMoveError: It is being checked, or was.
        OwnerIncompleteError: Documents are missing.
    """
    advance(row.state, OwnerMove.SUBMIT)
    slots = queries.owner_slots(work, row.organisation_id)
    if names := [slot.name for slot in slots if slot.is_missing]:
        raise OwnerIncompleteError(names)
    rules = rulebook.apply(work, RULES)
    row.regulation_id = rules.id
    row.check_due_at = row.count_term(work.today, rules.integer("owner.check_working_days"))
    _move(work, row, OwnerMove.SUBMIT)


def check_pass(work: UnitOfWork, row: OwnerRegistration, comment: str = "") -> OwnerCheck:
    """Pass an owner: from now on it may post; the documents that waited are taken.

    Raises:
        IllegalOwnerMoveError: It is not waiting for a check.
        SuspiciousWaitingError: A machine found documents odd: they are decided one by one.
        OwnerIncompleteError: A document that is needed was refused.
    """
    advance(row.state, OwnerMove.PASS)
    slots = queries.owner_slots(work, row.organisation_id)
    if names := [slot.name for slot in slots if slot.is_missing]:
        raise OwnerIncompleteError(names)
    held = [
        (slot.name, slot.current)
        for slot in slots
        if slot.current is not None and slot.stands and slot.current.state is DocState.HELD
    ]
    if odd := [name for name, document in held if document.suspicions]:
        raise SuspiciousWaitingError(odd)
    for _, document in held:
        clear(work, document)
    return _decide(work, row, OwnerMove.PASS, (), comment)


def check_return(
    work: UnitOfWork, row: OwnerRegistration, reasons: Sequence[OwnerReason], comment: str
) -> OwnerCheck:
    """Send a registration back with reasons; the refusal is registered.

    Raises:
        IllegalOwnerMoveError: It is not waiting for a check.
        OwnerReasonError: No reason is given, or "other" without words.
    """
    advance(row.state, OwnerMove.RETURN)
    short = len(comment.strip()) < REASON_SHORTEST
    if not reasons or (OwnerReason.OTHER in reasons and short):
        raise OwnerReasonError
    given = tuple(one for one in OwnerReason if one in reasons)
    return _decide(work, row, OwnerMove.RETURN, given, comment)


def _decide(
    work: UnitOfWork,
    row: OwnerRegistration,
    move: OwnerMove,
    reasons: tuple[OwnerReason, ...],
    comment: str,
) -> OwnerCheck:
    decision = OwnerCheck(
        organisation_id=row.organisation_id,
        passed=move is OwnerMove.PASS,
        reason_codes=" ".join(reasons),
        comment=comment.strip(),
        due_at=row.check_due_at,
        checked_at=work.now,
        checked_by_id=work.user_id,
    )
    work.session.add(decision)
    row.check_due_at = None
    _move(work, row, move, reasons)
    return decision


def _move(
    work: UnitOfWork,
    row: OwnerRegistration,
    move: OwnerMove,
    reasons: tuple[OwnerReason, ...] = (),
) -> None:
    row.state = advance(row.state, move)
    row.state_since = work.now
    work.record(
        OwnerMoved(
            owner=work.session.get_one(Organisation, row.organisation_id).code,
            move=move,
            state=row.state,
            reasons=reasons,
            regulation=row.regulation_id,
        )
    )
    timing.follow(work, row)
