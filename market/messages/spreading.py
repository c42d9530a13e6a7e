"""From one message to its deliveries: whom it concerns, on which channels."""

import secrets
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import insert, select

from market.accounts.model import User
from market.db import UnitOfWork
from market.messages.kinds import kind_of
from market.messages.model import Delivery, Message, MessageAddress, MessageChoice
from market.messages.rules import Channel, DeliveryState, Group, channels_for
from market.sweeping import Due, due_rows

# Platform default: nobody is sent an SMS that they did not ask for, unless nothing else reaches.
ON_AT_FIRST: Final = frozenset({Channel.EMAIL})
OUTSIDE: Final = (Channel.EMAIL, Channel.SMS)


def to_spread(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the messages that are not spread yet, the oldest first."""
    return due_rows(work, Message.next_check_at, Message.id, after=after, limit=limit)


def spread(work: UnitOfWork, message_id: int, on: Collection[Channel]) -> int:
    """Make the deliveries of a message, once; the inbox has it at once. Return how many.

    ``on`` are the channels that this installation has.
    """
    message = work.session.get_one(
        Message, message_id, with_for_update=True, populate_existing=True
    )
    if message.next_check_at is None:
        return 0
    message.next_check_at = None
    kind = kind_of(message.kind)
    rows: list[dict[str, object]] = []
    for user_id in _people(work, message):
        wanted = wanted_of(work, user_id, kind.group)
        reachable = reachable_of(work, user_id, on)
        ways = channels_for(must=kind.must, wanted=wanted, reachable=reachable)
        rows += [_row(work, message, user_id, channel) for channel in ways]
    if rows:
        work.session.execute(insert(Delivery), rows)
    return len(rows)


def _row(work: UnitOfWork, message: Message, user_id: int, channel: Channel) -> dict[str, object]:
    is_here = channel is Channel.INBOX
    return {
        "key": secrets.token_hex(16),
        "message_id": message.id,
        "user_id": user_id,
        "channel": channel,
        "state": DeliveryState.SENT if is_here else DeliveryState.QUEUED,
        "attempts": 0,
        "next_check_at": None if is_here else work.now,
        "sent_at": work.now if is_here else None,
        "sent_to": "",
        "result": "",
    }


def _people(work: UnitOfWork, message: Message) -> Sequence[int]:
    """Return whom a message concerns: those who are there when it is spread."""
    wanted = select(User.id).where(User.active).order_by(User.id)
    if message.user_id is not None:
        return work.session.scalars(wanted.where(User.id == message.user_id)).all()
    return work.session.scalars(wanted.where(User.organisation_id == message.org_id)).all()


def wanted_of(work: UnitOfWork, user_id: int, group: Group) -> frozenset[Channel]:
    """Return the channels besides the inbox on which a person wants a group of messages."""
    said = work.session.execute(
        select(MessageChoice.channel, MessageChoice.is_on).where(
            MessageChoice.user_id == user_id, MessageChoice.topic == group
        )
    )
    chosen = {channel: channel in ON_AT_FIRST for channel in OUTSIDE}
    chosen |= {row.channel: row.is_on for row in said}
    return frozenset(channel for channel, is_on in chosen.items() if is_on)


def reachable_of(work: UnitOfWork, user_id: int, on: Collection[Channel]) -> frozenset[Channel]:
    """Return the channels besides the inbox that are on and on which a person has an address."""
    address = work.session.get(MessageAddress, user_id)
    return frozenset(channel for channel in on if address_on(address, channel))


def address_on(address: MessageAddress | None, channel: Channel) -> str:
    """Return a person's address on a channel; empty if there is none."""
    if address is None:
        return ""
    match channel:
        case Channel.EMAIL:
            return address.email
        case Channel.SMS:
            return address.phone
        case Channel.INBOX:
            return ""
