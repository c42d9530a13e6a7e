"""Finding owners' registrations and the people they let buy."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from market.accounts.model import Organisation, User
from market.db import UnitOfWork
from market.documents import queries
from market.documents.model import Document, OwnerBuyer, OwnerCheck, OwnerRegistration
from market.documents.owner_rules import BuyerDeed, OwnerState
from market.documents.rules import DocKind, DocState, Subject
from market.errors import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One authority, whose it is and the letter it rests on."""

    row: OwnerBuyer
    person: User
    letter: Document | None
    counts: bool


def registration(work: UnitOfWork, org_id: int) -> OwnerRegistration | None:
    """Return the registration of an owner that registered itself; None if the operator did it."""
    return work.session.scalar(
        select(OwnerRegistration).where(OwnerRegistration.organisation_id == org_id)
    )


def own(work: UnitOfWork) -> OwnerRegistration:
    """Return the registration of the actor's organisation, held against every other change.

    Raises:
        MissingError: The operator registered it.
    """
    return _held(work, work.org_id)


def for_check(work: UnitOfWork, org_id: int) -> OwnerRegistration:
    """Return a registration for the operator, held against every other change.

    Raises:
        MissingError: There is none.
    """
    return _held(work, org_id)


def _held(work: UnitOfWork, org_id: int) -> OwnerRegistration:
    found = work.session.scalar(
        select(OwnerRegistration)
        .where(OwnerRegistration.organisation_id == org_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def to_check(
    work: UnitOfWork, *, limit: int, offset: int = 0
) -> list[tuple[OwnerRegistration, Organisation]]:
    """Return the registrations that wait for the operator, the most urgent first."""
    rows = work.session.execute(
        select(OwnerRegistration, Organisation)
        .join(Organisation, Organisation.id == OwnerRegistration.organisation_id)
        .where(OwnerRegistration.state == OwnerState.SUBMITTED)
        .order_by(OwnerRegistration.check_due_at, OwnerRegistration.id)
        .limit(limit)
        .offset(offset)
    )
    return [(row, organisation) for row, organisation in rows]


def count_to_check(work: UnitOfWork) -> int:
    """Return how many ``to_check`` chooses from."""
    waiting = OwnerRegistration.state == OwnerState.SUBMITTED
    return work.session.scalar(select(func.count(OwnerRegistration.id)).where(waiting)) or 0


def checks(work: UnitOfWork, org_id: int) -> Sequence[OwnerCheck]:
    """Return the operator's decisions about an owner, the last first."""
    return work.session.scalars(
        select(OwnerCheck)
        .where(OwnerCheck.organisation_id == org_id)
        .order_by(OwnerCheck.id.desc())
    ).all()


def authorities(work: UnitOfWork, org_id: int) -> list[Authority]:
    """Return the authorities an owner gave, the last first."""
    rows = work.session.execute(
        select(OwnerBuyer, User)
        .join(User, User.id == OwnerBuyer.user_id)
        .where(OwnerBuyer.organisation_id == org_id)
        .order_by(OwnerBuyer.id.desc())
    )
    found = []
    for row, person in rows:
        letter = queries.current(work, Subject.BUYER, row.id, DocKind.LETTER)
        stands = row.ended_at is None and not _is_refused(letter)
        in_term = row.valid_from_on <= work.today <= row.valid_to_on
        found.append(Authority(row=row, person=person, letter=letter, counts=stands and in_term))
    return found


def next_reference(work: UnitOfWork, org_id: int) -> int:
    """Return the number of an owner's next authority; the owner is held, so that no two get it."""
    work.session.scalars(
        select(Organisation.id).where(Organisation.id == org_id).with_for_update()
    ).one()
    last = select(func.max(OwnerBuyer.reference)).where(OwnerBuyer.organisation_id == org_id)
    return 1 + (work.session.scalar(last) or 0)


def standing_authorities(work: UnitOfWork, org_id: int, user_id: int) -> list[OwnerBuyer]:
    """Return the authorities of a person that were not taken back and whose letter stands."""
    rows = work.session.scalars(
        select(OwnerBuyer).where(
            OwnerBuyer.organisation_id == org_id,
            OwnerBuyer.user_id == user_id,
            OwnerBuyer.ended_at.is_(None),
        )
    ).all()
    return [
        row
        for row in rows
        if not _is_refused(queries.current(work, Subject.BUYER, row.id, DocKind.LETTER))
    ]


def _is_refused(letter: Document | None) -> bool:
    return letter is not None and letter.state is DocState.REJECTED


def is_bound(work: UnitOfWork, org_id: int, deed: BuyerDeed) -> bool:
    """Whether an owner's people need an authority for a deed.

    An owner that registered itself authorises those who post; any owner binds itself for a deed
    by the first authority it gives for it.
    """
    if deed is BuyerDeed.POST and registration(work, org_id) is not None:
        return True
    given = work.session.scalars(
        select(OwnerBuyer.deed_codes).where(OwnerBuyer.organisation_id == org_id)
    )
    return any(deed.value in codes.split() for codes in given)


def own_authority(work: UnitOfWork, buyer_id: int) -> OwnerBuyer:
    """Return an authority that the actor's organisation gave.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(
        select(OwnerBuyer).where(
            OwnerBuyer.id == buyer_id, OwnerBuyer.organisation_id == work.org_id
        )
    )
    if found is None:
        raise MissingError
    return found
