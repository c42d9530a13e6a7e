"""The people who practise for a firm. One person practises for one firm only."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.codes import id_number
from market.db import UnitOfWork
from market.firms import queries
from market.firms.actions.qualifications import require_changeable
from market.firms.actions.services import refresh_services
from market.firms.errors import ExpiredError, PersonElsewhereError, PersonHereError
from market.firms.journal import StaffCounted
from market.firms.model import Firm, FirmStaff


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFacts:
    """What a firm says about a person."""

    name: str
    id_number: str
    certificate: str
    certificate_number: str
    valid_to_on: date | None = None


def add_staff(work: UnitOfWork, firm: Firm, facts: StaffFacts, key: bytes) -> FirmStaff:
    """Add a person. Of the identity number only a keyed digest and a masked form are kept.

    Raises:
        NotEditableError: The registration is being checked.
        IdNumberError: The number is not one.
        ExpiredError: The certificate's term is over.
        PersonHereError: The person is on the firm's list.
        PersonElsewhereError: The person is on another firm's list.
    """
    require_changeable(firm)
    identity = id_number(facts.id_number)
    if facts.valid_to_on is not None and facts.valid_to_on < work.today:
        raise ExpiredError(facts.valid_to_on, work.today)
    digest = identity.digest(key)
    taken = work.session.scalar(
        select(FirmStaff.firm_id).where(
            FirmStaff.person_digest == digest, FirmStaff.left_at.is_(None)
        )
    )
    if taken is not None:
        raise PersonHereError if taken == firm.id else PersonElsewhereError
    member = FirmStaff(
        firm_id=firm.id,
        name=facts.name,
        person_digest=digest,
        id_masked=identity.masked,
        certificate=facts.certificate,
        certificate_number=facts.certificate_number,
        valid_to_on=facts.valid_to_on,
        joined_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(member)
    except IntegrityError:
        # Another firm listed the person between the question and the answer.
        raise PersonElsewhereError from None
    _after_change(work, firm)
    return member


def remove_staff(work: UnitOfWork, firm: Firm, member: FirmStaff) -> None:
    """Note that a person has left; services that needed the person freeze.

    Raises:
        NotEditableError: The registration is being checked.
    """
    require_changeable(firm)
    member.left_at = work.now
    _after_change(work, firm)


def _after_change(work: UnitOfWork, firm: Firm) -> None:
    work.session.flush()
    count = queries.staff_count(work, firm.id, work.today)
    work.record(StaffCounted(firm=firm.code, count=count))
    refresh_services(work, firm)
