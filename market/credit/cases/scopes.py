"""Which items a measure reaches: by default those in whose matters the breaches arose."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Select, func, select

from market.catalogue.queries import groups
from market.clocks.model import Card, Clock
from market.contracts.model import Contract
from market.credit.cases.errors import ScopeError, ScopeTwiceError
from market.credit.model import Breach
from market.db import UnitOfWork
from market.draws.model import Award, Draw, Enrolment
from market.needs.model import Need
from market.quotes.model import QuoteVerdict

_SUBJECT: Final = "contract:"
_ENROLLED: Final = (
    select(Need.item_code)
    .join(Draw, Draw.need_id == Need.id)
    .join(Enrolment, Enrolment.draw_id == Draw.id)
)


# Chosen by name where a measure is to reach every item.
ALL: Final = "all"


def groups_of_breaches(work: UnitOfWork, breaches: Sequence[Breach]) -> frozenset[str]:
    """Return the groups of items in whose matters breaches arose.

    Returns:
        None if one of them belongs to no matter of the market: the measure then reaches all.
    """
    codes = [_item_of(work, breach) for breach in breaches]
    if not all(codes):
        return frozenset()
    return frozenset(code.split("-")[1] for code in codes if code)


def checked(groups: Collection[str], *, reaches_all: bool) -> str:
    """Return chosen groups as a case keeps them; nothing kept means every item.

    Raises:
        ScopeError: The rules let this measure reach no less than every item.
        ScopeTwiceError: Every item was chosen, and some of them.
    """
    chosen = set(groups) - {ALL}
    if reaches_all and chosen:
        raise ScopeError
    if ALL in groups and chosen:
        raise ScopeTwiceError
    return " ".join(sorted(chosen))


def _item_of(work: UnitOfWork, breach: Breach) -> str | None:
    query = _matter(work, breach)
    return None if query is None else work.session.scalar(query)


def _matter(work: UnitOfWork, breach: Breach) -> Select[str] | None:
    of_contract = select(Need.item_code).join(Contract, Contract.need_id == Need.id)
    match breach.source:
        case "award":
            return (
                select(Need.item_code)
                .join(Award, Award.need_id == Need.id)
                .where(Award.id == breach.source_id)
            )
        case "bid":
            return _ENROLLED.where(Enrolment.id == breach.source_id)
        case "quote":
            return _ENROLLED.join(QuoteVerdict, QuoteVerdict.enrolment_id == Enrolment.id).where(
                QuoteVerdict.id == breach.source_id
            )
        case "contract":
            return of_contract.where(Contract.id == breach.source_id)
        case "card":
            contract_id = _contract_of_card(work, breach.source_id)
            return None if contract_id is None else of_contract.where(Contract.id == contract_id)
        case _:
            return None


def _contract_of_card(work: UnitOfWork, card_id: int) -> int | None:
    subject = work.session.scalar(
        select(func.coalesce(Clock.subject, Card.subject))
        .select_from(Card)
        .outerjoin(Clock, Card.clock_id == Clock.id)
        .where(Card.id == card_id)
    )
    if subject is None or not subject.startswith(_SUBJECT):
        return None
    rest = subject.removeprefix(_SUBJECT)
    return int(rest) if rest.isdecimal() else None


def in_words(scope: str) -> str:
    """Return the names of the groups that a scope keeps; nothing means every item."""
    if not scope:
        return "全部服务事项"
    names = {group.code: group.name_zh for group in groups()}
    return "、".join(names.get(code, code) for code in scope.split())
