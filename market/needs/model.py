"""Needs and their notices as they are stored."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.affiliations.rules import TicketRule
from market.db import RECORD, Base, Fen, Id, Instant
from market.needs import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.needs.methods import Method
from market.needs.prices import QuoteUnit
from market.needs.rules import NeedState


class Need(Base):
    """One service an owner wants, and how far it has come."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("ceiling_fen > 0", name="ceiling_positive"),
        CheckConstraint("service_working_days > 0", name="days_positive"),
        CheckConstraint("attempt >= 1", name="attempt_from_one"),
        CheckConstraint("alternates >= 0", name="alternates_not_negative"),
        Index(None, "owner_org_id", "state"),
        Index(None, "state", "state_since"),
        Index(None, "item_code", "state"),
        Index(None, "method", "state", "state_since"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    owner_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    item_code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    scale: Mapped[str] = mapped_column(String(500))
    project_code: Mapped[str] = mapped_column(String(50))
    project_name: Mapped[str] = mapped_column(String(200))
    funding_source: Mapped[str] = mapped_column(String(100))
    ceiling_fen: Mapped[Fen]
    service_working_days: Mapped[int]
    staff_required: Mapped[int]
    # How many verified past projects of the item; mostly none, for the rules rarely allow it.
    projects_required: Mapped[int] = mapped_column(default=0)
    contact_name: Mapped[str] = mapped_column(String(50))
    contact_phone: Mapped[str] = mapped_column(String(30))
    # Its notices commit to the contact with this, and do not tell it (``contacts``).
    contact_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    mode: Mapped[str] = mapped_column(String(2))
    alternates: Mapped[int]
    # How the list of the draw comes about, and the least quote that counts, where firms quote.
    method: Mapped[Method] = mapped_column(default=Method.LOTTERY)
    floor_fen: Mapped[Fen | None]
    # What published fees are computed from: a base on each line, and a calculation by a table.
    fee_bases: Mapped[str] = mapped_column(String(1000), default="")
    fee_standard: Mapped[str] = mapped_column(String(1000), default="")
    # In what firms state their price, where they state one.
    quote_unit: Mapped[QuoteUnit] = mapped_column(default=QuoteUnit.AMOUNT)
    # What a panel scores by, a criterion on each line; empty where nobody scores.
    criteria: Mapped[str] = mapped_column(String(1000), default="")
    # Whether a firm that leaves is replaced by a draw of its own, and not in order.
    fresh_alternates: Mapped[bool] = mapped_column(default=False)
    # 1 for the first notice; each second notice after a failure adds one.
    attempt: Mapped[int]
    # What the notice does with firms of one controller (``affiliations.rules.TicketRule``).
    tickets: Mapped[TicketRule] = mapped_column(default=TicketRule.MERGE)
    # How many of the notices before took the place of a changed one: those did not fail.
    changes: Mapped[int] = mapped_column(default=0)

    state: Mapped[NeedState]
    state_since: Mapped[Instant]
    posted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The instrument in force when the need was published; a later one never reaches back.
    regulation_id: Mapped[str | None] = mapped_column(String(80))
    failure: Mapped[str | None] = mapped_column(Text)
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def written_by_ids(self) -> tuple[int | None, int | None]:
        """Who wrote it and who handed it in: neither of them approves it."""
        return self.posted_by_id, self.submitted_by_id


class NeedRecusal(Base):
    """A firm that may not take part in one need, and why."""

    __tablename__ = "need_recusal"
    __table_args__ = (UniqueConstraint("need_id", "firm_code"),)

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    firm_code: Mapped[str] = mapped_column(String(18))
    reason: Mapped[str] = mapped_column(String(500))


class NeedReturn(Base):
    """A refusal on the way to publication: every one is registered with its reason."""

    __tablename__ = "need_return"
    __table_args__ = (Index(None, "need_id"), RECORD)

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    move: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]


class NeedFailure(Base):
    """How one attempt failed (流标): kept for every notice, for the public to read."""

    __tablename__ = "need_failure"
    __table_args__ = (UniqueConstraint("need_id", "attempt"), Index(None, "at", "id"), RECORD)

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    attempt: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    diagnosis: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant]


class Notice(Base):
    """A published notice: exact bytes, with the whole timetable fixed before anyone enrols."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("need_id", "attempt"),
        Index(None, "published_at", "id"),
        RECORD,
    )

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    attempt: Mapped[int]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[Instant]
    enrol_close_at: Mapped[Instant]
    freeze_by_at: Mapped[Instant]
    reveal_by_at: Mapped[Instant]
    phi_at: Mapped[Instant]
    result_by_at: Mapped[Instant]
