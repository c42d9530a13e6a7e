"""How long an award's terms stood still, and why: no day of a term is lost."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.draws.rules import AwardState

_OPEN = "ended_at IS NULL"


class AwardFreeze(Base):
    """One time for which an award stood still: where it stood, and the working days it had left."""

    __tablename__ = "award_freeze"
    __table_args__ = (
        Index(
            "uq_award_freeze_open",
            "award_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "award_id", "id"),
        CheckConstraint("left_working_days > 0", name="days_positive"),
    )

    id: Mapped[Id]
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    # The number of what it waited for: an objection, or the owner's application.
    why: Mapped[str] = mapped_column(String(24))
    was: Mapped[AwardState]
    left_working_days: Mapped[int]
    frozen_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
