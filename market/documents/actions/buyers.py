"""Whom an owner lets buy for it: for which services, up to how much, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from market import rulebook
from market.accounts.model import Organisation, User
from market.catalogue.queries import item
from market.clock import months_after
from market.db import UnitOfWork
from market.documents import queries_owners
from market.documents.errors import (
    BuyerEmptyError,
    BuyerEndedError,
    BuyerTermError,
    NotAuthorisedBuyerError,
    OwnerUncheckedError,
)
from market.documents.journal import BuyerMoved
from market.documents.model import OwnerBuyer
from market.documents.owner_rules import BuyerDeed, OwnerState, shortfall
from market.documents.queries import RULES
from market.regulations import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a letter of authority says; no items mean all."""

    deeds: Sequence[BuyerDeed]
    items: Sequence[str]
    ceiling_fen: int
    valid_from_on: date
    valid_to_on: date


def authorise(work: UnitOfWork, user: User, grant: Grant) -> OwnerBuyer:
    """Let a person of the actor's organisation buy for it.

    Raises:
        BuyerEmptyError: It allows nothing.
        BuyerTermError: Its term is over, too long, or turned round.
        UnknownItemError: The catalogue has no such item today.
    """
    if not grant.deeds:
        raise BuyerEmptyError
    latest = months_after(work.today, rulebook.apply(work, RULES).integer("buyer.longest_months"))
    begun, until = grant.valid_from_on, grant.valid_to_on
    if not (work.today <= until <= latest and begun <= until):
        raise BuyerTermError(latest)
    for code in grant.items:
        item(code, work.today)
    row = OwnerBuyer(
        organisation_id=work.org_id,
        reference=queries_owners.next_reference(work, work.org_id),
        user_id=user.id,
        deed_codes=" ".join(one for one in BuyerDeed if one in grant.deeds),
        item_codes=" ".join(sorted(set(grant.items))),
        ceiling_fen=grant.ceiling_fen,
        valid_from_on=begun,
        valid_to_on=until,
        granted_at=work.now,
        granted_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    _record(work, row)
    return row


def end(work: UnitOfWork, row: OwnerBuyer) -> None:
    """Take an authority back before its day.

    Raises:
        BuyerEndedError: That was done before.
    """
    if row.ended_at is not None:
        raise BuyerEndedError
    row.ended_at = work.now
    _record(work, row)


def require_buyer(work: UnitOfWork, deed: BuyerDeed, item_code: str, ceiling_fen: int) -> None:
    """Refuse a deed that an owner, or its person, may not do yet.

    An owner that the operator registered counts as checked. People without an authority may act
    only for an owner that has bound itself by none (``queries_owners.is_bound``).

    Raises:
        OwnerUncheckedError: The owner registered itself and has not been checked.
        NotAuthorisedBuyerError: No authority of the person covers the deed.
    """
    rules = in_force(RULES, work.today)
    entered = queries_owners.registration(work, work.org_id)
    if entered is not None and entered.state is not OwnerState.CHECKED:
        raise OwnerUncheckedError(rules.title)
    if not queries_owners.is_bound(work, work.org_id, deed):
        return
    rows = queries_owners.standing_authorities(work, work.org_id, work.user_id)
    scopes = [row.scope for row in rows]
    if lacking := shortfall(scopes, deed, item_code, ceiling_fen, work.today):
        raise NotAuthorisedBuyerError(deed, lacking, rules.title)


def _record(work: UnitOfWork, row: OwnerBuyer) -> None:
    scope = row.scope
    work.record(
        BuyerMoved(
            owner=work.session.get_one(Organisation, row.organisation_id).code,
            authority=row.reference,
            deeds=tuple(one for one in BuyerDeed if one in scope.deeds),
            items=tuple(sorted(scope.items)),
            ceiling_fen=row.ceiling_fen,
            until=row.valid_to_on,
            ended=row.ended_at is not None,
        )
    )
