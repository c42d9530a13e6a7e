"""Requests to withdraw a notice as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.needs.record.rules import CancelGround
from market.needs.withdrawals import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.needs.withdrawals.rules import WithdrawalState

_IS_ASKED = text("state = 'asked'")


class NeedWithdrawal(Base):
    """One person of an owner wants a notice withdrawn: the ground, the reason, who decided."""

    __tablename__ = "need_withdrawal"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id", name="decided_by_another"),
        # One request at a time, whoever presses first.
        Index(
            "uq_need_withdrawal_asked",
            "need_id",
            unique=True,
            sqlite_where=_IS_ASKED,
            postgresql_where=_IS_ASKED,
        ),
        Index(None, "need_id", "state"),
        Index(None, "state", "state_since"),
    )

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    ground: Mapped[CancelGround]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[WithdrawalState]
    state_since: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    refusal: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
