"""Who offers an item at which published fee, and what each gives for a project."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from sqlalchemy import select

from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.firms import queries as firms
from market.firms.fees import ON_A_BASE, FeeKind
from market.firms.model import Firm, FirmFee
from market.tariffs.comparing import Hindrance, Price, Terms, price, ranks
from market.tariffs.disclosed import Project, named, price_of, project_of, terms_of
from market.tariffs.inputs import BasesError, QuestionError
from market.tariffs.project import BaseNamed, Bases
from market.tariffs.queries import for_item
from market.tariffs.rules import Calculation, Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A listed firm that offers an item, its fee in force, and the next one if it is public."""

    firm: Firm
    fee: FirmFee | None
    next_fee: FirmFee | None
    named: Standard | None

    terms: Terms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An offer with what it gives for the project."""

    offer: Offer
    price: Price | None
    hindrance: Hindrance | None


def offers(work: UnitOfWork, item: Item) -> list[Offer]:
    """Return the listed firms that offer an item, by name."""
    later = _published_for_later(work, item.code)
    return [
        Offer(
            firm=firm,
            fee=fee,
            next_fee=later.get(firm.id),
            named=named(fee, work.today)
            if fee is not None and fee.kind is FeeKind.DISCOUNT
            else None,
            terms=terms_of(fee, work.today),
        )
        for firm, _, fee in firms.offering_with_fees(work, item.code)
    ]


def _published_for_later(work: UnitOfWork, item_code: str) -> dict[int, FirmFee]:
    """Return for each firm the next version that is public and not yet in force."""
    query = (
        select(FirmFee)
        .where(FirmFee.item_code == item_code, FirmFee.valid_from_on > work.today)
        .order_by(FirmFee.valid_from_on.desc(), FirmFee.version_no)
    )
    return {fee.firm_id: fee for fee in work.session.scalars(query)}


def standards_of(item: Item, found: list[Offer], day: date) -> list[Standard]:
    """Return the tables that matter for an item: its own, and those that firms' fees name."""
    own = for_item(item, day)
    others = {offer.named.id: offer.named for offer in found if offer.named is not None}
    further = (others[key] for key in sorted(others.keys() - {one.id for one in own}))
    return [*own, *(one for one in further if one.variants_for(item.code))]


def bases_of(fees: Iterable[FirmFee | None]) -> list[BaseNamed]:
    """Return the bases that fees name, each once, in order."""
    named_bases = {
        BaseNamed(name=fee.rate_base, unit=fee.unit)
        for fee in fees
        if fee is not None and fee.kind in ON_A_BASE
    }
    return sorted(named_bases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Computable:
    """How many firms' fees an amount can be computed of, which bases they name, why not more."""

    firms: int
    computed: int
    bases: tuple[str, ...]
    why: Mapping[Hindrance, int] = field(default_factory=lambda: MappingProxyType({}))


def computable(work: UnitOfWork, item: Item, bases: str, question: str) -> Computable:
    """Return of how many firms' fees the inputs of a need make an amount.

    What cannot be read counts as not stated: the form says so at its field.
    """
    try:
        project = project_of(bases, question, work.today)
    except (BasesError, QuestionError):
        project = Project()
    found = offers(work, item)
    prices = [price_of(offer.fee, project, work.today) for offer in found]
    return Computable(
        firms=len(found),
        computed=sum(not isinstance(one, Hindrance) for one in prices),
        bases=tuple(base.label for base in bases_of(offer.fee for offer in found)),
        why=MappingProxyType(Counter(one for one in prices if isinstance(one, Hindrance))),
    )


def compare(
    found: list[Offer],
    bases: Bases,
    computed: Calculation | None,
    *,
    sort: str,
    descending: bool,
) -> list[Compared]:
    """Return every offer with its amount, or with why there is none; those come last."""
    ordered = _by_offer(found, sort, descending=descending)
    prices = [price(offer.terms, bases, computed) for offer in ordered]
    places = (
        ranks(prices, descending=descending)
        if sort == "amount"
        else sorted(range(len(prices)), key=lambda place: isinstance(prices[place], Hindrance))
    )
    return [_compared(ordered[place], prices[place]) for place in places]


def _by_offer(found: list[Offer], sort: str, *, descending: bool) -> list[Offer]:
    match sort:
        case "valid":
            return sorted(
                found,
                key=lambda offer: offer.fee.valid_from_on if offer.fee else date.min,
                reverse=descending,
            )
        case "name":
            return sorted(found, key=lambda offer: offer.firm.name, reverse=descending)
        case _:
            return found


def _compared(offer: Offer, one: Price | Hindrance) -> Compared:
    if isinstance(one, Hindrance):
        return Compared(offer=offer, price=None, hindrance=one)
    return Compared(offer=offer, price=one, hindrance=None)
