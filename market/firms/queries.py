"""Finding firms. What an actor may not know of is missing, not forbidden."""

from datetime import date

from sqlalchemy import ColumnElement, func, select

from market.catalogue.queries import all_items, item
from market.catalogue.rules import (
    Item,
    Qualification,
    QualificationKind,
    Requirement,
    missing_requirements,
)
from market.clock import beijing_day
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms import queries_insurance
from market.firms.checks import COUNTED, QualificationState
from market.firms.fee_history import in_force
from market.firms.model import (
    Firm,
    FirmCheck,
    FirmFee,
    FirmPromise,
    FirmQualification,
    FirmService,
    FirmStaff,
    StandingChange,
)
from market.firms.restrictions.queries import standing_for
from market.firms.rules import (
    PUBLIC,
    UNCHECKED,
    FirmFacts,
    FirmState,
    ServiceState,
    Standing,
    standing_in_effect,
)

MOST_BASES = 20


def firm_of_org(work: UnitOfWork, organisation_id: int) -> Firm:
    """Return an organisation's firm, whatever its state."""
    return _one(work, Firm.organisation_id == organisation_id)


def own(work: UnitOfWork) -> Firm:
    """Return the actor's own firm."""
    return firm_of_org(work, work.org_id)


def of_org_or_none(work: UnitOfWork, organisation_id: int) -> Firm | None:
    """Return an organisation's firm if its registration has begun."""
    return work.session.scalar(select(Firm).where(Firm.organisation_id == organisation_id))


def firm_by_code(work: UnitOfWork, code: str) -> Firm:
    """Return a firm the public may know of, by its credit code."""
    return _one(work, (Firm.code == code) & Firm.state.in_(PUBLIC))


def firm_by_id(work: UnitOfWork, firm_id: int) -> Firm:
    """Return a firm the caller has a right to, by its key."""
    return _one(work, Firm.id == firm_id)


def locked(work: UnitOfWork, firm_id: int) -> Firm:
    """Return a firm by its key, held against every other change until the work ends."""
    query = select(Firm).where(Firm.id == firm_id).with_for_update()
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def for_check(work: UnitOfWork, firm_id: int) -> Firm:
    """Return a firm that an operator may look into: any but an unsent draft."""
    return _one(work, (Firm.id == firm_id) & (Firm.state != FirmState.DRAFT))


def _one(work: UnitOfWork, wanted: ColumnElement[bool]) -> Firm:
    firm = work.session.scalar(select(Firm).where(wanted))
    if firm is None:
        raise MissingError
    return firm


def offering(work: UnitOfWork, item_code: str) -> list[Firm]:
    """Return the listed firms that offer an item at present, by credit code."""
    query = (
        select(Firm).join(FirmService, FirmService.firm_id == Firm.id).where(*_offers(item_code))
    )
    return list(work.session.scalars(query.order_by(Firm.code)))


def offering_with_fees(
    work: UnitOfWork, item_code: str
) -> list[tuple[Firm, FirmService, FirmFee | None]]:
    """Return the firms of ``offering`` by name, with their service and its fee in force."""
    rows = work.session.execute(
        select(Firm, FirmService)
        .join(FirmService, FirmService.firm_id == Firm.id)
        .where(*_offers(item_code))
        .order_by(Firm.name, Firm.id)
    )
    return [(firm, row, current_fee(work, firm.id, item_code)) for firm, row in rows]


def _offers(item_code: str) -> tuple[ColumnElement[bool], ...]:
    return (
        FirmService.item_code == item_code,
        FirmService.state == ServiceState.OFFERED,
        Firm.state == FirmState.LISTED,
    )


def qualifications(work: UnitOfWork, firm_id: int) -> list[FirmQualification]:
    """Return a firm's qualifications in the order they were entered."""
    return list(
        work.session.scalars(
            select(FirmQualification)
            .where(FirmQualification.firm_id == firm_id)
            .order_by(FirmQualification.id)
        )
    )


def qualification(work: UnitOfWork, firm: Firm, qualification_id: int) -> FirmQualification:
    """Return one qualification of a firm."""
    row = work.session.scalar(
        select(FirmQualification).where(
            FirmQualification.id == qualification_id, FirmQualification.firm_id == firm.id
        )
    )
    if row is None:
        raise MissingError
    return row


def renewed(work: UnitOfWork, row: FirmQualification) -> bool:
    """Whether the firm has stated the same qualification with a later term."""
    return any(
        (other.kind, other.name, other.major) == (row.kind, row.name, row.major)
        and other.state is not QualificationState.REFUSED
        and (other.valid_to_on is None or other.valid_to_on > (row.valid_to_on or date.max))
        for other in qualifications(work, row.firm_id)
    )


def staff(work: UnitOfWork, firm_id: int) -> list[FirmStaff]:
    """Return the people who practise for a firm now."""
    return list(
        work.session.scalars(
            select(FirmStaff)
            .where(FirmStaff.firm_id == firm_id, FirmStaff.left_at.is_(None))
            .order_by(FirmStaff.id)
        )
    )


def staff_member(work: UnitOfWork, firm: Firm, staff_id: int) -> FirmStaff:
    """Return one person who practises for a firm now."""
    row = work.session.scalar(
        select(FirmStaff).where(
            FirmStaff.id == staff_id, FirmStaff.firm_id == firm.id, FirmStaff.left_at.is_(None)
        )
    )
    if row is None:
        raise MissingError
    return row


def services(work: UnitOfWork, firm_id: int) -> list[FirmService]:
    """Return a firm's services by item code, withdrawn ones included."""
    return list(
        work.session.scalars(
            select(FirmService)
            .where(FirmService.firm_id == firm_id)
            .order_by(FirmService.item_code)
        )
    )


def service(work: UnitOfWork, firm_id: int, item_code: str) -> FirmService | None:
    """Return a firm's service for an item."""
    return work.session.scalar(
        select(FirmService).where(
            FirmService.firm_id == firm_id, FirmService.item_code == item_code
        )
    )


def own_service(work: UnitOfWork, firm: Firm, item_code: str) -> FirmService:
    """Return a firm's service for an item, or say it is missing."""
    row = service(work, firm.id, item_code)
    if row is None:
        raise MissingError
    return row


def offers(work: UnitOfWork, firm_id: int) -> list[tuple[FirmService, FirmFee | None]]:
    """Return a firm's services with the fee in force today."""
    return [(row, current_fee(work, firm_id, row.item_code)) for row in services(work, firm_id)]


def item_names(day: date) -> dict[str, str]:
    """Return the Chinese name of every item of a day, by code."""
    return {found.code: found.name_zh for found in all_items(day)}


def item_or_none(code: str, day: date) -> Item | None:
    """Return an item if the catalogue has it on a day."""
    return next((found for found in all_items(day) if found.code == code), None)


def problems(work: UnitOfWork, firm: Firm) -> list[tuple[Item, list[Requirement]]]:
    """List the services that lack something their item asks for, and what."""
    found = []
    for row in services(work, firm.id):
        wanted = item_or_none(row.item_code, work.today)
        if wanted is None or row.state is ServiceState.WITHDRAWN:
            continue
        if missing := shortfalls(work, firm, wanted, work.today, will_promise=True):
            found.append((wanted, missing))
    return found


def checks(work: UnitOfWork, firm_id: int) -> list[FirmCheck]:
    """Return every check of a firm, newest first."""
    return list(
        work.session.scalars(
            select(FirmCheck).where(FirmCheck.firm_id == firm_id).order_by(FirmCheck.id.desc())
        )
    )


def promise(work: UnitOfWork, firm_id: int) -> FirmPromise | None:
    """Return the promise signed last."""
    return work.session.scalar(
        select(FirmPromise)
        .where(FirmPromise.firm_id == firm_id)
        .order_by(FirmPromise.id.desc())
        .limit(1)
    )


def fee_history(work: UnitOfWork, firm_id: int, item_code: str | None = None) -> list[FirmFee]:
    """Return the versions of a firm's fees, newest first within each item."""
    query = select(FirmFee).where(FirmFee.firm_id == firm_id)
    if item_code is not None:
        query = query.where(FirmFee.item_code == item_code)
    return list(work.session.scalars(query.order_by(FirmFee.item_code, FirmFee.version_no.desc())))


def bases_named(work: UnitOfWork, item_code: str) -> list[tuple[str, str]]:
    """Return the bases, with their units, that any firm's fee for an item has named."""
    rows = work.session.execute(
        select(FirmFee.rate_base, FirmFee.unit)
        .where(FirmFee.item_code == item_code, FirmFee.rate_base != "")
        .distinct()
        .order_by(FirmFee.rate_base, FirmFee.unit)
        .limit(MOST_BASES)
    )
    return [(name, unit) for name, unit in rows]


def current_fee(
    work: UnitOfWork, firm_id: int, item_code: str, day: date | None = None
) -> FirmFee | None:
    """Return the fee that applies on a day (today), none if it has ended: see ``in_force``."""
    return in_force(fee_history(work, firm_id, item_code), day or work.today)


def standing_changes(work: UnitOfWork, firm_id: int) -> list[StandingChange]:
    """Return the history of a firm's standing, newest first."""
    return list(
        work.session.scalars(
            select(StandingChange)
            .where(StandingChange.firm_id == firm_id)
            .order_by(StandingChange.changed_at.desc(), StandingChange.id.desc())
        )
    )


def standing_now(work: UnitOfWork, firm: Firm) -> Standing:
    """Return the standing that counts now."""
    return standing_in_effect(firm.standing, firm.standing_until_at, work.now)


def held(work: UnitOfWork, firm: Firm) -> tuple[Qualification, ...]:
    """Return what a firm may rest a service on, as the catalogue judges it.

    While the registration is being filled in, what the firm states counts: the operator's check
    is still to come. Afterwards what the operator has confirmed counts, and what the State holds
    of a firm listed on its promise. A signed promise is a qualification of its own kind.
    """
    accepted = _accepted(firm)
    rows = [q for q in qualifications(work, firm.id) if q.state in accepted]
    signed = promise(work, firm.id)
    promised = () if signed is None else (_promised(beijing_day(signed.signed_at)),)
    return (*map(as_qualification, rows), *promised)


def _accepted(firm: Firm) -> frozenset[QualificationState]:
    return COUNTED | {QualificationState.PENDING} if firm.state in UNCHECKED else COUNTED


def as_qualification(row: FirmQualification) -> Qualification:
    """Return a stored qualification as the catalogue judges it."""
    return Qualification(
        kind=row.kind,
        name=row.name,
        major=row.major,
        grade=row.grade,
        valid_from_on=row.valid_from_on,
        valid_to_on=row.valid_to_on,
    )


def _promised(day: date) -> Qualification:
    return Qualification(kind=QualificationKind.PROMISE, name="", valid_from_on=day)


def staff_count(work: UnitOfWork, firm: Firm, day: date, certificate: str = "") -> int:
    """Count a firm's people whose certificate (of that name, if one is named) is valid then.

    As with qualifications, whom the operator has not confirmed counts only in an unchecked
    registration. Where the rules ask for social insurance, nobody counts without evidence.
    """
    query = select(FirmStaff.id).where(
        FirmStaff.firm_id == firm.id,
        FirmStaff.left_at.is_(None),
        FirmStaff.state.in_(_accepted(firm)),
        FirmStaff.valid_to_on.is_(None) | (FirmStaff.valid_to_on >= day),
    )
    if certificate:
        query = query.where(FirmStaff.certificate == certificate)
    if queries_insurance.is_required(day):
        return len(queries_insurance.covered(work, work.session.scalars(query).all(), day))
    return work.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def shortfalls(
    work: UnitOfWork, firm: Firm, of: Item, day: date, *, will_promise: bool = False
) -> list[Requirement]:
    """List what a firm lacks to offer an item on a day.

    ``will_promise`` passes over the promise, which is signed after the services are chosen.
    """
    has = held(work, firm)
    if will_promise:
        has = (*has, _promised(day))
    return missing_requirements(of, has, _staff_for(work, firm, of, day), day)


def _staff_for(work: UnitOfWork, firm: Firm, of: Item, day: date) -> int:
    return staff_count(work, firm, day, of.staff.certificate if of.staff else "")


def facts_for(work: UnitOfWork, firm: Firm, item_code: str, day: date) -> FirmFacts:
    """Return what eligibility for an item asks about a firm, now, for a day.

    ``staff_count`` counts the people who hold the certificate the item asks for.
    """
    offered = service(work, firm.id, item_code)
    return FirmFacts(
        code=firm.code,
        state=firm.state,
        standing=standing_for(work, firm, item_code)[0],
        service_state=offered.state if offered else None,
        promised_working_days=offered.promised_working_days if offered else None,
        qualifications=held(work, firm),
        staff_count=_staff_for(work, firm, item(item_code, day), day),
        fee_published=current_fee(work, firm.id, item_code, day) is not None,
        fee_ended_on=_ended_on(work, firm.id, item_code, day),
    )


def _ended_on(work: UnitOfWork, firm_id: int, item_code: str, day: date) -> date | None:
    """Return the last day of a fee that has ended and that no other follows."""
    begun = [fee for fee in fee_history(work, firm_id, item_code) if fee.valid_from_on <= day]
    ended = begun[0].valid_to_on if begun else None
    return ended if ended is not None and ended < day else None
