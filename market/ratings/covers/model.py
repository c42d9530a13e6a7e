"""Requests to cover the words of a rating, as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant

WHY_LONGEST = 300


class RatingCover(Base):
    """One person of the operator asks that the words of a rating be covered; another answers."""

    __tablename__ = "rating_cover"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id", name="decided_by_another"),
        Index(None, "rating_id", "id"),
        Index(None, "covered", "id"),
    )

    id: Mapped[Id]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"))
    # For the operator alone: it may repeat what is to be covered.
    why: Mapped[str] = mapped_column(String(WHY_LONGEST))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Instant]
    # None while it waits for the second person.
    covered: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
