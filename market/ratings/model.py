"""Ratings as they are stored: who owes one to whom, what is sealed, and what was opened."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.ratings import labels as labels  # noqa: PLC0414 - registers the labels
from market.ratings.rules import Direction, RatingState


class Rating(Base):
    """One side of a contract that is over rates another; what it says is not here."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("contract_id", "direction"),
        Index(None, "state", "next_check_at"),
        Index(None, "rater_org_id", "state"),
        Index(None, "rated_org_id", "state", "released_at"),
        Index(None, "released_month", "state"),
        Index(None, "released_at", "id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    direction: Mapped[Direction]
    rater_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    rated_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[RatingState]
    asked_at: Mapped[Instant]
    # Until when it may be given; none while the calendar does not know the year.
    due_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    released_at: Mapped[Instant | None]
    # The Beijing month of its release, such as 2026-03: what monthly figures are grouped by.
    released_month: Mapped[str | None] = mapped_column(String(7))
    # In tenths, once it is released; none for one that was not given and is not counted.
    overall_tenths: Mapped[int | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RatingSeal(Base):
    """A rating that was given, encrypted, and the commitment that the log was told."""

    __tablename__ = "rating_seal"
    __table_args__ = (RECORD,)

    id: Mapped[Id]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    commitment: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[Instant]
    sealed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class RatingOpening(Base):
    """What a rating said, from its release on; kept for audit when it is no longer shown."""

    __tablename__ = "rating_opening"
    __table_args__ = (
        *(
            CheckConstraint(f"{name} BETWEEN 1 AND 5", name=f"{name}_of_five")
            for name in ("quality", "timeliness", "attitude", "money", "conduct")
        ),
        RECORD,
    )

    id: Mapped[Id]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    quality: Mapped[int]
    timeliness: Mapped[int]
    attitude: Mapped[int]
    money: Mapped[int]
    conduct: Mapped[int]
    # The codes of ``WhyLow``, with blanks between them.
    reasons: Mapped[str] = mapped_column(String(200))
    comment: Mapped[str] = mapped_column(String(500))
    comment_salt: Mapped[str] = mapped_column(String(64))
    comment_digest: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[Instant]
