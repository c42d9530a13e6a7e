"""Withdrawals and corrections of decisions as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.credit.cases.model import SCOPE_LONGEST
from market.credit.withdrawals import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.withdrawals.rules import ReviewKind, ReviewState
from market.db import Base, Id, Instant, enum_as


class CaseReview(Base):
    """What one person proposes to undo of a decision, and whether a second confirmed it."""

    __tablename__ = "case_review"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        Index(None, "case_id", "state"),
        Index(None, "state", "case_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("credit_case.id"))
    kind: Mapped[ReviewKind] = mapped_column(enum_as(ReviewKind, "review_kind"))
    why: Mapped[str] = mapped_column(Text)
    # Of a withdrawal: the breaches that were wrong, such as "12 15"; they count no longer.
    wrong_breaches: Mapped[str] = mapped_column(String(500))
    # Of a correction: the lighter term and scope; and what they were before.
    months: Mapped[int | None]
    scope: Mapped[str | None] = mapped_column(String(SCOPE_LONGEST))
    months_before: Mapped[int]
    scope_before: Mapped[str] = mapped_column(String(SCOPE_LONGEST))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    answer: Mapped[str | None] = mapped_column(Text)
    state: Mapped[ReviewState]
    version: Mapped[int] = mapped_column()

    @property
    def wrong_ids(self) -> frozenset[int]:
        """The breaches that a withdrawal finds were never done."""
        return frozenset(int(one) for one in self.wrong_breaches.split())

    __mapper_args__ = {"version_id_col": version}
