"""Add-on contracts as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Fen, Id, Instant
from market.holidays.counted import Counted
from market.supplements import labels as labels  # noqa: PLC0414 - registers the labels
from market.supplements.rules import Ground, SupplementState


class Supplement(Counted, Base):
    """More money for a contract: one side proposes, the other agrees, the authority approves."""

    __tablename__ = "supplement"
    __table_args__ = (
        CheckConstraint("answered_by_id <> proposed_by_id", name="answered_by_another"),
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        CheckConstraint("decided_by_id <> answered_by_id", name="decided_by_a_third"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(None, "contract_id", "state"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[str] = mapped_column(String(24), unique=True)
    amount_fen: Mapped[Fen]
    ground: Mapped[Ground]
    reason: Mapped[str] = mapped_column(String(1000))
    proposed_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[Instant | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    # Whether the rules asked for the authority's approval when the other side agreed.
    needs_approval: Mapped[bool] = mapped_column(default=True)
    decide_by_at: Mapped[Instant | None]
    decided_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[SupplementState]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
