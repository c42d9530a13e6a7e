"""The chain of prices of every contract: what was allowed, published, awarded and agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from market.accounts.model import Organisation
from market.clock import beijing_day
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.draws.model import Award
from market.firms.fees import FeeKind
from market.firms.model import Firm, FirmFee
from market.needs.model import Need
from market.oversight import labels as labels  # noqa: PLC0414 - registers the labels
from market.oversight.rules import Rise, rises, saved_basis_points

SORTS: Final = ("filed", "price")


@dataclass(frozen=True, slots=True)
class ChainQuery:
    """What a reader looks for among the contracts."""

    words: str = ""
    state: ContractState | None = None
    sort: str = "filed"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One contract with every price that led to it."""

    contract: Contract
    award: Award
    need: Need
    owner_name: str
    firm: Firm
    fee: FirmFee | None

    @property
    def disclosed_fen(self) -> int | None:
        """The published fixed fee; None if there was none to compare."""
        return self.fee.amount_fen if self.fee and self.fee.kind is FeeKind.FIXED else None

    @property
    def rises(self) -> tuple[Rise, ...]:
        """Every upward step."""
        return rises(
            ceiling_fen=self.need.ceiling_fen,
            award_fen=self.award.price_fen,
            contract_fen=self.contract.price_fen,
            disclosed_fen=self.disclosed_fen,
        )

    @property
    def saved_basis_points(self) -> int:
        """How far the contract lies below the ceiling."""
        return saved_basis_points(self.need.ceiling_fen, self.contract.price_fen)


def chain(work: UnitOfWork, wanted: ChainQuery, *, limit: int, offset: int = 0) -> list[ChainRow]:
    """Return the contracts the actor looks after with their prices."""
    keys: dict[str, ColumnElement[Any]] = {
        "filed": Contract.filed_at.expression,
        "price": Contract.price_fen.expression,
    }
    key = keys[wanted.sort]
    rows = work.session.execute(
        select(Contract, Award, Need, Organisation.name, Firm)
        .join(Award, Award.id == Contract.award_id)
        .join(Need, Need.id == Contract.need_id)
        .join(Organisation, Organisation.id == Contract.owner_org_id)
        .join(Firm, Firm.id == Contract.firm_id)
        .where(*_chosen(work, wanted))
        .order_by(key.desc() if wanted.descending else key, Contract.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    fees = _fees_of(work, [firm.id for *_, firm in rows])
    return [
        ChainRow(
            contract,
            award,
            need,
            name,
            firm,
            _fee_at(fees.get((firm.id, need.item_code), ()), award),
        )
        for contract, award, need, name, firm in rows
    ]


def count_chain(work: UnitOfWork, wanted: ChainQuery) -> int:
    """Return how many contracts ``chain`` chooses from."""
    return (
        work.session.scalar(
            select(func.count(Contract.id))
            .join(Need, Need.id == Contract.need_id)
            .where(*_chosen(work, wanted))
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Saved:
    """The sums of all agreed contracts and of what their notices allowed."""

    contracts: int
    ceiling_fen: int
    price_fen: int


def saved(work: UnitOfWork) -> Saved:
    """Return the sums over the contracts in force and done that the actor looks after."""
    row = work.session.execute(
        select(
            func.count(Contract.id),
            func.coalesce(func.sum(Need.ceiling_fen), 0),
            func.coalesce(func.sum(Contract.price_fen), 0),
        )
        .join(Need, Need.id == Contract.need_id)
        .where(Contract.confirmed_at.is_not(None), item_in(Need.item_code, groups_of(work)))
    ).one()
    return Saved(int(row[0]), int(row[1]), int(row[2]))


def _fees_of(work: UnitOfWork, firm_ids: Sequence[int]) -> dict[tuple[int, str], list[FirmFee]]:
    found: dict[tuple[int, str], list[FirmFee]] = {}
    for fee in work.session.scalars(
        select(FirmFee).where(FirmFee.firm_id.in_(firm_ids)).order_by(FirmFee.version_no)
    ):
        found.setdefault((fee.firm_id, fee.item_code), []).append(fee)
    return found


def _fee_at(versions: Sequence[FirmFee], award: Award) -> FirmFee | None:
    """Return the fee that was in force on the day the firm was chosen."""
    day = beijing_day(award.published_at)
    valid = [fee for fee in versions if fee.valid_from_on <= day]
    return valid[-1] if valid else None


def _chosen(work: UnitOfWork, wanted: ChainQuery) -> list[ColumnElement[bool]]:
    chosen = [item_in(Need.item_code, groups_of(work))]
    if wanted.words:
        chosen.append(
            or_(
                Contract.title.contains(wanted.words, autoescape=True),
                Contract.number == wanted.words.upper(),
            )
        )
    if wanted.state is not None:
        chosen.append(Contract.state == wanted.state)
    return chosen
