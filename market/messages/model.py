"""Messages and their deliveries as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.access import OrgKind
from market.db import Base, Id, Instant
from market.messages import labels as labels  # noqa: PLC0414 - registers the labels
from market.messages.rules import Channel, DeliveryState, Group


class Message(Base):
    """What somebody is told: written in the transaction that causes it, spread by the worker.

    ``recipient`` is ``org:3`` or ``user:7``; ``once`` names the event, so that it is told once.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("recipient", "kind", "once"),
        CheckConstraint("(org_id IS NULL) <> (user_id IS NULL)", name="one_recipient"),
        Index(
            "ix_message_to_spread",
            "next_check_at",
            "id",
            sqlite_where=text("next_check_at IS NOT NULL"),
            postgresql_where=text("next_check_at IS NOT NULL"),
        ),
        Index(None, "written_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(32))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    once: Mapped[str] = mapped_column(String(120))
    # What fills the named places, as JSON; words that are msgids are translated for the reader.
    facts: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300))
    written_at: Mapped[Instant]
    # Until it is spread: afterwards none.
    next_check_at: Mapped[Instant | None]


class Delivery(Base):
    """One message to one person on one channel: how often it was tried, and with what result."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "user_id", "channel"),
        Index(None, "next_check_at", "id"),
        Index(None, "user_id", "channel", "read_at"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    # By which a channel knows it again: a second try carries the same key.
    key: Mapped[str] = mapped_column(String(32), unique=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[Channel]
    state: Mapped[DeliveryState]
    # In this round: the operator's retry begins a new one.
    attempts: Mapped[int] = mapped_column(default=0)
    # When it is tried next, or when the lease of whoever sends it ends.
    next_check_at: Mapped[Instant | None]
    # Who sends it now.
    claim: Mapped[str | None] = mapped_column(String(32))
    # The address, most of it hidden; it is known from the first try on.
    sent_to: Mapped[str] = mapped_column(String(80), default="")
    # What the channel answered, or the name of the last fault; never a secret, never the text.
    result: Mapped[str] = mapped_column(String(120), default="")
    sent_at: Mapped[Instant | None]
    # When its person opened it in the inbox.
    read_at: Mapped[Instant | None]


class MessageAddress(Base):
    """Where a person is reached, and in which language; they enter it themselves."""

    __tablename__ = "message_address"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id"), primary_key=True, autoincrement=False
    )
    email: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2), default="zh")
    changed_at: Mapped[Instant]


class MessageChoice(Base):
    """A channel that a person switched on or off for a group of messages."""

    __tablename__ = "message_choice"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id"), primary_key=True, autoincrement=False
    )
    topic: Mapped[Group] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    is_on: Mapped[bool]


class Banner(Base):
    """A notice at the top of every page: for everybody or one kind of organisation, for a time.

    One person writes it, and it is shown once another has confirmed it.
    """

    __tablename__ = "banner"
    __table_args__ = (
        CheckConstraint("confirmed_by_id <> published_by_id", name="confirmed_by_another"),
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        Index(None, "ends_at", "id"),
    )

    id: Mapped[Id]
    words_zh: Mapped[str] = mapped_column(String(200))
    words_en: Mapped[str] = mapped_column(String(400))
    audience: Mapped[OrgKind | None]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[Instant]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[Instant | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[Instant | None]
