"""Requests to cover the words of a rating, as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.ratings import labels as labels  # noqa: PLC0414 - registers the labels
from market.ratings.covers.rules import CoverGround

WHY_LONGEST = 300
OBJECTION_LONGEST = 1000


class RatingCover(Base):
    """One person of the operator asks that the words of a rating be covered; another answers.

    Whoever wrote them may object, and the supervisor rules on that.
    """

    __tablename__ = "rating_cover"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id", name="decided_by_another"),
        CheckConstraint("objected_at IS NULL OR covered", name="objected_if_covered"),
        Index(None, "rating_id", "id"),
        Index(None, "covered", "id"),
        Index(None, "ruled_at", "objected_at"),
    )

    id: Mapped[Id]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"))
    # Public, with the second person's reason.
    ground: Mapped[CoverGround]
    # For the operator and the supervisor alone: it may repeat what is to be covered.
    why: Mapped[str] = mapped_column(String(WHY_LONGEST))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Instant]
    # None while it waits for the second person.
    covered: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str] = mapped_column(String(WHY_LONGEST), default="")
    # For its author, the operator and the supervisor: it may repeat what is covered.
    objection: Mapped[str] = mapped_column(String(OBJECTION_LONGEST), default="")
    objected_at: Mapped[Instant | None]
    objected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    upheld: Mapped[bool | None]
    ruling: Mapped[str] = mapped_column(String(WHY_LONGEST), default="")
    ruled_at: Mapped[Instant | None]
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
