"""Opening what identifies a complainant: by whoever handles it, for a purpose, written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market.complaints import queries, sealing
from market.complaints.actions.record import require
from market.complaints.model import Complaint, ComplaintOpening
from market.complaints.opening_rules import WORDS_SHORTEST, Purpose
from market.complaints.sealing import Identity
from market.db import UnitOfWork
from market.errors import MissingError
from market.keys import Keys


@dataclass(frozen=True, slots=True)
class Opened:
    """Who complains, with the name of the organisation where one does."""

    who: Identity
    organisation: str


def open_identity(
    work: UnitOfWork, keys: Keys, one: Complaint, purpose: Purpose, words: str
) -> Opened:
    """Write down who looks and for what, then return who complains.

    Raises:
        MissingError: The actor does not handle the complaint.
        TooShortError: It does not say what for.
    """
    if not work.actor.permissions & queries.HANDLING:
        raise MissingError
    one = queries.handled(work, one.number)
    work.session.add(
        ComplaintOpening(
            complaint_id=one.id,
            org_id=work.org_id,
            by_id=work.user_id,
            purpose=purpose,
            words=require(words, "words", WORDS_SHORTEST)[:300],
            at=work.now,
        )
    )
    work.session.flush()
    who = sealing.open_sealed(keys, one.number, one.sealed)
    return Opened(who, queries.name_of(work, who.org_id))


def reads_of(work: UnitOfWork, one: Complaint) -> Sequence[ComplaintOpening]:
    """Return how often people of the authority that handles it read what was written."""
    return work.session.scalars(
        select(ComplaintOpening)
        .where(
            ComplaintOpening.complaint_id == one.id,
            ComplaintOpening.org_id == one.authority_org_id,
        )
        .order_by(ComplaintOpening.id)
    ).all()
