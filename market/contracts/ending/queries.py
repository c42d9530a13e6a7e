"""Finding endings of contracts. What an actor may not know of is missing, not forbidden."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from market.accounts.model import Organisation
from market.calendar import binding_until
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.rules import OPEN, EndingState
from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.contracts.signing.rules import Fault
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.duties import by_another
from market.errors import MissingError, msgid
from market.needs.model import Need
from market.needs.record.queries import Counter
from market.needs.scope import within

MOST = 100
Found = tuple[ContractEnding, Contract]


def of_contract(work: UnitOfWork, contract: Contract) -> Sequence[ContractEnding]:
    """Return every attempt to end a contract, the latest first."""
    return work.session.scalars(
        select(ContractEnding)
        .where(ContractEnding.contract_id == contract.id)
        .order_by(ContractEnding.id.desc())
    ).all()


def open_of(work: UnitOfWork, contract: Contract) -> Sequence[ContractEnding]:
    """Return the attempts that are not over, held against every other change: one a side."""
    return work.session.scalars(
        select(ContractEnding)
        .where(ContractEnding.contract_id == contract.id, ContractEnding.state.in_(OPEN))
        .order_by(ContractEnding.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def still_open(work: UnitOfWork, row: ContractEnding) -> ContractEnding | None:
    """Return an attempt, held against every other change; None if it is over."""
    return work.session.scalar(
        select(ContractEnding)
        .where(ContractEnding.id == row.id, ContractEnding.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def by_number(work: UnitOfWork, number: str) -> Found:
    """Return an ending of a contract of the actor's organisation.

    Raises:
        MissingError: There is none.
    """
    org_id = work.actor.org_id
    return _one(work, number, or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id))


def for_authority(work: UnitOfWork, number: str) -> Found:
    """Return an ending of a contract for an item that the actor's authority looks after.

    Raises:
        MissingError: There is none.
    """
    return _one(work, number, within(work))


def to_answer(work: UnitOfWork) -> list[Found]:
    """Return what the other side asks of the actor's organisation."""
    org_id = work.actor.org_id
    return _rows(
        work,
        ContractEnding.state.in_((EndingState.ASKED, EndingState.HEARING)),
        ContractEnding.by_org_id != org_id,
        or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id),
    )


def annulled_since(work: UnitOfWork, period: timedelta) -> list[Found]:
    """Return the contracts of the actor's organisation that ended with their award lately."""
    org_id = work.actor.org_id
    return _rows(
        work,
        ContractEnding.state == EndingState.ANNULLED,
        ContractEnding.decided_at > work.now - period,
        or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id),
    )


def to_examine(work: UnitOfWork) -> list[Found]:
    """Return what an officer of the actor's authority has to propose something about."""
    return _rows(work, ContractEnding.state == EndingState.TO_DECIDE, within(work))


def to_decide(work: UnitOfWork) -> list[Found]:
    """Return what another person has proposed and the actor's authority decides."""
    return _rows(
        work,
        ContractEnding.state == EndingState.PROPOSED,
        by_another(work, ContractEnding.proposed_by_id),
        within(work),
    )


def late(work: UnitOfWork) -> list[Found]:
    """Return what an authority has not decided in its time; none runs while the award is held."""
    held = exists().where(Award.id == Contract.award_id, Award.state == AwardState.FROZEN)
    return _rows(
        work,
        ContractEnding.state.in_((EndingState.TO_DECIDE, EndingState.PROPOSED)),
        ContractEnding.due_at <= work.now,
        ~held,
    )


def expired_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the endings whose other side let its time pass, by id."""
    return work.session.scalars(
        select(ContractEnding.id)
        .where(
            ContractEnding.state.in_((EndingState.ASKED, EndingState.HEARING)),
            ContractEnding.due_at <= binding_until(now),
            ContractEnding.id > after_id,
        )
        .order_by(ContractEnding.id)
        .limit(limit)
    ).all()


def overtaken_ids(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the endings, not over, of contracts that are, by id."""
    return work.session.scalars(
        select(ContractEnding.id)
        .join(Contract, Contract.id == ContractEnding.contract_id)
        .where(
            ContractEnding.state.in_(OPEN),
            Contract.state.in_(OVER),
            ContractEnding.id > after_id,
        )
        .order_by(ContractEnding.id)
        .limit(limit)
    ).all()


def of_owner(work: UnitOfWork, owner: Organisation, since: datetime) -> Sequence[Counter]:
    """Count an owner's contracts that were ended in force, and those ended for its own fault."""

    def count(*conditions: ColumnElement[bool]) -> int:
        return (
            work.session.scalar(
                select(func.count(ContractEnding.id))
                .join(Contract, Contract.id == ContractEnding.contract_id)
                .where(Contract.owner_org_id == owner.id, *conditions)
            )
            or 0
        )

    agreed = (ContractEnding.state == EndingState.AGREED, ContractEnding.replied_at >= since)
    faults = (ContractEnding.fault == Fault.OWNER, ContractEnding.decided_at >= since)
    return [
        Counter(label=msgid("协商解除合同"), count=count(*agreed)),
        Counter(label=msgid("因业主原因解除合同"), count=count(*faults)),
    ]


def _rows(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Found]:
    rows = work.session.execute(
        select(ContractEnding, Contract)
        .join(Contract, Contract.id == ContractEnding.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .where(*conditions)
        .order_by(ContractEnding.due_at, ContractEnding.id)
        .limit(MOST)
    )
    return [(row, contract) for row, contract in rows]


def _one(work: UnitOfWork, number: str, *conditions: ColumnElement[bool]) -> Found:
    found = _rows(work, ContractEnding.number == number, *conditions)
    if not found:
        raise MissingError
    return found[0]
