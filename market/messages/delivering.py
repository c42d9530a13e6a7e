"""Sending what is queued: claimed and settled in a transaction each, and sent in none.

Some hundred are claimed together. A worker that dies between claim and settlement leaves leases
behind. When they are over each delivery is tried again, alone, under the same key: it may arrive
twice, but is never lost, and a gateway that keeps keys makes it once (docs/adr/0061, 0108).
"""

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
from market.sweeping import TOGETHER, Due, batches, due_rows, last_of

logger = logging.getLogger(__name__)

JOB: Final = Actor("job:messages")
_SIGNED: Final = msgid("中介超市")
_SEE: Final = msgid("请登录平台，在“消息”中查看。")
_AUTOMATIC: Final = msgid("此邮件由系统自动发出，请勿回复。接收方式可以在平台的“接收设置”中更改。")
_HIDDEN: Final = "****"
# Platform default: a gateway, and the disk of a folder, is asked so many things at one moment.
AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process sends: nobody else does until the lease is over."""

    delivery_id: int
    claim: str
    key: str
    channel: Channel
    to: str
    language: str
    message: Message
    claimed_at: datetime


Result = str | GatewayError | None
"""What a gateway answered, or its fault; None: it was not asked."""


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
        for first in range(0, len(batch), TOGETHER):
            ids = [last_of(row) for row in batch[first : first + TOGETHER]]
            claimed, left = claim_all(here, ids, down)
            sent += settle_all(here, _send_all(here, ways, claimed, down))
            for one in left:
                claimed, _ = claim_all(here, [one], down)
                sent += settle_all(here, _send_all(here, ways, claimed, down))
    return sent


def _send_all(
    here: Installation,
    ways: Mapping[Channel, Gateway],
    claimed: Sequence[Claimed],
    down: set[Channel],
) -> list[tuple[Claimed, Result]]:
    """Send what was claimed, as long as nobody may think yet that this process has died.

    The first on each channel is sent alone: of a gateway that does not serve no more is asked.
    """

    def send(one: Claimed) -> tuple[Claimed, Result]:
        if one.channel in down or here.clock() >= one.claimed_at + LEASE / 2:
            return one, None
        result = _send(here, ways[one.channel], one)
        if isinstance(result, DownError):
            down.add(one.channel)
        return one, result

    first = {one.channel: one for one in reversed(claimed)}
    results = [send(one) for one in first.values()]
    others = [one for one in claimed if first[one.channel] is not one]
    with ThreadPoolExecutor(AT_ONCE) as hands:
        return results + list(hands.map(send, others))


def _send(here: Installation, way: Gateway, one: Claimed) -> str | GatewayError:
    try:
        words = _words(here, one)
        return way.send(
            Outgoing(
                key=one.key, to=one.to, subject=words.subject, body=words.body, at=one.claimed_at
            )
        )
    except GatewayError as error:
        return error
    except Exception as error:
        logger.exception("delivery %s could not be sent; it is tried again", one.delivery_id)
        return GatewayError(type(error).__name__)


def claim_all(
    here: Installation, ids: Sequence[int], down: Collection[Channel] = ()
) -> tuple[list[Claimed], list[int]]:
    """Claim the deliveries that are due and that no other worker has.

    Returns:
        Those that are to be sent, and those that are claimed alone: what was tried before may
        be what a worker dies of, and shall take no other with it.
    """
    claimed, left = list[Claimed](), list[int]()
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        for row, message, address, is_active in _locked(work, ids):
            if row.channel in down:
                continue
            if row.next_check_at is None or row.next_check_at > work.now:
                continue
            if row.attempts and len(ids) > 1:
                left.append(row.id)
            elif row.state is not DeliveryState.SENDING or _taken_back(row):
                to = address_on(address, row.channel) if is_active else ""
                if to:
                    claimed.append(_claimed(work, row, message, to, address.language))
                else:
                    row.state = advance(row.state, DeliveryMove.DROP)
                    row.next_check_at, row.result = None, "no address"
    return claimed, left


def _locked(work: UnitOfWork, ids: Sequence[int]) -> Sequence[Any]:
    """Lock those that nobody else has; return each with what is sent, and to whom."""
    return work.session.execute(
        select(Delivery, Message, MessageAddress, User.active)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Delivery.user_id)
        .outerjoin(MessageAddress, MessageAddress.user_id == Delivery.user_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.next_check_at, Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _taken_back(row: Delivery) -> bool:
    """Take a delivery back from whoever died over it; False if it has been tried enough."""
    if pause_after(row.attempts) is None:
        row.state = advance(row.state, DeliveryMove.GIVE_UP)
        row.next_check_at, row.claim, row.result = None, None, "lease"
        return False
    row.state = advance(row.state, DeliveryMove.RELEASE)
    return True


def _claimed(
    work: UnitOfWork, row: Delivery, message: Message, to: str, language: str
) -> Claimed:
    row.state = advance(row.state, DeliveryMove.CLAIM)
    row.attempts += 1
    row.claim = secrets.token_hex(16)
    row.next_check_at = work.now + LEASE
    row.sent_to = masked(to)
    return Claimed(
        row.id, row.claim, row.key, row.channel, to, language, message, claimed_at=work.now
    )


def _words(here: Installation, one: Claimed) -> Said:
    """Return what is sent: an e-mail says where to look, an SMS is short."""
    words, language = said(one.message, one.language), one.language
    if one.channel is Channel.SMS:
        return Said(words.subject, f"【{in_language(_SIGNED, language)}】{words.body}")
    site, path = here.config.site_url, one.message.path
    where = f"{site}{path}" if site and path else in_language(_SEE, language)
    automatic = in_language(_AUTOMATIC, language)
    return Said(words.subject, f"{words.body}\n\n{where}\n\n{automatic}\n")


def settle_all(here: Installation, results: Sequence[tuple[Claimed, Result]]) -> int:
    """Write down how tries ended; return how many were sent and this process still held."""
    if not results:
        return 0
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        held = _held(work, [one.delivery_id for one, _ in results])
        return sum(
            _settled(work, held[one.delivery_id], result)
            for one, result in results
            if held[one.delivery_id].claim == one.claim
        )


def _held(work: UnitOfWork, ids: Sequence[int]) -> dict[int, Delivery]:
    chosen = select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.id).with_for_update()
    found = work.session.scalars(chosen.execution_options(populate_existing=True))
    return {row.id: row for row in found}


def _settled(work: UnitOfWork, row: Delivery, result: Result) -> int:
    row.claim = None
    if result is None:  # It was only held, and not tried.
        row.state = advance(row.state, DeliveryMove.RELEASE)
        row.attempts, row.next_check_at = row.attempts - 1, work.now
        return 0
    row.result = str(result)
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
