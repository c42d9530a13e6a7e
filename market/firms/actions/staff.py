"""The people who practise for a firm. One person practises for one firm only."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from market.codes import id_number
from market.db import UnitOfWork
from market.firms import at_stake, queries, service_ties, staff_ties
from market.firms.actions.qualifications import require_changeable
from market.firms.actions.services import refresh_services
from market.firms.checks import QualificationState
from market.firms.errors import (
    BirthDayError,
    ExpiredError,
    PersonElsewhereError,
    PersonHereError,
)
from market.firms.journal import StaffCounted
from market.firms.model import Firm, FirmStaff
from market.firms.rules import EDITABLE, ServiceState
from market.firms.service_ties import ServiceNeedsPersonError

# Labour Law of the PRC, article 15: nobody under sixteen may be employed.
YOUNGEST: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFacts:
    """What a firm says about a person."""

    name: str
    id_number: str
    certificate: str
    certificate_number: str
    valid_to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlisted:
    """A person as the market keeps one: the identity number is gone."""

    name: str
    person_digest: str
    id_masked: str
    certificate: str
    certificate_number: str
    valid_to_on: date | None = None


def recognised(facts: StaffFacts, today: date, key: bytes) -> Enlisted:
    """Return what is kept of a person: of the identity number a keyed digest and a masked form.

    Raises:
        IdNumberError: The number is not one.
        BirthDayError: Nobody of that age may be employed.
        ExpiredError: The certificate's term is over.
    """
    identity = id_number(facts.id_number)
    _check_age(identity.birth_on, today)
    if facts.valid_to_on is not None and facts.valid_to_on < today:
        raise ExpiredError(facts.valid_to_on, today)
    return Enlisted(
        name=facts.name,
        person_digest=identity.digest(key),
        id_masked=identity.masked,
        certificate=facts.certificate,
        certificate_number=facts.certificate_number,
        valid_to_on=facts.valid_to_on,
    )


def add_staff(work: UnitOfWork, firm: Firm, facts: StaffFacts, key: bytes) -> FirmStaff:
    """Add a person, whom the operator confirms later.

    Of the identity number only a keyed digest and a masked form are kept.

    Raises:
        NotEditableError: The registration is being checked.
        IdNumberError: The number is not one.
        BirthDayError: Nobody of that age may be employed.
        ExpiredError: The certificate's term is over.
        PersonHereError: The person is on the firm's list.
        PersonElsewhereError: The person is on another firm's list.
    """
    require_changeable(firm)
    member = enlist(work, firm, recognised(facts, work.today, key))
    after_change(work, firm)
    return member


def enlist(work: UnitOfWork, firm: Firm, person: Enlisted) -> FirmStaff:
    """Add a person to a firm's list; ``after_change`` has to follow.

    Raises:
        PersonHereError: The person is on the firm's list.
        PersonElsewhereError: The person is on another firm's list.
    """
    taken = work.session.scalars(
        select(FirmStaff.firm_id).where(
            FirmStaff.person_digest == person.person_digest, keeps_from(firm)
        )
    ).all()
    if taken:
        raise PersonHereError if firm.id in taken else PersonElsewhereError
    member = FirmStaff(
        firm_id=firm.id,
        counts=firm.state not in EDITABLE,
        state=QualificationState.PENDING,
        joined_at=work.now,
        **asdict(person),
    )
    try:
        with work.session.begin_nested():
            work.session.add(member)
    except IntegrityError:
        # Another firm listed the person between the question and the answer.
        raise PersonElsewhereError from None
    return member


def keeps_from(firm: Firm) -> ColumnElement[bool]:
    """Return the condition that a row keeps its person from a firm's list.

    A registration that is being filled in is told nothing of other firms: it is when it hands in.
    """
    own = FirmStaff.firm_id == firm.id
    bars = own if firm.state in EDITABLE else own | FirmStaff.counts
    return FirmStaff.left_at.is_(None) & bars


def remove_staff(
    work: UnitOfWork, firm: Firm, member: FirmStaff, knowing: Collection[str] = ()
) -> None:
    """Note that a person has left; services that needed the person freeze.

    ``knowing`` are the numbers of the notices whose enrolments the firm knows it loses.

    Raises:
        NotEditableError: The registration is being checked.
        StaffHeldError: A contract that runs holds the person.
        ServiceNeedsPersonError: A live session holds a service that the person is needed for.
        EnrolmentsAtStakeError: It costs enrolments that the firm did not name.
    """
    require_changeable(firm)
    queries.locked(work, firm.id)  # Nobody is named for a contract at the same moment.
    staff_ties.require_free(work, member)
    with at_stake.knowing(work, firm, knowing):
        held = _held_and_offered(work, firm)
        member.left_at = work.now
        after_change(work, firm)
        if lost := held - _held_and_offered(work, firm):
            by = service_ties.held(work, firm)
            raise ServiceNeedsPersonError(
                member.name, [one for code in sorted(lost) for one in by[code]]
            )


def _held_and_offered(work: UnitOfWork, firm: Firm) -> set[str]:
    """Return the items that a live session holds and the firm offers now."""
    held = service_ties.held(work, firm)
    services = queries.services(work, firm.id)
    return {one.item_code for one in services if one.state is ServiceState.OFFERED} & held.keys()


def describe(member: FirmStaff) -> str:
    """Return a person in one line, as a check's subject."""
    return f"{member.name} {member.certificate} {member.certificate_number}"


def _check_age(birth_on: date, today: date) -> None:
    born = (birth_on.year + YOUNGEST, birth_on.month, birth_on.day)
    if born > (today.year, today.month, today.day):
        raise BirthDayError(YOUNGEST)


def after_change(work: UnitOfWork, firm: Firm) -> None:
    """Say how many people count now, and freeze or thaw the services that need them."""
    work.session.flush()
    count = queries.staff_count(work, firm, work.today)
    work.record(StaffCounted(firm=firm.code, count=count))
    refresh_services(work, firm)
