"""Endings of contracts as they are stored."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.ending import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.ending.rules import EndingCause, EndingKind, EndingState
from market.contracts.signing.rules import Fault
from market.db import Base, Id, Instant, enum_as
from market.holidays.counted import Counted

_OPEN = "state IN ('asked', 'hearing', 'to-decide', 'proposed')"


class ContractEnding(Counted, Base):
    """One attempt to end a contract in force, or its end with its award."""

    __tablename__ = "contract_ending"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        # Each side has one at a time; that of one keeps the other from nothing.
        Index(
            "uq_contract_ending_open",
            "contract_id",
            "by_org_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "contract_id", "id"),
        Index(None, "state", "due_at"),
        Index(None, "decided_by_org_id", "decided_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    kind: Mapped[EndingKind]
    state: Mapped[EndingState]
    # The side that asks; none where the award was annulled.
    by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    cause: Mapped[EndingCause | None]
    # Why, as the side that asks says, or the number of the objection.
    reason: Mapped[str] = mapped_column(Text)
    # What is owed for the work until now, all payments included; where the sides agree.
    settled_fen: Mapped[int | None] = mapped_column(BigInteger)
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[Instant | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[Instant | None]
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Whether to end it and whose fault it is, as an officer proposes.
    proposes_end: Mapped[bool | None]
    proposed_fault: Mapped[Fault | None] = mapped_column(enum_as(Fault, "proposed_fault"))
    proposal: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant | None]
    fault: Mapped[Fault | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    # When it was over, whichever way; a side waits from then before it asks again.
    closed_at: Mapped[Instant | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
