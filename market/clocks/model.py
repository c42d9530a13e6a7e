"""Clocks, their events, suspensions and cards as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.clocks import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.clocks.rules import CardStage, ClockState, Party, SuspensionReason, SuspensionState
from market.db import RECORD, Base, Id, Instant


class Clock(Base):
    """One limit and who must keep it. The events are the truth; ``due_at`` serves the sweep."""

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("limit_working_days > 0", name="limit_positive"),
        Index(None, "state", "next_check_at"),
        Index(None, "holder_org_id", "state"),
        Index(None, "other_org_id", "state"),
    )

    id: Mapped[Id]
    # What is timed, such as ``contract:12``; clocks know nothing else of it.
    subject: Mapped[str] = mapped_column(String(40), unique=True)
    # The public number of what is timed, such as a contract's: pages and the log name it so.
    number: Mapped[str] = mapped_column(String(24), index=True)
    title: Mapped[str] = mapped_column(String(300))
    holder: Mapped[Party]
    holder_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    other_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    limit_working_days: Mapped[int]
    regulation_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[ClockState]
    due_at: Mapped[Instant | None]
    # The next rung of the ladder: the sweep deals it at ``next_check_at``. The rung is kept
    # while the clock stands still, the instant is not.
    next_stage: Mapped[CardStage | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ClockEvent(Base):
    """From ``happened_at`` on, time passes on the account of ``party``; none: the clock stands.

    ``entered_at`` is when it was typed: back-filling shows.
    """

    __tablename__ = "clock_event"
    __table_args__ = (Index(None, "clock_id", "id"), RECORD)

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    kind: Mapped[str] = mapped_column(String(12))
    party: Mapped[Party | None]
    reason: Mapped[SuspensionReason | None]
    why: Mapped[str] = mapped_column(String(500))
    happened_at: Mapped[Instant]
    entered_at: Mapped[Instant]
    entered_by: Mapped[str] = mapped_column(String(40))


class Suspension(Base):
    """A request to suspend a clock (挂起), and what became of it."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index(None, "clock_id"),
        Index(None, "state", "next_check_at"),
        CheckConstraint("working_days > 0", name="days_positive"),
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    requested_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    requested_at: Mapped[Instant]
    reason: Mapped[SuspensionReason]
    evidence: Mapped[str] = mapped_column(String(1000))
    working_days: Mapped[int]
    state: Mapped[SuspensionState]
    answer_by_at: Mapped[Instant]
    answered_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    answered_at: Mapped[Instant | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    # The last suspended day: as granted, then as it really came to an end.
    until_on: Mapped[date | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Card(Base):
    """A yellow or red card, a supervision or a referral: once per clock and stage."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("clock_id", "stage"),
        Index(None, "org_id", "issued_at"),
        Index(None, "stage", "id"),
        RECORD,
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    subject: Mapped[str] = mapped_column(String(40))
    stage: Mapped[CardStage]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # When the rung was reached, and when the sweep dealt the card.
    reached_at: Mapped[Instant]
    issued_at: Mapped[Instant]
    cause: Mapped[str] = mapped_column(String(500))
