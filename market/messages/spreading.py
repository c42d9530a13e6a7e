"""From messages to their deliveries: whom each concerns, on which channels."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sqlalchemy import or_, select, update

from market.accounts.model import User
from market.bulk import among, insert_all
from market.db import UnitOfWork
from market.messages.kinds import Kind, kind_of
from market.messages.model import Delivery, Message, MessageAddress, MessageChoice
from market.messages.rules import Channel, DeliveryState, Group, channels_for
from market.sweeping import Due, due_rows

# Platform default: nobody is sent an SMS that they did not ask for, unless nothing else reaches.
ON_AT_FIRST: Final = frozenset({Channel.EMAIL})
OUTSIDE: Final = (Channel.EMAIL, Channel.SMS)


class Reached(Protocol):
    """Where somebody is reached; None where they never said anything."""

    @property
    def email(self) -> str | None:
        """The address of their e-mail."""

    @property
    def phone(self) -> str | None:
        """The number of their phone."""


def to_spread(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the messages that are not spread yet, the oldest first."""
    return due_rows(work, Message.next_check_at, Message.id, after=after, limit=limit)


def spread(work: UnitOfWork, ids: Sequence[int], on: Collection[Channel]) -> int:
    """Make the deliveries of messages, once; the inbox has them at once. Return how many.

    ``on`` are the channels that this installation has. Few statements however many there are. A
    message that somebody else has locked is theirs: they spread it, or the next sweep does.
    """
    messages = _locked(work, ids)
    people = _people(work, messages)
    rows = [
        _row(work, message_id, reader.user_id, channel)
        for message_id, kind_code, *recipient in messages
        for kind in [kind_of(kind_code)]
        for reader in people[*recipient]
        for channel in reader.ways(kind, on)
    ]
    _write(work, [one.id for one in messages], rows)
    return len(rows)


def _locked(work: UnitOfWork, ids: Sequence[int]) -> Sequence[Any]:
    """Lock those that are not spread yet; return each with its kind and its recipient."""
    return work.session.execute(
        select(Message.id, Message.kind, Message.org_id, Message.user_id)
        .where(among(work, Message.id, ids), Message.next_check_at.is_not(None))
        .order_by(Message.id)
        .with_for_update(skip_locked=True)
    ).all()


def _write(work: UnitOfWork, ids: Sequence[int], rows: Sequence[dict[str, object]]) -> None:
    insert_all(work, Delivery, rows)
    if ids:
        spread_now = update(Message).where(among(work, Message.id, ids)).values(next_check_at=None)
        work.session.execute(spread_now, execution_options={"synchronize_session": False})


def _row(work: UnitOfWork, message_id: int, user_id: int, channel: Channel) -> dict[str, object]:
    is_here = channel is Channel.INBOX
    return {
        "key": secrets.token_hex(16),
        "message_id": message_id,
        "user_id": user_id,
        "channel": channel,
        "state": DeliveryState.SENT if is_here else DeliveryState.QUEUED,
        "attempts": 0,
        "next_check_at": None if is_here else work.now,
        "sent_at": work.now if is_here else None,
        "sent_to": "",
        "result": "",
    }


@dataclass(slots=True)
class _Reader:
    """A person with what decides on which channels a message reaches them."""

    user_id: int
    address: MessageAddress | None
    chosen: dict[tuple[Group, Channel], bool] = field(default_factory=dict)

    def ways(self, kind: Kind, on: Collection[Channel]) -> tuple[Channel, ...]:
        """Return the channels on which a message of a kind goes to this person."""
        wanted = {
            channel
            for channel in OUTSIDE
            if self.chosen.get((kind.group, channel), channel in ON_AT_FIRST)
        }
        reachable = {channel for channel in on if address_on(self.address, channel)}
        return channels_for(must=kind.must, wanted=wanted, reachable=reachable)


def _people(
    work: UnitOfWork, messages: Sequence[Any]
) -> Mapping[tuple[int | None, int | None], Sequence[_Reader]]:
    """Return whom messages concern, by recipient: those who are there when they are spread."""
    organisations = {one.org_id for one in messages if one.org_id is not None}
    persons = {one.user_id for one in messages if one.user_id is not None}
    rows = work.session.execute(
        select(User.id, User.organisation_id, MessageAddress)
        .outerjoin(MessageAddress, MessageAddress.user_id == User.id)
        .where(
            User.active,
            or_(among(work, User.organisation_id, organisations), among(work, User.id, persons)),
        )
        .order_by(User.id)
    ).all()
    readers = {user_id: _Reader(user_id, address) for user_id, _, address in rows}
    _read_choices(work, readers)
    found = defaultdict[tuple[int | None, int | None], list[_Reader]](list)
    for user_id, org_id, _ in rows:
        found[org_id, None].append(readers[user_id])
        found[None, user_id].append(readers[user_id])
    return found


def _read_choices(work: UnitOfWork, readers: Mapping[int, _Reader]) -> None:
    chosen = select(MessageChoice).where(among(work, MessageChoice.user_id, readers))
    for one in work.session.scalars(chosen):
        readers[one.user_id].chosen[one.topic, one.channel] = one.is_on


def address_on(address: Reached | None, channel: Channel) -> str:
    """Return a person's address on a channel; empty if there is none."""
    if address is None:
        return ""
    match channel:
        case Channel.EMAIL:
            return address.email or ""
        case Channel.SMS:
            return address.phone or ""
        case Channel.INBOX:
            return ""
