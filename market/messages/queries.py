"""Reading messages: a person's own inbox, and for the operator what was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from market.access import OrgKind
from market.accounts.model import Organisation, User
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError
from market.messages.model import Banner, Delivery, Message, MessageAddress, MessageChoice
from market.messages.rules import Channel, DeliveryState, Group
from market.messages.spreading import ON_AT_FIRST, OUTSIDE

WAITING: Final = (DeliveryState.QUEUED, DeliveryState.SENDING)
Counts = Mapping[tuple[Channel, DeliveryState], int]


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery as the operator's list shows it."""

    delivery: Delivery
    message: Message
    user: User
    organisation: Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which deliveries the operator asks for."""

    channel: Channel | None = None
    state: DeliveryState | None = None
    words: str = ""


def _own(work: UnitOfWork, *, unread: bool) -> Select[Delivery, Message]:
    wanted = (
        select(Delivery, Message)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.user_id == work.user_id, Delivery.channel == Channel.INBOX)
    )
    return wanted.where(Delivery.read_at.is_(None)) if unread else wanted


def inbox(
    work: UnitOfWork, *, unread: bool, limit: int, offset: int
) -> list[tuple[Delivery, Message]]:
    """Return a part of the actor's messages, the newest first."""
    rows = work.session.execute(
        _own(work, unread=unread).order_by(Delivery.id.desc()).limit(limit).offset(offset)
    )
    return [(delivery, message) for delivery, message in rows]


def inbox_count(work: UnitOfWork, *, unread: bool) -> int:
    """Return how many messages the actor has."""
    wanted = select(func.count(Delivery.id)).where(
        Delivery.user_id == work.user_id, Delivery.channel == Channel.INBOX
    )
    if unread:
        wanted = wanted.where(Delivery.read_at.is_(None))
    return work.session.scalar(wanted) or 0


def own(work: UnitOfWork, delivery_id: int) -> tuple[Delivery, Message]:
    """Return one of the actor's messages.

    Raises:
        MissingError: There is none, or it is another person's.
    """
    found = work.session.execute(_own(work, unread=False).where(Delivery.id == delivery_id)).first()
    if found is None:
        raise MissingError
    return found[0], found[1]


def address_of(work: UnitOfWork, user_id: int) -> MessageAddress | None:
    """Return where a person is reached, if they said so."""
    return work.session.get(MessageAddress, user_id)


def switched_on(work: UnitOfWork, user_id: int) -> frozenset[tuple[Channel, Group]]:
    """Return what a person gets on the channels besides the inbox."""
    chosen = {(way, group): way in ON_AT_FIRST for way in OUTSIDE for group in Group}
    rows = work.session.scalars(select(MessageChoice).where(MessageChoice.user_id == user_id))
    chosen |= {(row.channel, row.topic): row.is_on for row in rows}
    return frozenset(pair for pair, is_on in chosen.items() if is_on)


def sent_count(work: UnitOfWork, asked: Asked) -> int:
    """Return how many deliveries the operator asks for."""
    wanted = _sent(asked).with_only_columns(func.count(Delivery.id))
    return work.session.scalar(wanted) or 0


def sent(work: UnitOfWork, asked: Asked, *, limit: int, offset: int) -> list[Sent]:
    """Return a part of what was sent, the newest first."""
    rows = work.session.execute(
        _sent(asked).order_by(Delivery.id.desc()).limit(limit).offset(offset)
    )
    return [Sent(*row) for row in rows]


def _sent(asked: Asked) -> Select[Delivery, Message, User, Organisation]:
    wanted = (
        select(Delivery, Message, User, Organisation)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Delivery.user_id)
        .join(Organisation, Organisation.id == User.organisation_id)
    )
    if asked.channel is not None:
        wanted = wanted.where(Delivery.channel == asked.channel)
    if asked.state is not None:
        wanted = wanted.where(Delivery.state == asked.state)
    if asked.words:
        wanted = wanted.where(
            or_(
                Organisation.name.contains(asked.words, autoescape=True),
                Organisation.code == asked.words.upper(),
            )
        )
    return wanted


def outside_counts(work: UnitOfWork) -> Counts:
    """Return how many e-mails and SMS wait, and how many failed."""
    rows = work.session.execute(
        select(Delivery.channel, Delivery.state, func.count(Delivery.id))
        .where(Delivery.state.in_((*WAITING, DeliveryState.FAILED)))
        .group_by(Delivery.channel, Delivery.state)
    )
    return {(channel, state): count for channel, state, count in rows}


def failed(work: UnitOfWork) -> int:
    """Return how many deliveries were given up."""
    wanted = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.FAILED)
    return work.session.scalar(wanted) or 0


def late_since(work: UnitOfWork, before: datetime) -> datetime | None:
    """Return when the longest waiting e-mail or SMS should have gone out, if before an instant."""
    return work.session.scalar(
        select(Delivery.next_check_at)
        .where(Delivery.next_check_at <= before)
        .order_by(Delivery.next_check_at)
        .limit(1)
    )


def banners_now(work: UnitOfWork) -> Sequence[Banner]:
    """Return the notices that the actor's pages show now, the newest first."""
    for_whom: list[ColumnElement[bool]] = [Banner.audience.is_(None)]
    if work.actor.org_kind is not None:
        for_whom.append(Banner.audience == OrgKind(work.actor.org_kind))
    return work.session.scalars(
        select(Banner)
        .where(
            Banner.ends_at > work.now,
            Banner.starts_at <= work.now,
            Banner.withdrawn_at.is_(None),
            Banner.confirmed_at.is_not(None),
            or_(*for_whom),
        )
        .order_by(Banner.id.desc())
        .limit(3)
    ).all()


def banners_to_confirm(work: UnitOfWork) -> int:
    """Return how many notices wait for a second person and that the actor did not write."""
    wanted = select(func.count(Banner.id)).where(
        Banner.ends_at > work.now,
        Banner.withdrawn_at.is_(None),
        Banner.confirmed_at.is_(None),
        by_another(work, Banner.published_by_id),
    )
    return work.session.scalar(wanted) or 0


def banners(work: UnitOfWork, *, limit: int, offset: int) -> Sequence[Banner]:
    """Return a part of all notices, the newest first."""
    return work.session.scalars(
        select(Banner).order_by(Banner.id.desc()).limit(limit).offset(offset)
    ).all()


def banner_count(work: UnitOfWork) -> int:
    """Return how many notices there ever were."""
    return work.session.scalar(select(func.count(Banner.id))) or 0


def publishers(work: UnitOfWork, rows: Iterable[Banner]) -> dict[int, str]:
    """Return the names of who wrote notices, confirmed them or took them down, by account."""
    ids = {
        person
        for row in rows
        for person in (row.published_by_id, row.confirmed_by_id, row.withdrawn_by_id)
    }
    people = work.session.execute(select(User.id, User.name).where(User.id.in_(ids - {None})))
    return {person_id: name for person_id, name in people}  # noqa: C416 - rows are no pairs
