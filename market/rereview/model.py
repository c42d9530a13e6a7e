"""Re-reviews, their points and the experts' sheets, as they are stored."""

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
from market.holidays.counted import Counted
from market.rereview import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.rereview.rules import Failure, RereviewState


class Rereview(Counted, Base):
    """A side disputes a return of the work; experts drawn for it, or an authority, decide."""

    __tablename__ = "rereview"
    __table_args__ = (
        # Each side disputes a return once, whatever became of it.
        UniqueConstraint("review_id", "asked_by_org_id"),
        Index(None, "contract_id", "id"),
        Index(None, "next_check_at", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    # The return that is disputed.
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    deliverable_id: Mapped[int] = mapped_column(ForeignKey("deliverable.id"))
    # Whose return it was: the owner, or the reviewing authority.
    reviewer_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The copy without names, which is all that the experts are shown of the work.
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    # How many points the return has; those that are disputed are rows of their own.
    points: Mapped[int]
    state: Mapped[RereviewState]
    since_at: Mapped[Instant]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # The firm, or the owner where an authority failed the round.
    asked_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # Until when the other side may say that the copy is not what was handed in.
    copy_by_at: Mapped[Instant]
    # Until when the other side may say something, before any expert is called; None where the
    # other side is the one whose return is disputed.
    comment_by_at: Mapped[Instant | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    commented_at: Mapped[Instant | None]
    commented_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # By when whoever's turn it is must act; the sweep looks at ``next_check_at``.
    due_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    overdue: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[Failure | None]
    # It hides the contract in the log until the end.
    salt: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[Instant | None]
    # Why the authority decided as it did, where it came to that.
    opinion: Mapped[str] = mapped_column(Text, default="")
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RereviewCopyCheck(Counted, Base):
    """What the other side says of the copy, and what the operator found where it is doubted."""

    __tablename__ = "rereview_copy_check"
    __table_args__ = (
        CheckConstraint("answered_by_id <> checked_by_id", name="answered_by_another"),
        Index(None, "due_at", "id"),
    )

    id: Mapped[Id]
    rereview_id: Mapped[int] = mapped_column(ForeignKey("rereview.id"), unique=True)
    is_agreed: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[Instant]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # Until when the operator finds something of a doubt; experts are called then, if it is silent.
    due_at: Mapped[Instant | None]
    is_same: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class RereviewPoint(Base):
    """One disputed point: what was returned, without names, and what is said against it."""

    __tablename__ = "rereview_point"
    __table_args__ = (UniqueConstraint("rereview_id", "number"), RECORD)

    id: Mapped[Id]
    rereview_id: Mapped[int] = mapped_column(ForeignKey("rereview.id"))
    number: Mapped[int]
    returned: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)


class RereviewSheet(Base):
    """An expert's sheet as it was handed in, with what opens its commitment in the log."""

    __tablename__ = "rereview_sheet"
    __table_args__ = (Index(None, "rereview_id", "id"), RECORD)

    id: Mapped[Id]
    rereview_id: Mapped[int] = mapped_column(ForeignKey("rereview.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("panel_seat.id"), unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int] = mapped_column(unique=True)
    handed_in_at: Mapped[Instant]
    handed_in_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class RereviewResult(Base):
    """What was published at the end: the exact bytes whose digest is in the log."""

    __tablename__ = "rereview_result"
    __table_args__ = (RECORD,)

    rereview_id: Mapped[int] = mapped_column(ForeignKey("rereview.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant]
