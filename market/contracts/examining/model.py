"""Examinations of deliverables as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.examining import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.examining.rules import ExamMove, ExamState
from market.contracts.rules import ReturnReason
from market.db import RECORD, Base, Id, Instant
from market.holidays.counted import Counted


class Examination(Counted, Base):
    """Where the examination of one round stands, and by when whose turn it is must act."""

    __tablename__ = "examination"
    __table_args__ = (
        CheckConstraint("supplements >= 0", name="supplements_not_negative"),
        Index(None, "contract_id", "id"),
        Index(None, "next_check_at", "id"),
        Index(None, "state", "contract_id"),
    )

    id: Mapped[Id]
    deliverable_id: Mapped[int] = mapped_column(ForeignKey("deliverable.id"), unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    state: Mapped[ExamState]
    since_at: Mapped[Instant]
    # The last day of whoever's turn it is; the owner's own is the contract's ``act_by_at``.
    due_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    overdue: Mapped[bool] = mapped_column(default=False)
    # Until when the end of a round that was returned, or failed, may be disputed; it runs while
    # ``next_check_at`` is there.
    dispute_by_at: Mapped[Instant | None]
    # How often the owner asked for a supplement of this round.
    supplements: Mapped[int] = mapped_column(default=0)
    # What is missing now, one thing a line.
    missing: Mapped[str] = mapped_column(Text, default="")
    # How many working days the authority has, once the round is with it.
    review_working_days: Mapped[int | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ExaminationStep(Base):
    """One step of an examination: who did what, why and on which clause. Never changed."""

    __tablename__ = "examination_step"
    __table_args__ = (
        Index(None, "examination_id", "id"),
        Index(None, "move", "by_org_id"),
        RECORD,
    )

    id: Mapped[Id]
    examination_id: Mapped[int] = mapped_column(ForeignKey("examination.id"))
    move: Mapped[ExamMove]
    state: Mapped[ExamState]
    reason: Mapped[ReturnReason | None]
    clause: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    due_at: Mapped[Instant | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    # None for what time did.
    by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    happened_at: Mapped[Instant]
    entered_at: Mapped[Instant]
