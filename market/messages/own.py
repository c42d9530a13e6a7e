"""What people do with their own messages: read them, and say how they want them."""

from collections.abc import Collection

from sqlalchemy import delete, update

from market.db import UnitOfWork
from market.messages.errors import EmailError, MobileError
from market.messages.model import Delivery, MessageAddress, MessageChoice
from market.messages.queries import own
from market.messages.rules import Channel, Group, is_email, is_mobile
from market.messages.spreading import ON_AT_FIRST, OUTSIDE

LANGUAGES = ("zh", "en")


def mark_read(work: UnitOfWork, delivery_id: int) -> str:
    """Mark one of the actor's messages as read; return the page it is about, or nothing.

    Raises:
        MissingError: There is none, or it is another person's.
    """
    delivery, message = own(work, delivery_id)
    if delivery.read_at is None:
        delivery.read_at = work.now
    return message.path


def mark_all_read(work: UnitOfWork) -> None:
    """Mark all of the actor's messages as read."""
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.user_id == work.user_id,
            Delivery.channel == Channel.INBOX,
            Delivery.read_at.is_(None),
        )
        .values(read_at=work.now)
    )


def choose(
    work: UnitOfWork,
    *,
    email: str,
    phone: str,
    language: str,
    on: Collection[tuple[Channel, Group]],
) -> None:
    """Say where the actor is reached, in which language, and what on which channel.

    Raises:
        EmailError, MobileError: An address is none.
        ValueError: The language is not one of the site's.
    """
    if email and not is_email(email):
        raise EmailError
    if phone and not is_mobile(phone):
        raise MobileError
    if language not in LANGUAGES:
        raise ValueError(language)
    work.session.merge(
        MessageAddress(
            user_id=work.user_id,
            email=email,
            phone=phone,
            language=language,
            changed_at=work.now,
        )
    )
    work.session.execute(delete(MessageChoice).where(MessageChoice.user_id == work.user_id))
    for channel in OUTSIDE:
        for group in Group:
            is_on = (channel, group) in on
            if is_on != (channel in ON_AT_FIRST):
                work.session.add(
                    MessageChoice(user_id=work.user_id, topic=group, channel=channel, is_on=is_on)
                )
