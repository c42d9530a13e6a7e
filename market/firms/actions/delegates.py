"""Who may do what for a firm, for which services, until when (业务授权人)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from market import rulebook
from market.access import OrgKind, Permission
from market.accounts.model import User
from market.calendar import end_of
from market.catalogue.queries import item
from market.clock import months_after
from market.db import UnitOfWork
from market.firms import queries, queries_entry
from market.firms.entry import Deed
from market.firms.errors import (
    AuthorityEmptyError,
    AuthorityEndedError,
    AuthorityTermError,
    NotAuthorisedError,
)
from market.firms.journal import DelegateMoved
from market.firms.model import Firm
from market.firms.model_entry import FirmDelegate
from market.firms.queries_entry import RULES
from market.firms.schedule import reschedule
from market.labels import label_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What a letter of authority says; no items mean all."""

    deeds: Sequence[Deed]
    items: Sequence[str]
    letter: str
    valid_from_on: date
    valid_to_on: date


def authorise(work: UnitOfWork, firm: Firm, user: User, authority: Authority) -> FirmDelegate:
    """Let a person of the firm do some deeds for some services until a day.

    Raises:
        AuthorityEmptyError: It allows nothing.
        AuthorityTermError: Its term is over, too long, or turned round.
        UnknownItemError: The catalogue has no such item today.
    """
    if not authority.deeds:
        raise AuthorityEmptyError
    months = rulebook.apply(work, RULES).integer("delegate.longest_months")
    latest = months_after(work.today, months)
    begun, until = authority.valid_from_on, authority.valid_to_on
    if not (work.today <= until <= latest and begun <= until):
        raise AuthorityTermError(latest)
    for code in authority.items:
        item(code, work.today)
    row = FirmDelegate(
        firm_id=firm.id,
        reference=queries_entry.next_reference(work, firm),
        user_id=user.id,
        item_codes=" ".join(sorted(set(authority.items))),
        deed_codes=" ".join(one for one in Deed if one in authority.deeds),
        letter=authority.letter,
        valid_from_on=begun,
        valid_to_on=until,
        granted_at=work.now,
        granted_by_id=work.user_id,
    )
    work.session.add(row)
    _record(work, firm, row)
    reschedule(work, firm)
    return row


def end_authority(work: UnitOfWork, firm: Firm, row: FirmDelegate) -> None:
    """End an authority before its day.

    Raises:
        AuthorityEndedError: It ended before.
    """
    if row.ended_at is not None:
        raise AuthorityEndedError
    row.ended_at = work.now
    _record(work, firm, row)
    reschedule(work, firm)


def end_authorities(work: UnitOfWork, firm: Firm) -> int:
    """End the authorities whose last day is over; return how many."""
    over = [
        row
        for row in queries_entry.open_authorities(work, firm)
        if end_of(row.valid_to_on) <= work.now
    ]
    for row in over:
        row.ended_at = work.now
        _record(work, firm, row)
    work.session.flush()
    return len(over)


def require_authority(work: UnitOfWork, deed: Deed, item_code: str) -> None:
    """Refuse a deed by one of a firm's people whose authority does not cover it.

    People of other organisations act in their own right, on their own side. Who may edit the
    firm's registration acts for the firm itself and needs no authority.

    Raises:
        NotAuthorisedError: No authority that counts today covers the deed and the item.
    """
    of_a_firm = work.actor.org_kind == OrgKind.FIRM and work.actor.user_id is not None
    if not of_a_firm or Permission.FIRM_EDIT in work.actor.permissions:
        return
    for row in queries_entry.authorities(work, queries.own(work).id, work.user_id):
        if deed in row.deeds and (not row.items or item_code in row.items):
            return
    names = queries.item_names(work.today)
    raise NotAuthorisedError(names.get(item_code, item_code), label_of(deed).text)


def _record(work: UnitOfWork, firm: Firm, row: FirmDelegate) -> None:
    work.record(
        DelegateMoved(
            firm=firm.code,
            authority=row.reference,
            deeds=row.deeds,
            items=row.items,
            until=row.valid_to_on,
            ended=row.ended_at is not None,
        )
    )
