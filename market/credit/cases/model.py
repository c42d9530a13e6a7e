"""Cases and their hearings as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.credit.cases import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.cases.rules import CaseState
from market.credit.rules import Measure
from market.db import RECORD, Base, Id, Instant
from market.holidays.counted import Counted

SCOPE_LONGEST = 200


class Case(Counted, Base):
    """A proposed measure: what the firm is told, what it answers, what two people decide."""

    __tablename__ = "credit_case"
    __table_args__ = (
        CheckConstraint("months > 0", name="months_positive"),
        # Nobody decides alone, and nobody decides what they proposed.
        CheckConstraint("decided_by_id <> drafted_by_id", name="decided_by_two"),
        CheckConstraint("confirmed_by_id <> proposed_by_id", name="confirmed_by_another"),
        CheckConstraint("drafted_by_id <> proposed_by_id", name="drafted_by_another"),
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        Index(None, "firm_id", "state"),
        Index(None, "state", "reply_by_at"),
        Index(None, "next_check_at"),
        Index(None, "state", "effective_at"),
        Index(None, "state", "ends_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    measure: Mapped[Measure]
    months: Mapped[int]
    # Groups of service items, such as "03 07"; nothing means every item.
    scope: Mapped[str] = mapped_column(String(SCOPE_LONGEST))
    grounds: Mapped[str] = mapped_column(Text)
    regulation_id: Mapped[str] = mapped_column(String(80))
    terms_regulation_id: Mapped[str] = mapped_column(String(80))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    proposed_at: Mapped[Instant]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drop_reason: Mapped[str | None] = mapped_column(Text)
    notified_at: Mapped[Instant | None]
    reply_by_at: Mapped[Instant | None]
    hearing_by_at: Mapped[Instant | None]
    extended_at: Mapped[Instant | None]
    extension_why: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[Instant | None]
    # The firm said in words that it adds nothing and asks for no hearing: its term is over.
    waived_at: Mapped[Instant | None]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    draft_upholds: Mapped[bool | None]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[Instant | None]
    send_back_reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(Text)
    effective_at: Mapped[Instant | None]
    ends_at: Mapped[Instant | None]
    # When it was repaired or withdrawn, before its term was over.
    lifted_at: Mapped[Instant | None]
    # When it was noticed that something it rests on was taken back; until when two people say
    # whether the decision stands. The term is empty again once they did.
    basis_seen_at: Mapped[Instant | None]
    basis_by_at: Mapped[Instant | None]
    # When the operator was told that nobody said it in time.
    basis_late_at: Mapped[Instant | None]
    state: Mapped[CaseState]
    # When the decision takes effect, or again when a graver one that hid it ends.
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    @property
    def is_put_off(self) -> bool:
        """Whether its basis fell before it took effect: it begins when two people kept it."""
        return self.state is CaseState.DECIDED and self.effective_at is None

    __mapper_args__ = {"version_id_col": version}


class CaseBreach(Base):
    """A breach on which a case rests."""

    __tablename__ = "case_breach"
    __table_args__ = (Index(None, "breach_id"), RECORD)

    case_id: Mapped[int] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), primary_key=True)


class CaseFile(Base):
    """What a firm handed in with its reply, or with its request to be heard."""

    __tablename__ = "case_file"
    __table_args__ = (Index(None, "case_id", "id"), RECORD)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("credit_case.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    # Handed in to be heard at a hearing; else with a reply.
    for_hearing: Mapped[bool]
    handed_in_at: Mapped[Instant]


class CaseHearing(Base):
    """A hearing that a firm asked for: when and before whom it is, and what was said."""

    __tablename__ = "case_hearing"

    case_id: Mapped[int] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    why: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Instant]
    held_at: Mapped[Instant | None]
    place: Mapped[str | None] = mapped_column(String(120))
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    summoned_at: Mapped[Instant | None]
    summoned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    attended: Mapped[bool | None]
    record: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
