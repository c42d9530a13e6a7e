"""Sending what is queued: claimed, sent, settled, each step in a transaction of its own.

A worker that dies between claim and settlement leaves a lease behind. When it is over the
delivery is tried again under the same key: it may arrive twice, but is never lost, and a
gateway that keeps keys makes it once (docs/adr/0061).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from market.accounts.model import User
from market.db import Actor, UnitOfWork, unit_of_work
from market.errors import msgid
from market.installation import Installation
from market.messages.gateways import DownError, Gateway, GatewayError, Outgoing, RefusedError
from market.messages.model import Delivery, Message, MessageAddress
from market.messages.rules import (
    LEASE,
    Channel,
    DeliveryMove,
    DeliveryState,
    advance,
    pause_after,
)
from market.messages.spreading import address_on
from market.messages.words import Said, in_language, said
from market.sweeping import Due, batches, due_rows

JOB: Final = Actor("job:messages")
_SIGNED: Final = msgid("中介超市")
_SEE: Final = msgid("请登录平台，在“消息”中查看。")
_AUTOMATIC: Final = msgid("此邮件由系统自动发出，请勿回复。接收方式可以在平台的“接收设置”中更改。")
_HIDDEN: Final = "****"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process sends: nobody else does until the lease is over."""

    delivery_id: int
    claim: str
    channel: Channel
    outgoing: Outgoing


def deliver(here: Installation, ways: Mapping[Channel, Gateway]) -> int:
    """Send everything that is due; return how many went out.

    A channel whose gateway does not serve is left for this round after one try.
    """
    sent, down = 0, set[Channel]()

    def find(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
        on = [channel for channel in ways if channel not in down]
        condition = Delivery.channel.in_(on)
        at, key = Delivery.next_check_at, Delivery.id
        return due_rows(work, at, key, condition, after=after, limit=limit)

    for batch in batches(here, JOB, find):
        for _, delivery_id in batch:
            claimed = claim(here, delivery_id, down)
            if claimed is None:
                continue
            try:
                result = ways[claimed.channel].send(claimed.outgoing)
            except GatewayError as error:
                if isinstance(error, DownError):
                    down.add(claimed.channel)
                settle(here, claimed, error)
            else:
                sent += settle(here, claimed, result)
    return sent


def claim(
    here: Installation, delivery_id: int, down: set[Channel] | frozenset[Channel] = frozenset()
) -> Claimed | None:
    """Claim a delivery that is due; None if it is not, or another worker has it."""
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        row = _locked(work, delivery_id)
        if row is None or row.channel in down:
            return None
        if row.next_check_at is None or row.next_check_at > work.now:
            return None
        if row.state is DeliveryState.SENDING and not _taken_back(row):
            return None
        return _claimed(work, here, row)


def _locked(work: UnitOfWork, delivery_id: int) -> Delivery | None:
    return work.session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _taken_back(row: Delivery) -> bool:
    """Take a delivery back from whoever died over it; False if it has been tried enough."""
    if pause_after(row.attempts) is None:
        row.state = advance(row.state, DeliveryMove.GIVE_UP)
        row.next_check_at, row.claim, row.result = None, None, "lease"
        return False
    row.state = advance(row.state, DeliveryMove.RELEASE)
    return True


def _claimed(work: UnitOfWork, here: Installation, row: Delivery) -> Claimed | None:
    address = work.session.get(MessageAddress, row.user_id)
    to = address_on(address, row.channel)
    if address is None or not to or not work.session.get_one(User, row.user_id).active:
        row.state = advance(row.state, DeliveryMove.DROP)
        row.next_check_at, row.result = None, "no address"
        return None
    row.state = advance(row.state, DeliveryMove.CLAIM)
    row.attempts += 1
    row.claim = secrets.token_hex(16)
    row.next_check_at = work.now + LEASE
    row.sent_to = masked(to)
    message = work.session.get_one(Message, row.message_id)
    words = _words(here, row.channel, message, address.language)
    outgoing = Outgoing(key=row.key, to=to, subject=words.subject, body=words.body, at=work.now)
    return Claimed(row.id, row.claim, row.channel, outgoing)


def _words(here: Installation, channel: Channel, message: Message, language: str) -> Said:
    """Return what is sent: an e-mail says where to look, an SMS is short."""
    words = said(message, language)
    if channel is Channel.SMS:
        return Said(words.subject, f"【{in_language(_SIGNED, language)}】{words.body}")
    site = here.config.site_url
    where = f"{site}{message.path}" if site and message.path else in_language(_SEE, language)
    automatic = in_language(_AUTOMATIC, language)
    return Said(words.subject, f"{words.body}\n\n{where}\n\n{automatic}\n")


def settle(here: Installation, claimed: Claimed, result: str | GatewayError) -> int:
    """Write down how a try ended; return 1 if it was sent and this process still held it."""
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        row = work.session.get_one(
            Delivery, claimed.delivery_id, with_for_update=True, populate_existing=True
        )
        if row.claim != claimed.claim:
            return 0
        row.claim, row.result = None, str(result)
        if isinstance(result, str):
            row.state = advance(row.state, DeliveryMove.SUCCEED)
            row.sent_at, row.next_check_at = work.now, None
            return 1
        pause = None if isinstance(result, RefusedError) else pause_after(row.attempts)
        move = DeliveryMove.GIVE_UP if pause is None else DeliveryMove.POSTPONE
        row.state = advance(row.state, move)
        row.next_check_at = None if pause is None else work.now + pause
        return 0


def masked(address: str) -> str:
    """Return an address with most of it hidden: whoever reads the record knows which it was."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}{_HIDDEN}@{host}"[:80]
    return f"{address[:3]}{_HIDDEN}{address[-4:]}"
