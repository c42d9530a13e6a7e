"""Replies to cards, decisions about them, withdrawals and interviews as they are stored.

The card itself is ``market.clocks.model.Card``: clocks deal most of them.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.clocks.card_rules import CardMove
from market.db import RECORD, Base, Id, Instant
from market.holidays.counted import Counted
from market.supervision import labels as labels  # noqa: PLC0414 - registers the labels
from market.supervision.rules import InterviewState, WithdrawalState


class BackFillingMonth(Base):
    """A month whose late entries have been counted, and how many cards that gave."""

    __tablename__ = "back_filling_month"
    __table_args__ = (RECORD,)

    id: Mapped[Id]
    month_on: Mapped[date] = mapped_column(unique=True)
    checked_at: Mapped[Instant]
    cards: Mapped[int]


class CardReply(Base):
    """What the responsible party says of a card, with its evidence."""

    __tablename__ = "card_reply"
    __table_args__ = (RECORD,)

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), unique=True)
    text: Mapped[str] = mapped_column(String(2000))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    is_late: Mapped[bool]
    replied_at: Mapped[Instant]
    replied_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class CardDecision(Base):
    """A card was upheld, or closed once what it was about is mended."""

    __tablename__ = "card_decision"
    __table_args__ = (Index(None, "card_id", "id"), RECORD)

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"))
    move: Mapped[CardMove]
    text: Mapped[str] = mapped_column(String(1000))
    decided_at: Mapped[Instant]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class CardWithdrawal(Counted, Base):
    """A proposal to take back a wrong card: one person proposes, another decides.

    Until ``decide_by_at`` nobody judges the card; it may still be decided afterwards.
    """

    __tablename__ = "card_withdrawal"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        UniqueConstraint("card_id", "sequence"),
        Index(None, "state", "id"),
        Index(None, "next_check_at", "id"),
        Index(
            "uq_card_withdrawal_proposed",
            "card_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"))
    sequence: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000))
    state: Mapped[WithdrawalState]
    proposed_at: Mapped[Instant]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decide_by_at: Mapped[Instant]
    # When the card's judges are given their days back, while nobody has decided.
    next_check_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(String(1000))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Interview(Base):
    """An interview (约谈): the invitation, and what was said and agreed."""

    __tablename__ = "interview"
    __table_args__ = (
        UniqueConstraint("card_id", "sequence"),
        Index(None, "state", "meet_at"),
        Index(
            "uq_interview_invited",
            "card_id",
            unique=True,
            sqlite_where=text("state = 'invited'"),
            postgresql_where=text("state = 'invited'"),
        ),
    )

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"))
    sequence: Mapped[int]
    meet_at: Mapped[Instant]
    place: Mapped[str] = mapped_column(String(200))
    topic: Mapped[str] = mapped_column(String(1000))
    state: Mapped[InterviewState]
    invited_at: Mapped[Instant]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    record: Mapped[str | None] = mapped_column(String(2000))
    result: Mapped[str | None] = mapped_column(String(1000))
    recorded_at: Mapped[Instant | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
