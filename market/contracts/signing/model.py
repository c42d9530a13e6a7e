"""Findings as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.signing import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.signing.rules import Fault, SigningState
from market.db import Base, Id, Instant, enum_as
from market.holidays.counted import Counted

_OPEN = "state IN ('hearing', 'to_find', 'escalated', 'proposed')"


class SigningCase(Counted, Base):
    """One time to sign that ended without a contract: what both sides say, and what is found."""

    __tablename__ = "signing_case"
    __table_args__ = (
        CheckConstraint(
            "state <> 'found' OR decided_by_id <> proposed_by_id", name="found_by_another"
        ),
        Index(
            "uq_signing_case_open",
            "award_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "award_id", "id"),
        Index(None, "state", "due_at"),
        Index(None, "owner_org_id", "decided_at"),
        Index(None, "decided_by_org_id", "decided_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    owner_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    firm_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    # The firm had filed its contract and the owner did not confirm it.
    firm_filed: Mapped[bool]
    state: Mapped[SigningState]
    opened_at: Mapped[Instant]
    # By when the two sides state their reasons; then by when the fault is to be found.
    due_at: Mapped[Instant | None]
    owner_blames: Mapped[Fault | None] = mapped_column(enum_as(Fault, "owner_blames"))
    owner_text: Mapped[str] = mapped_column(Text, default="")
    owner_stated_at: Mapped[Instant | None]
    firm_blames: Mapped[Fault | None] = mapped_column(enum_as(Fault, "firm_blames"))
    firm_text: Mapped[str] = mapped_column(Text, default="")
    firm_stated_at: Mapped[Instant | None]
    proposed: Mapped[Fault | None] = mapped_column(enum_as(Fault, "proposed"))
    proposal: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant | None]
    fault: Mapped[Fault | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_at: Mapped[Instant | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
