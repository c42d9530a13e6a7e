"""Declarations that the cause of a suspension is over, as they are stored."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.clocks.over import labels as labels  # noqa: PLC0414 - registers the labels
from market.clocks.over.rules import OverState
from market.db import Base, Id, Instant


class SuspensionOver(Base):
    """The side that did not ask says since when the cause is over; all of it is public."""

    __tablename__ = "suspension_over"
    __table_args__ = (
        Index(None, "suspension_id", "id"),
        Index(None, "state", "next_check_at", "id"),
    )

    id: Mapped[Id]
    suspension_id: Mapped[int] = mapped_column(ForeignKey("suspension.id"))
    declared_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    declared_at: Mapped[Instant]
    since_on: Mapped[date]
    # The event that the declaration is: from here on the days go elsewhere once it is granted.
    event_id: Mapped[int] = mapped_column(ForeignKey("clock_event.id"))
    why: Mapped[str] = mapped_column(String(500))
    state: Mapped[OverState]
    answer_by_at: Mapped[Instant]
    # What the side that asked for the suspension said, then the operator.
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(String(500))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision: Mapped[str | None] = mapped_column(String(500))
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
