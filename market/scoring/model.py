"""Proposals, score sheets and what was found, as they are stored."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.scoring import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.scoring.rules import Verdict


class Proposal(Base):
    """A proposal that an enrolment handed in: the last one before the close counts."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        Index(None, "draw_id", "id"),
        CheckConstraint("number >= 1", name="number_from_one"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    digest: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    submission_id: Mapped[int] = mapped_column(unique=True)
    handed_in_at: Mapped[Instant]
    handed_in_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class ScoreDraft(Base):
    """What a member has typed so far; nobody else is shown it, and it counts for nothing."""

    __tablename__ = "score_draft"

    id: Mapped[Id]
    seat_id: Mapped[int] = mapped_column(ForeignKey("panel_seat.id"), unique=True)
    # The fields of the form as they were typed, as JSON.
    typed: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[Instant]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ScoreSheet(Base):
    """A member's sheet as it was handed in, with what opens its commitment in the log."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("seat_id"),
        Index(None, "panel_id", "id"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("panel_seat.id"))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int] = mapped_column(unique=True)
    handed_in_at: Mapped[Instant]
    handed_in_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class ScoreVerdict(Base):
    """What became of an enrolment when its list was frozen."""

    __tablename__ = "score_verdict"
    __table_args__ = (RECORD,)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    verdict: Mapped[Verdict]
    at: Mapped[Instant]
