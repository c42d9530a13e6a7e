"""The chain of prices of every contract: allowed, published, quoted, awarded, agreed, paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from market import regulations
from market.accounts.model import Organisation
from market.clock import months_after
from market.contracts.model import Contract
from market.contracts.payers import Payer
from market.contracts.rules import ContractState
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.model_prices import AwardPrice
from market.firms.model import Firm
from market.needs.methods import Method, is_priced
from market.needs.model import Need
from market.oversight import labels as labels  # noqa: PLC0414 - registers the labels
from market.oversight.rules import Chain, ChainFlag, Rise, rises, saved_basis_points
from market.payments.model import PaymentTerm, Voucher
from market.payments.queries import INVOICED, PAID
from market.payments.rules import TermState
from market.supplements.model import Supplement
from market.supplements.queries import SUBJECT, additions
from market.supplements.rules import SupplementState

SORTS: Final = ("filed", "price")
# Where the firm states its own price, the award's limit is what it stated.
PRICED: Final = frozenset(method for method in Method if is_priced(method))


@dataclass(frozen=True, slots=True)
class ChainQuery:
    """What a reader looks for among the contracts."""

    words: str = ""
    state: ContractState | None = None
    flag: ChainFlag | None = None
    sort: str = "filed"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One contract with every price that led to it, and what came of it."""

    contract: Contract
    award: Award
    need: Need
    owner_name: str
    firm: Firm
    price: AwardPrice | None
    term: PaymentTerm | None
    added_fen: int
    invoiced_fen: int
    paid_fen: int
    is_repeated: bool

    @property
    def disclosed_fen(self) -> int | None:
        """What the published fee gave for the project; None if that could not be computed."""
        return self.price.disclosed_fen if self.price else None

    @property
    def quoted_fen(self) -> int | None:
        """What the firm itself stated; None where it does not."""
        return self.price.limit_fen if self.price and self.need.method in PRICED else None

    @property
    def chain(self) -> Chain:
        """Every price."""
        return Chain(
            ceiling_fen=self.need.ceiling_fen,
            disclosed_fen=self.disclosed_fen,
            quoted_fen=self.quoted_fen,
            award_fen=self.award.price_fen,
            contract_fen=self.contract.price_fen,
            added_fen=self.added_fen,
            settled_fen=self.contract.settled_fen,
            invoiced_fen=self.invoiced_fen,
            paid_fen=self.paid_fen,
        )

    @property
    def rises(self) -> tuple[Rise, ...]:
        """Every upward step."""
        return rises(self.chain)

    @property
    def flags(self) -> tuple[ChainFlag, ...]:
        """What makes somebody look at it, besides the steps that are named one by one."""
        found = (
            (ChainFlag.REPEATED, self.is_repeated),
            (ChainFlag.OVERDUE, self.term is not None and self.term.state is TermState.OVERDUE),
            (ChainFlag.SHIFTED, self.contract.payer is Payer.APPLICANT),
        )
        return tuple(flag for flag, applies in found if applies)

    @property
    def saved_basis_points(self) -> int:
        """How far the contract lies below the ceiling."""
        return saved_basis_points(self.need.ceiling_fen, self.contract.price_fen)


def chain(work: UnitOfWork, wanted: ChainQuery, *, limit: int, offset: int = 0) -> list[ChainRow]:
    """Return the contracts the actor looks after with their prices, in one statement."""
    keys: dict[str, ColumnElement[Any]] = {
        "filed": Contract.filed_at.expression,
        "price": Contract.price_fen.expression,
    }
    key = keys[wanted.sort]
    owner = aliased(Organisation)
    sums = (_ADDED, _INVOICED, _PAID, _repeated(work))
    rows = work.session.execute(
        _joined(select(Contract, Award, Need, owner.name, Firm, AwardPrice, PaymentTerm, *sums))
        .join(owner, owner.id == Contract.owner_org_id)
        .join(Firm, Firm.id == Contract.firm_id)
        .where(*_chosen(work, wanted))
        .order_by(key.desc() if wanted.descending else key, Contract.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_row(found) for found in rows]


def _row(found: Sequence[Any]) -> ChainRow:
    contract, award, need, owner, firm, price, term, *sums, repeated = found
    added, invoiced, paid = (int(fen) for fen in sums)
    return ChainRow(
        contract, award, need, owner, firm, price, term, added, invoiced, paid, bool(repeated)
    )


def count_chain(work: UnitOfWork, wanted: ChainQuery) -> int:
    """Return how many contracts ``chain`` chooses from."""
    counted = _joined(select(func.count(Contract.id))).where(*_chosen(work, wanted))
    return work.session.scalar(counted) or 0


@dataclass(frozen=True, slots=True)
class Saved:
    """The sums of all agreed contracts and of what their notices allowed."""

    contracts: int
    ceiling_fen: int
    price_fen: int

    @property
    def below_basis_points(self) -> int:
        """How far the contracts stay below what was allowed."""
        return saved_basis_points(self.ceiling_fen, self.price_fen) if self.ceiling_fen else 0


def saved_by_method(work: UnitOfWork) -> dict[Method | None, Saved]:
    """Return the sums over the contracts in force and done that the actor looks after.

    They are told apart by method; None are the direct choices: where nobody competed, a price
    below a ceiling that the same owner set says nothing.
    """
    is_drawn = Award.draw_id.is_not(None)
    rows = work.session.execute(
        select(
            is_drawn,
            Need.method,
            func.count(Contract.id),
            func.coalesce(func.sum(Need.ceiling_fen), 0),
            func.coalesce(func.sum(Contract.price_fen), 0),
        )
        .join(Need, Need.id == Contract.need_id)
        .join(Award, Award.id == Contract.award_id)
        .where(Contract.confirmed_at.is_not(None), item_in(Need.item_code, groups_of(work)))
        .group_by(is_drawn, Need.method)
    ).all()
    found: dict[Method | None, Saved] = {}
    for drawn, method, count, ceiling_fen, price_fen in rows:
        key = Method(method) if drawn else None
        one = Saved(int(count), int(ceiling_fen), int(price_fen))
        found[key] = total([found[key], one]) if key in found else one
    order: list[Method | None] = [*Method, None]
    return {key: found[key] for key in order if key in found}


def total(several: Iterable[Saved]) -> Saved:
    """Return sums together."""
    rows = list(several)
    return Saved(
        sum(one.contracts for one in rows),
        sum(one.ceiling_fen for one in rows),
        sum(one.price_fen for one in rows),
    )


def saved(work: UnitOfWork) -> Saved:
    """Return the sums of the contracts whose firm was not named directly."""
    return total(one for key, one in saved_by_method(work).items() if key is not None)


def _joined(chosen: Select[Any]) -> Select[Any]:
    """Join what every condition may speak of."""
    return (
        chosen.select_from(Contract)
        .join(Award, Award.id == Contract.award_id)
        .join(Need, Need.id == Contract.need_id)
        .outerjoin(AwardPrice, AwardPrice.award_id == Award.id)
        .outerjoin(PaymentTerm, PaymentTerm.contract_id == Contract.id)
    )


def _of_vouchers(net: ColumnElement[int]) -> ColumnElement[int]:
    return (
        select(net).where(Voucher.contract_id == Contract.id).correlate(Contract).scalar_subquery()
    )


_INVOICED: Final = _of_vouchers(INVOICED)
_PAID: Final = _of_vouchers(PAID)
_ADDED: Final = (
    select(func.coalesce(func.sum(Supplement.amount_fen), 0))
    .where(Supplement.contract_id == Contract.id, Supplement.state == SupplementState.EFFECTIVE)
    .correlate(Contract)
    .scalar_subquery()
)

_AGREED: Final = func.coalesce(Contract.settled_fen, Contract.price_fen + _ADDED)


def _repeated(work: UnitOfWork) -> ColumnElement[bool]:
    """Return whether a pair has added to its first contract too often of late."""
    rules = regulations.in_force(SUBJECT, work.today)
    since = months_after(work.today, -rules.integer("add_on.second_approval_months"))
    return (Contract.signed_on > since) & (additions(since) >= rules.integer("add_on.repeats_from"))


def _rising() -> ColumnElement[bool]:
    """Return the condition that ``rises`` finds something: nothing is compared with NULL."""
    quoted = AwardPrice.limit_fen
    return or_(
        Award.price_fen > Need.ceiling_fen,
        Need.method.in_(PRICED) & ((quoted > Need.ceiling_fen) | (Award.price_fen > quoted)),
        Need.method.in_(PRICED) & (quoted > AwardPrice.disclosed_fen),
        Award.price_fen > AwardPrice.disclosed_fen,
        Contract.price_fen > Award.price_fen,
        Contract.price_fen > AwardPrice.disclosed_fen,
        Contract.price_fen < _AGREED,
        _AGREED < _INVOICED,
        _PAID > _INVOICED,
    )


def _flagged(work: UnitOfWork, flag: ChainFlag) -> ColumnElement[bool]:
    match flag:
        case ChainFlag.RISES:
            return _rising()
        case ChainFlag.ADDED:
            return _ADDED > 0
        case ChainFlag.REPEATED:
            return _repeated(work)
        case ChainFlag.OVERDUE:
            return PaymentTerm.state == TermState.OVERDUE
        case ChainFlag.SHIFTED:
            return Contract.payer == Payer.APPLICANT


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
    if wanted.flag is not None:
        chosen.append(_flagged(work, wanted.flag))
    return chosen
