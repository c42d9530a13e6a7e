"""Finding milestones and the reports on them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from market.contracts.model import Contract
from market.contracts.reports.model import Milestone, ProgressReport
from market.contracts.reports.rules import AWAITED, is_in_turn
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import MissingError
from market.files import StoredFile
from market.sweeping import Due, due_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A milestone with what was reported, if anything was."""

    milestone: Milestone
    report: ProgressReport | None
    file: StoredFile | None


def milestones(work: UnitOfWork, contract: Contract) -> Sequence[Milestone]:
    """Return the milestones of a contract, in their order."""
    return work.session.scalars(
        select(Milestone).where(Milestone.contract_id == contract.id).order_by(Milestone.position)
    ).all()


def awaited_of(work: UnitOfWork, contract_id: int) -> Sequence[Milestone]:
    """Return the milestones of a contract whose reports are still awaited, in their order."""
    return work.session.scalars(
        select(Milestone)
        .where(Milestone.contract_id == contract_id, Milestone.state.in_(AWAITED))
        .order_by(Milestone.position)
    ).all()


def rows_of(work: UnitOfWork, contract: Contract) -> list[Row]:
    """Return the milestones of a contract with their reports, in their order."""
    found = work.session.execute(
        select(Milestone, ProgressReport, StoredFile)
        .outerjoin(ProgressReport, ProgressReport.milestone_id == Milestone.id)
        .outerjoin(StoredFile, StoredFile.id == ProgressReport.file_id)
        .where(Milestone.contract_id == contract.id)
        .order_by(Milestone.position)
    )
    return [Row(milestone=one, report=report, file=file) for one, report, file in found]


def milestone(work: UnitOfWork, contract: Contract, milestone_id: int) -> Milestone:
    """Return a milestone of a contract, held against every other change.

    Raises:
        MissingError: The contract has none such.
    """
    found = work.session.scalar(
        select(Milestone)
        .where(Milestone.id == milestone_id, Milestone.contract_id == contract.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def has_file(work: UnitOfWork, contract: Contract, file_id: int) -> bool:
    """Whether a file came with a report of a contract."""
    found = exists().where(
        Milestone.contract_id == contract.id,
        ProgressReport.milestone_id == Milestone.id,
        ProgressReport.file_id == file_id,
    )
    return bool(work.session.scalar(select(found)))


def awaited_of_us(work: UnitOfWork) -> list[tuple[Milestone, Contract]]:
    """Return the reports that are the actor's firm's to write now, the earliest due first."""
    rows = work.session.execute(
        select(Milestone, Contract)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(
            Contract.firm_org_id == work.actor.org_id,
            Contract.state == ContractState.RUNNING,
            Milestone.state.in_(AWAITED),
        )
        .order_by(Milestone.due_at, Milestone.id)
    )
    found = [(one, contract) for one, contract in rows]
    plans = _plans(work, {contract.id for _, contract in found})
    return [(one, c) for one, c in found if is_in_turn(one, plans[c.id], work.now)]


def _plans(work: UnitOfWork, contract_ids: Collection[int]) -> Mapping[int, list[Milestone]]:
    """Return all milestones of each contract, by the contracts' ids."""
    plans: dict[int, list[Milestone]] = {}
    chosen = select(Milestone).where(Milestone.contract_id.in_(contract_ids))
    for one in work.session.scalars(chosen):
        plans.setdefault(one.contract_id, []).append(one)
    return plans


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the milestones that time must look at, the earliest first."""
    return due_rows(work, Milestone.next_check_at, Milestone.id, after=after, limit=limit)
