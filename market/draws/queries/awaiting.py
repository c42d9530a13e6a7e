"""The values that draws wait for: where each comes from, and what of it has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, select

from lottery.encoding import leaf_hash
from lottery.entries import (
    Departure,
    DrandSource,
    NumbersSource,
    PhiEvidence,
    PhiSource,
    VrfSource,
    decode,
)
from lottery.listing import Candidate, FrozenList, read_list
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws import others, outcome, protocol
from market.draws.model import BeaconRound, Draw, DrawEntry, PhiProof, TrusteeKey, TypedNumbers
from market.draws.model_later import Replacement
from market.draws.queries.contributing import reveals_of
from market.draws.queries.finding import (
    cut_of,
    entries_of,
    file_of,
    index_of,
    notice_entry,
    trustee_keys,
)
from market.draws.queries.logged import freeze_entry, result_entry
from market.draws.rules import DrawMode, DrawState, ReplacementState
from market.sweeping import Due, due_rows

LIST_FILE = "list.ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trustee:
    """One key whose VRF value is part of a draw's last value.

    ``organisation`` is None for the platform's own.
    """

    key: str
    organisation: Organisation | None
    proof: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A value fixed in advance: of a frozen list, or of a place that fell vacant.

    ``subject`` is the leaf hash, in hex, of the entry that it decides about.
    """

    subject: str
    source: PhiSource
    alpha: bytes


def frozen_list(work: UnitOfWork, draw: Draw) -> FrozenList:
    """Return the list as it was frozen, read back from its published bytes."""
    lines = read_list(file_of(work, draw, LIST_FILE) or b"")
    entries = entries_of(work, draw, "enrol")
    by_index = {index_of(work, e.submission_id): e.body for e in entries}
    return FrozenList.of(
        Candidate(
            firm_id=line.firm_id,
            weight=line.weight,
            salt=line.salt,
            enrol_index=line.enrol_index,
            enrol_hash=leaf_hash(by_index[line.enrol_index]),
        )
        for line in lines
    )


def fixed_of(work: UnitOfWork, draw: Draw) -> outcome.Fixed:
    """Return what of a frozen draw was fixed before its last value."""
    return outcome.Fixed(
        opened=notice_entry(work, draw),
        frozen=freeze_entry(work, draw),
        listed=frozen_list(work, draw),
        reveals=reveals_of(work, draw),
    )


def alpha_of(work: UnitOfWork, draw: Draw) -> bytes:
    """Return what the VRF keys of a frozen draw are evaluated on.

    It is final once the cut is kept: until then a contributor may still reveal.
    """
    return protocol.alpha_of(freeze_entry(work, draw), reveals_of(work, draw))


def awaited(work: UnitOfWork, draw: Draw) -> Awaited:
    """Return the value that a frozen draw waits for."""
    frozen = freeze_entry(work, draw)
    return Awaited(subject=frozen.leaf_hash.hex(), source=frozen.phi, alpha=alpha_of(work, draw))


def departure_of(work: UnitOfWork, replacement: Replacement) -> Departure:
    """Return the entry by which the firm left whose place a replacement fills."""
    body = work.session.scalars(
        select(DrawEntry.body).where(DrawEntry.submission_id == replacement.submission_id)
    ).one()
    entry = decode(body)
    if not isinstance(entry, Departure):
        raise TypeError(f"replacement {replacement.id}: the entry is no departure")
    return entry


def awaited_next(work: UnitOfWork, draw: Draw, replacement: Replacement) -> Awaited:
    """Return the value that the drawing of a replacement waits for."""
    left = departure_of(work, replacement)
    if left.next_value is None:
        raise ValueError(f"replacement {replacement.id}: its entry fixes no value")
    return Awaited(
        subject=left.leaf_hash.hex(),
        source=left.next_value.phi,
        alpha=outcome.fresh_alpha(left.leaf_hash.hex(), result_entry(work, draw).seed),
    )


def evidence_of(work: UnitOfWork, waits: Awaited) -> PhiEvidence | None:
    """Return the evidence of a value; None while part of it is missing."""
    match waits.source:
        case DrandSource():
            row = work.session.get(BeaconRound, waits.source.round)
            return None if row is None else outcome.drand_evidence(row.round, row.signature)
        case NumbersSource():
            found = agreed_numbers(work, waits.source.game, waits.source.issue)
            return None if found is None else outcome.numbers_evidence(*found)
        case VrfSource():
            return outcome.vrf_evidence(waits.source, proofs_of(work, waits.subject))


def proofs_of(work: UnitOfWork, subject: str) -> dict[str, bytes]:
    """Return the VRF proofs that have arrived, by their keys."""
    rows = work.session.scalars(select(PhiProof).where(PhiProof.subject == subject))
    return {row.key: row.proof for row in rows}


def trustees_of(work: UnitOfWork, draw: Draw, waits: Awaited | None = None) -> list[Trustee]:
    """Return the holders of the keys of modes C, D1 and D2, in the notice's order.

    With ``waits`` each has its proof, where it has arrived.
    """
    source = notice_entry(work, draw).phi
    if not isinstance(source, VrfSource):
        return []
    proofs = proofs_of(work, waits.subject) if waits else {}
    owners = {
        row.public_key: row.Organisation
        for row in work.session.execute(
            select(TrusteeKey.public_key, Organisation)
            .join(Organisation, Organisation.id == TrusteeKey.organisation_id)
            .where(TrusteeKey.public_key.in_(source.keys))
        )
    }
    return [
        Trustee(key=key, organisation=owners.get(key), proof=proofs.get(key)) for key in source.keys
    ]


def typed_rows(work: UnitOfWork, game: str, issue: str) -> Sequence[TypedNumbers]:
    """Return everything that was typed for an issue, in order. Not for the eyes of typists."""
    return work.session.scalars(
        select(TypedNumbers)
        .where(TypedNumbers.game == game, TypedNumbers.issue == issue)
        .order_by(TypedNumbers.attempt, TypedNumbers.id)
    ).all()


def agreed_numbers(work: UnitOfWork, game: str, issue: str) -> tuple[list[int], str] | None:
    """Return the numbers that two officers typed alike, and where the first saw them."""
    rows = typed_rows(work, game, issue)
    for first, second in pairwise(rows):
        if first.attempt == second.attempt and first.numbers == second.numbers:
            return [int(part) for part in first.numbers.split(".")], first.source
    return None


def holds_key(work: UnitOfWork, key: str) -> bool:
    """Whether a trustee key is that of the actor's organisation."""
    held = select(TrusteeKey.id).where(
        TrusteeKey.public_key == key, TrusteeKey.organisation_id == work.actor.org_id
    )
    return work.session.scalar(held) is not None


def own_keys(work: UnitOfWork, draw: Draw) -> list[str]:
    """Return the keys of a draw's notice that are the actor's organisation's."""
    return [
        one.key
        for one in trustees_of(work, draw)
        if one.organisation is not None and one.organisation.id == work.actor.org_id
    ]


def committee(work: UnitOfWork) -> list[str]:
    """Return the keys that a notice of mode C names: the latest of each organisation, by code."""
    return [key.public_key for key, _ in trustee_keys(work)]


def first_trustee(work: UnitOfWork) -> int | None:
    """Return the organisation that was the first to register a key, if any has one.

    It stays the first whoever registers after it, and whichever key it uses now.
    """
    return work.session.scalar(select(TrusteeKey.organisation_id).order_by(TrusteeKey.id).limit(1))


def frozen_by_round(work: UnitOfWork) -> Sequence[Draw]:
    """Return the draws of mode A with a frozen list, the next due first."""
    return work.session.scalars(
        select(Draw)
        .where(Draw.state == DrawState.FROZEN, Draw.mode == DrawMode.A)
        .order_by(Draw.phi_at, Draw.id)
    ).all()


def rounds_awaited(work: UnitOfWork) -> list[int]:
    """Return the drand rounds to be asked for now: come, still missing, and due for a look."""
    draws = draws_waiting(work, Draw.mode == DrawMode.A, Draw.next_check_at <= work.now)
    later = replacements_waiting(
        work, Replacement.wanted.is_(True), Replacement.next_check_at <= work.now
    )
    numbers = {*(draw.phi_round for draw in draws), *(row.phi_round for row in later)}
    numbers |= {one.round for one in others.waiting(work)}
    return sorted(
        number
        for number in numbers
        if number is not None and work.session.get(BeaconRound, number) is None
    )


def due_replacements(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Return the replacements for which something is due, the longest overdue first."""
    return due_rows(work, Replacement.next_check_at, Replacement.id, after=after, limit=limit)


def draws_waiting(
    work: UnitOfWork, *conditions: ColumnElement[bool], lock: bool = False
) -> Sequence[Draw]:
    """Return frozen draws whose instant has come and whose cut is kept, in one fixed order."""
    chosen = (
        select(Draw)
        .where(Draw.state == DrawState.FROZEN, Draw.phi_at <= work.now, *conditions)
        .order_by(Draw.id)
    )
    if lock:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    return [draw for draw in work.session.scalars(chosen) if cut_of(work, draw) is not None]


def replacements_waiting(
    work: UnitOfWork, *conditions: ColumnElement[bool]
) -> Sequence[Replacement]:
    """Return the replacements whose instant has come and whose cut is kept."""
    return work.session.scalars(
        select(Replacement)
        .where(
            Replacement.state == ReplacementState.WITNESSED,
            Replacement.phi_at <= work.now,
            *conditions,
        )
        .order_by(Replacement.id)
    ).all()
