"""Finding who does the work of contracts, and who is free to do more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from market.catalogue.queries import item
from market.contracts.model import Contract
from market.contracts.staffing.model import ContractStaff, StaffReplacement
from market.contracts.staffing.rules import HOLDING, ReplacementState
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.checks import QualificationState
from market.firms.model import FirmStaff
from market.needs.queries import by_id as need_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person named in a contract."""

    row: ContractStaff
    member: FirmStaff


def named(work: UnitOfWork, contract: Contract) -> list[Named]:
    """Return who is named in a contract now, in the order in which they were named."""
    rows = work.session.execute(
        select(ContractStaff, FirmStaff)
        .join(FirmStaff, FirmStaff.id == ContractStaff.staff_id)
        .where(ContractStaff.contract_id == contract.id, ContractStaff.released_at.is_(None))
        .order_by(ContractStaff.id)
    )
    return [Named(row=row, member=member) for row, member in rows]


def numbers_of(work: UnitOfWork, staff_id: int) -> Sequence[str]:
    """Return the numbers of the running contracts in which a person is named."""
    return work.session.scalars(
        select(Contract.number)
        .join(ContractStaff, ContractStaff.contract_id == Contract.id)
        .where(
            ContractStaff.staff_id == staff_id,
            ContractStaff.released_at.is_(None),
            Contract.state.in_(HOLDING),
        )
        .order_by(Contract.id)
    ).all()


def running_counts(work: UnitOfWork, firm_id: int) -> Mapping[int, int]:
    """Return in how many running contracts each of a firm's people is named, by their ids."""
    rows = work.session.execute(
        select(ContractStaff.staff_id, func.count())
        .join(Contract, Contract.id == ContractStaff.contract_id)
        .where(
            Contract.firm_id == firm_id,
            ContractStaff.released_at.is_(None),
            Contract.state.in_(HOLDING),
        )
        .group_by(ContractStaff.staff_id)
    )
    return {row[0]: row[1] for row in rows}


def suitable(work: UnitOfWork, contract: Contract) -> list[FirmStaff]:
    """Return the firm's verified people who may do the work of a contract's item today."""
    need = need_by_id(work, contract.need_id)
    asked = item(need.item_code, work.today).staff
    query = select(FirmStaff).where(
        FirmStaff.firm_id == contract.firm_id,
        FirmStaff.left_at.is_(None),
        FirmStaff.state == QualificationState.CONFIRMED,
        FirmStaff.valid_to_on.is_(None) | (FirmStaff.valid_to_on >= work.today),
    )
    if asked is not None and asked.certificate:
        query = query.where(FirmStaff.certificate == asked.certificate)
    return list(work.session.scalars(query.order_by(FirmStaff.id)))


def replacements(work: UnitOfWork, contract: Contract) -> Sequence[StaffReplacement]:
    """Return every wish to replace a person of a contract, the latest first."""
    return work.session.scalars(
        select(StaffReplacement)
        .where(StaffReplacement.contract_id == contract.id)
        .order_by(StaffReplacement.id.desc())
    ).all()


def replacement(work: UnitOfWork, contract: Contract, replacement_id: int) -> StaffReplacement:
    """Return one wish of a contract, held against every other change.

    Raises:
        MissingError: The contract has none such.
    """
    found = work.session.scalar(
        select(StaffReplacement)
        .where(
            StaffReplacement.id == replacement_id,
            StaffReplacement.contract_id == contract.id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def to_answer(work: UnitOfWork) -> list[tuple[StaffReplacement, Contract]]:
    """Return the wishes that the actor's organisation, an owner, has to answer."""
    rows = work.session.execute(
        select(StaffReplacement, Contract)
        .join(Contract, Contract.id == StaffReplacement.contract_id)
        .where(
            Contract.owner_org_id == work.actor.org_id,
            Contract.state.in_(HOLDING),
            StaffReplacement.state == ReplacementState.REQUESTED,
        )
        .order_by(StaffReplacement.id)
    )
    return [(row, contract) for row, contract in rows]


def members(work: UnitOfWork, ids: Sequence[int]) -> dict[int, FirmStaff]:
    """Return people by their ids."""
    rows = work.session.scalars(select(FirmStaff).where(FirmStaff.id.in_(ids)))
    return {row.id: row for row in rows}
