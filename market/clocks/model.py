"""Clocks, their events, suspensions and cards as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.clocks import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.clocks.card_rules import CardState, Trigger
from market.clocks.rules import CardStage, ClockState, Party, SuspensionReason, SuspensionState
from market.db import RECORD, Base, Id, Instant


class Clock(Base):
    """One limit and who must keep it. The events are the truth; ``due_at`` serves the sweep."""

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("agreed_units > 0", name="limit_positive"),
        CheckConstraint("extended_units >= 0", name="extended_not_negative"),
        Index(None, "state", "next_check_at"),
        Index(None, "kind", "state"),
        Index(None, "holder_org_id", "state"),
        Index(None, "other_org_id", "state"),
    )

    id: Mapped[Id]
    # The code of its kind (``kinds``): in what it counts, from when, and who may read it.
    kind: Mapped[str] = mapped_column(String(32))
    # What is timed, such as ``contract:12``; clocks know nothing else of it.
    subject: Mapped[str] = mapped_column(String(40), unique=True)
    # The public number of what is timed, such as a contract's: pages and the log name it so.
    number: Mapped[str] = mapped_column(String(24), index=True)
    title: Mapped[str] = mapped_column(String(300))
    holder: Mapped[Party]
    holder_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    other_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # In the unit of its kind: as agreed, and what extensions added.
    agreed_units: Mapped[int]
    extended_units: Mapped[int] = mapped_column(default=0)
    # From when on it counts: the end of the day on which it was started, or the instant.
    counts_from_at: Mapped[Instant]
    regulation_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[ClockState]
    due_at: Mapped[Instant | None]
    # The next rung of the ladder: the sweep deals it at ``next_check_at``. The rung is kept
    # while the clock stands still, the instant is not.
    next_stage: Mapped[CardStage | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def limit_units(self) -> int:
        """How much time the holder has, extensions included."""
        return self.agreed_units + self.extended_units


class ClockEvent(Base):
    """From ``happened_at`` on, time passes on the account of ``party``; none: the clock stands.

    ``entered_at`` is when it was typed: back-filling shows.
    """

    __tablename__ = "clock_event"
    __table_args__ = (
        Index(None, "clock_id", "id"),
        Index(None, "entered_by_org_id", "entered_at"),
        Index(None, "entered_at", "entered_by_org_id"),
        RECORD,
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    kind: Mapped[str] = mapped_column(String(12))
    party: Mapped[Party | None]
    reason: Mapped[SuspensionReason | None]
    why: Mapped[str] = mapped_column(String(500))
    happened_at: Mapped[Instant]
    entered_at: Mapped[Instant]
    entered_by: Mapped[str] = mapped_column(String(40))
    # For which organisation it was typed; none where time did it.
    entered_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # Whether it was entered on a later day than it happened: back-filling shows.
    is_late: Mapped[bool]
    # Of a correction: from when until when time of one account is another's.
    corrects_from_at: Mapped[Instant | None]
    corrects_until_at: Mapped[Instant | None]
    corrects_of: Mapped[str | None] = mapped_column(String(20))
    corrects_to: Mapped[str | None] = mapped_column(String(20))


class Suspension(Base):
    """A request to suspend a clock (挂起), and what became of it."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index(None, "clock_id"),
        Index(None, "state", "next_check_at"),
        Index(None, "requested_by_org_id", "state"),
        CheckConstraint("working_days > 0", name="days_positive"),
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    requested_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    requested_at: Mapped[Instant]
    reason: Mapped[SuspensionReason]
    evidence: Mapped[str] = mapped_column(String(1000))
    # What proves it, for both sides and for those who decide and oversee; its hash is public.
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    working_days: Mapped[int]
    state: Mapped[SuspensionState]
    answer_by_at: Mapped[Instant]
    # Until when the operator may be asked about a refusal, as it was said: it never comes earlier.
    appeal_by_at: Mapped[Instant | None]
    answered_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # When it was answered, or the clock moved on without an answer.
    answered_at: Mapped[Instant | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    # When the other side refused it, and why, if the operator was asked about it afterwards.
    refused_at: Mapped[Instant | None]
    refusal: Mapped[str | None] = mapped_column(String(500))
    appealed_at: Mapped[Instant | None]
    appeal: Mapped[str | None] = mapped_column(String(500))
    # What the side that had refused says to the appeal, before the operator decides, and until
    # when the operator waits for it, as it was said: it never comes earlier.
    rejoin_by_at: Mapped[Instant | None]
    rejoined_at: Mapped[Instant | None]
    rejoinder: Mapped[str | None] = mapped_column(String(500))
    # The last suspended day: as granted, then as it really came to an end.
    until_on: Mapped[date | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Card(Base):
    """A yellow or red card, a supervision or a referral, and where it stands.

    A clock's rung gives one once, and so does every other cause: ``once`` is its key. What it
    says never changes; what was replied and decided is of record (``market.supervision``).
    """

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("clock_id", "stage"),
        Index(None, "org_id", "issued_at"),
        Index(None, "stage", "id"),
        Index(None, "trigger", "id"),
        Index(None, "state", "next_check_at"),
        Index(None, "issued_at", "id"),
        Index(None, "subject", "id"),
        Index(None, "subject_number", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    # The clock whose rung was reached; none for the other triggers.
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"))
    subject: Mapped[str] = mapped_column(String(40))
    # The public number and title of what it is about, such as a contract's.
    subject_number: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(300))
    trigger: Mapped[Trigger]
    stage: Mapped[CardStage]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # When the rung was reached or the thing happened, and when the card was given.
    reached_at: Mapped[Instant]
    issued_at: Mapped[Instant]
    # Who gave it by hand, and for which organisation; none where time did.
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    cause: Mapped[str] = mapped_column(String(500))
    evidence: Mapped[str] = mapped_column(String(1000))
    regulation_id: Mapped[str] = mapped_column(String(80))
    once: Mapped[str] = mapped_column(String(80), unique=True)
    # A card about what is not public is for its party and for officials.
    is_public: Mapped[bool]
    # Whom it is given to and why, is public at once where time gave it, and once upheld where an
    # official did: no accusation is public before somebody judged it.
    is_named: Mapped[bool]
    state: Mapped[CardState]
    # By when the party may reply; the sweep looks at ``next_check_at``.
    reply_by_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
