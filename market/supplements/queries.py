"""Finding add-on contracts. What an actor may not know of is missing, not forbidden."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from market.contracts.model import Contract
from market.contracts.queries import PUBLIC
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs.model import Need
from market.supplements.model import Supplement
from market.supplements.rules import COUNTED, SupplementState

LAW: Final = "add-on-contracts"
SUBJECT: Final = "contract-money"


def by_number(work: UnitOfWork, number: str) -> tuple[Supplement, Contract]:
    """Return an add-on contract and what it adds to: both are public.

    Raises:
        MissingError: There is none.
    """
    return _one(work, Supplement.number == number)


def for_party(work: UnitOfWork, number: str) -> tuple[Supplement, Contract]:
    """Return an add-on contract of which the actor's organisation is a side; both are locked."""
    found, _ = _one(work, Supplement.number == number, _ours(work))
    return _locked(work, found)


def for_decider(work: UnitOfWork, number: str) -> tuple[Supplement, Contract]:
    """Return an add-on contract to an item the actor's authority looks after; both are locked."""
    found, _ = _one(work, Supplement.number == number, item_in(Need.item_code, groups_of(work)))
    return _locked(work, found)


def of_contract(work: UnitOfWork, contract: Contract) -> Sequence[Supplement]:
    """Return the add-on contracts of a contract, the first one first."""
    return work.session.scalars(
        select(Supplement).where(Supplement.contract_id == contract.id).order_by(Supplement.id)
    ).all()


def of_award(work: UnitOfWork, award_id: int) -> Sequence[Supplement]:
    """Return the add-on contracts of an award's contract, the first one first."""
    return work.session.scalars(
        select(Supplement)
        .join(Contract, Contract.id == Supplement.contract_id)
        .where(Contract.award_id == award_id, Contract.state.in_(PUBLIC))
        .order_by(Supplement.id)
    ).all()


def effective_fen(work: UnitOfWork, contract: Contract) -> int:
    """Return by how much the effective add-on contracts raise a contract."""
    return effective_of(work, [contract.id]).get(contract.id, 0)


def effective_of(work: UnitOfWork, contract_ids: Iterable[int]) -> dict[int, int]:
    """Return the effective add-ons of some contracts in fen, by the contract's id."""
    rows = work.session.execute(
        select(Supplement.contract_id, func.sum(Supplement.amount_fen))
        .where(
            Supplement.contract_id.in_(list(contract_ids)),
            Supplement.state == SupplementState.EFFECTIVE,
        )
        .group_by(Supplement.contract_id)
    )
    return {contract_id: int(fen) for contract_id, fen in rows}


def counted_fen(work: UnitOfWork, contract: Contract, but: int | None = None) -> list[int]:
    """Return the amounts that count towards a contract's cap, without one of them."""
    return [
        row.amount_fen
        for row in of_contract(work, contract)
        if row.state in COUNTED and row.id != but
    ]


def family_of(work: UnitOfWork, contract: Contract) -> Sequence[Contract]:
    """Return the contracts of the same owner and firm for the same item or project, itself too."""
    need = work.session.get_one(Need, contract.need_id)
    same = [Need.item_code == need.item_code]
    if need.project_code:
        same.append(Need.project_code == need.project_code)
    return work.session.scalars(
        select(Contract)
        .join(Need, Need.id == Contract.need_id)
        .where(
            Contract.owner_org_id == contract.owner_org_id,
            Contract.firm_org_id == contract.firm_org_id,
            or_(and_(Contract.state.in_(PUBLIC), or_(*same)), Contract.id == contract.id),
        )
        .order_by(Contract.signed_on, Contract.id)
    ).all()


def additions(since: date) -> ColumnElement[int]:
    """Return how often a pair has added to its first contract since a day, as a column.

    Both ways count: an add-on contract that was not turned down, and a further contract for the
    same item or project. The statement it stands in selects from ``Contract`` and ``Need``.
    """
    other, its_need = aliased(Contract), aliased(Need)
    same = (
        other.owner_org_id == Contract.owner_org_id,
        other.firm_org_id == Contract.firm_org_id,
        other.state.in_(PUBLIC),
        other.signed_on > since,
        or_(
            its_need.item_code == Need.item_code,
            and_(Need.project_code != "", its_need.project_code == Need.project_code),
        ),
    )
    contracts = (
        select(func.count(other.id))
        .join(its_need, its_need.id == other.need_id)
        .where(*same, other.id != Contract.id)
        .correlate(Contract, Need)
        .scalar_subquery()
    )
    add_ons = (
        select(func.count(Supplement.id))
        .join(other, other.id == Supplement.contract_id)
        .join(its_need, its_need.id == other.need_id)
        .where(*same, Supplement.state.in_(COUNTED))
        .correlate(Contract, Need)
        .scalar_subquery()
    )
    return contracts + add_ons


def to_answer(work: UnitOfWork) -> list[tuple[Supplement, Contract]]:
    """Return the proposals that the actor's organisation, the other side, has to answer."""
    return _rows(
        work,
        Supplement.state == SupplementState.PROPOSED,
        Supplement.proposed_by_org_id != work.actor.org_id,
        _ours(work),
    )


def to_decide(work: UnitOfWork) -> list[tuple[Supplement, Contract]]:
    """Return the agreed add-on contracts that the actor's authority has to approve."""
    return _rows(
        work,
        Supplement.state == SupplementState.AGREED,
        item_in(Need.item_code, groups_of(work)),
    )


def _ours(work: UnitOfWork) -> ColumnElement[bool]:
    org_id = work.actor.org_id
    return or_(Contract.owner_org_id == org_id, Contract.firm_org_id == org_id)


def _rows(work: UnitOfWork, *chosen: ColumnElement[bool]) -> list[tuple[Supplement, Contract]]:
    rows = work.session.execute(
        select(Supplement, Contract)
        .join(Contract, Contract.id == Supplement.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .where(*chosen)
        .order_by(Supplement.id)
    )
    return [(supplement, contract) for supplement, contract in rows]


def _one(work: UnitOfWork, *chosen: ColumnElement[bool]) -> tuple[Supplement, Contract]:
    found = _rows(work, *chosen)
    if not found:
        raise MissingError
    return found[0]


def _locked(work: UnitOfWork, found: Supplement) -> tuple[Supplement, Contract]:
    """Lock the contract before what adds to it, as every deed about its money does."""
    contract = locked_contract(work, found.contract_id)
    return work.session.get_one(Supplement, found.id, populate_existing=True), contract


def locked_contract(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract, locked: its money is counted by one deed after the other."""
    return work.session.get_one(Contract, contract_id, with_for_update=True, populate_existing=True)
