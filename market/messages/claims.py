"""Claiming deliveries, and writing down how they ended: many in one transaction.

What is claimed is one process's until the lease is over. Whoever was only slow writes nothing down:
the claim is no longer the row's.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from market.accounts.model import User
from market.bulk import among, update_all
from market.db import Actor, UnitOfWork, unit_of_work
from market.installation import Installation
from market.messages.gateways import GatewayError, RefusedError
from market.messages.model import Delivery, Message, MessageAddress
from market.messages.rules import LEASE, Channel, DeliveryMove, DeliveryState, advance, pause_after
from market.messages.spreading import address_on

JOB: Final = Actor("job:messages")
_HIDDEN: Final = "****"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What trying changes of a delivery."""

    row_id: int
    state: DeliveryState
    attempts: int
    next_check_at: datetime | None
    claim: str | None
    sent_to: str
    result: str
    sent_at: datetime | None


_COLUMNS: Final = ("state", "attempts", "next_check_at", "claim", "sent_to", "result", "sent_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that this process sends, and what of: nobody else does until the lease is over."""

    row: Row
    key: str
    channel: Channel
    to: str
    language: str
    kind: str
    facts: str
    path: str
    claimed_at: datetime


Result = str | GatewayError | None
"""What a gateway answered, or its fault; None: it was not asked."""


def claim(
    here: Installation, ids: Sequence[int], down: Collection[Channel] = ()
) -> tuple[list[Claimed], list[int]]:
    """Claim those of these deliveries that are due and that no other worker has.

    Returns:
        Those that are to be sent; and the ids of those to be claimed one by one, because they
        were tried before: what a worker dies of takes no other with it.
    """
    claimed, left, rows = list[Claimed](), list[int](), list[Row]()
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        for found in _locked(work, ids):
            if found.channel in down:
                continue
            if found.attempts and len(ids) > 1:
                left.append(found.id)
                continue
            row, to = _tried(work, found)
            rows.append(row)
            if row.claim:
                claimed.append(_claimed(work, found, row, to))
        _write(work, rows)
    return claimed, left


def _locked(work: UnitOfWork, ids: Sequence[int]) -> Sequence[Any]:
    """Lock those that are due and that nobody else has; return each with what, and to whom."""
    columns = (getattr(Delivery, name) for name in ("id", "key", "channel", *_COLUMNS))
    address = (MessageAddress.email, MessageAddress.phone, MessageAddress.language)
    return work.session.execute(
        select(*columns, Message.kind, Message.facts, Message.path, *address, User.active)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Delivery.user_id)
        .outerjoin(MessageAddress, MessageAddress.user_id == Delivery.user_id)
        .where(among(work, Delivery.id, ids), Delivery.next_check_at <= work.now)
        .order_by(Delivery.next_check_at, Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()


def _tried(work: UnitOfWork, found: Any) -> tuple[Row, str]:  # noqa: ANN401 - a row of columns
    """Return what becomes of a delivery whose turn it is, and its address if it is to be sent."""
    row = Row(row_id=found.id, **{name: getattr(found, name) for name in _COLUMNS})
    if row.state is DeliveryState.SENDING:  # Whoever claimed it died.
        if pause_after(row.attempts) is None:
            return _ended(row, DeliveryMove.GIVE_UP, "lease"), ""
        row = replace(row, state=advance(row.state, DeliveryMove.RELEASE))
    to = address_on(found, found.channel) if found.active else ""
    if not to:
        return _ended(row, DeliveryMove.DROP, "no address"), ""
    claimed = replace(
        row,
        state=advance(row.state, DeliveryMove.CLAIM),
        attempts=row.attempts + 1,
        claim=secrets.token_hex(16),
        next_check_at=work.now + LEASE,
        sent_to=masked(to),
    )
    return claimed, to


def _ended(row: Row, move: DeliveryMove, result: str) -> Row:
    return replace(
        row, state=advance(row.state, move), next_check_at=None, claim=None, result=result
    )


def _claimed(work: UnitOfWork, found: Any, row: Row, to: str) -> Claimed:  # noqa: ANN401 - as above
    return Claimed(
        row=row,
        key=found.key,
        channel=found.channel,
        to=to,
        language=found.language,
        kind=found.kind,
        facts=found.facts,
        path=found.path,
        claimed_at=work.now,
    )


def settle(here: Installation, results: Sequence[tuple[Claimed, Result]]) -> int:
    """Write down how tries ended; return how many were sent and this process still held."""
    if not results:
        return 0
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        held = _claims(work, [one.row.row_id for one, _ in results])
        rows = [
            _settled(work, one.row, result)
            for one, result in results
            if held[one.row.row_id] == one.row.claim
        ]
        _write(work, rows)
    return sum(row.state is DeliveryState.SENT for row in rows)


def _claims(work: UnitOfWork, ids: Sequence[int]) -> dict[int, str | None]:
    """Lock these; return whose each is."""
    chosen = select(Delivery.id, Delivery.claim).where(among(work, Delivery.id, ids))
    rows = work.session.execute(chosen.order_by(Delivery.id).with_for_update())
    return {row.id: row.claim for row in rows}


def _settled(work: UnitOfWork, row: Row, result: Result) -> Row:
    if result is None:  # It was only held, and not tried.
        state = advance(row.state, DeliveryMove.RELEASE)
        tries = row.attempts - 1
        return replace(row, state=state, claim=None, attempts=tries, next_check_at=work.now)
    if isinstance(result, str):
        return replace(_ended(row, DeliveryMove.SUCCEED, result), sent_at=work.now)
    pause = None if isinstance(result, RefusedError) else pause_after(row.attempts)
    if pause is None:
        return _ended(row, DeliveryMove.GIVE_UP, str(result))
    postponed = _ended(row, DeliveryMove.POSTPONE, str(result))
    return replace(postponed, next_check_at=work.now + pause)


def _write(work: UnitOfWork, rows: Sequence[Row]) -> None:
    values = [{"id": row.row_id} | {name: getattr(row, name) for name in _COLUMNS} for row in rows]
    update_all(work, Delivery, values)


def masked(address: str) -> str:
    """Return an address with most of it hidden: whoever reads the record knows which it was."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}{_HIDDEN}@{host}"[:80]
    return f"{address[:3]}{_HIDDEN}{address[-4:]}"
