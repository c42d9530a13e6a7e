"""Direct choices, emergencies and their history as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant
from market.direct import labels as labels  # noqa: PLC0414 - registers the labels
from market.direct.emergency_rules import EmergencyGround, EmergencyState, Opinion
from market.direct.funds_rules import Funds
from market.direct.rules import DirectGround, DirectState
from market.holidays.counted import Counted

_OPEN = "state IN ('proposed', 'check', 'returned')"


class DirectChoice(Counted, Base):
    """An owner names one firm for one need, on a coded ground and with a public reason."""

    __tablename__ = "direct_choice"
    __table_args__ = (
        CheckConstraint("approved_by_id <> proposed_by_id", name="approved_by_another"),
        CheckConstraint("price_fen > 0", name="price_positive"),
        CheckConstraint("(state = 'named') = (award_id IS NOT NULL)", name="named_has_award"),
        # A need has one choice at a time: the database refuses a second.
        Index(
            "uq_direct_choice_open",
            "need_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "owner_org_id", "state", "named_at"),
        Index(None, "firm_id", "named_at"),
        Index(None, "state", "state_since"),
        Index(None, "state", "named_at", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    owner_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    ground: Mapped[DirectGround]
    reason: Mapped[str] = mapped_column(Text)
    price_fen: Mapped[Fen]
    # What kind of money pays; an emergency does not ask.
    funds: Mapped[Funds | None]
    # What the firm's published fee was computed from, which version it was and what it gave, or
    # why it gave nothing.
    fee_bases: Mapped[str] = mapped_column(String(1000), default="")
    fee_standard: Mapped[str] = mapped_column(String(1000), default="")
    fee_id: Mapped[int | None] = mapped_column(ForeignKey("firm_fee.id"))
    disclosed_fen: Mapped[Fen | None]
    hindrance: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[DirectState]
    state_since: Mapped[Instant]
    # By when whose turn it is should act; none where nobody is waited for.
    due_at: Mapped[Instant | None]
    # The instrument of direct choices that judged it last.
    rules_id: Mapped[str] = mapped_column(String(80))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    named_at: Mapped[Instant | None]
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), unique=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Emergency(Counted, Base):
    """What happened, and the after-filing of a commission that could not wait for a draw."""

    __tablename__ = "direct_emergency"
    __table_args__ = (
        CheckConstraint("decided_by_id <> examined_by_id", name="decided_by_another"),
        Index(None, "state", "next_check_at"),
    )

    id: Mapped[Id]
    direct_id: Mapped[int] = mapped_column(ForeignKey("direct_choice.id"), unique=True)
    ground: Mapped[EmergencyGround]
    # Why even the shortest notice of a draw could not be waited for.
    why_no_draw: Mapped[str] = mapped_column(Text)
    state: Mapped[EmergencyState]
    file_by_at: Mapped[Instant]
    next_check_at: Mapped[Instant | None]
    filing: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    filed_at: Mapped[Instant | None]
    # It was filed after its term, or not at all.
    is_late: Mapped[bool] = mapped_column(default=False)
    review_by_at: Mapped[Instant | None]
    # When the supervisor took over because the operator had said nothing in its time.
    escalated_at: Mapped[Instant | None]
    opinion: Mapped[Opinion | None]
    opinion_reason: Mapped[str | None] = mapped_column(Text)
    examined_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    examined_at: Mapped[Instant | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class DirectEvent(Base):
    """One step in the history of a choice, every refusal with its reason."""

    __tablename__ = "direct_event"
    __table_args__ = (Index(None, "direct_id", "id"), RECORD)

    id: Mapped[Id]
    direct_id: Mapped[int] = mapped_column(ForeignKey("direct_choice.id"))
    move: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    # Nobody where time did it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]
