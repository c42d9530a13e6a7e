"""Proposed changes and changed notices as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.needs.changes import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.needs.changes.rules import ChangeState


class NeedChange(Base):
    """A change of a notice that its owner proposes: the facts it would have, as JSON."""

    __tablename__ = "need_change"
    __table_args__ = (
        CheckConstraint("approved_by_id <> proposed_by_id", name="approved_by_another"),
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        Index(None, "need_id", "state"),
        Index(None, "state", "state_since"),
    )

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    facts: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ChangeState]
    state_since: Mapped[Instant]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    refusal: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class NoticeChange(Base):
    """A notice that was called off for a change: what changed, and why. Public, for good."""

    __tablename__ = "notice_change"
    __table_args__ = (UniqueConstraint("notice_id"), Index(None, "need_id"), RECORD)

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    # Of the notice that takes its place.
    attempt: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    differences: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant]
