"""Past projects as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Fen, Id, Instant
from market.firms.doubts import DoubtState
from market.firms.past_projects import ProjectFacts, ProjectState
from market.holidays.counted import Counted


class PastProject(Base):
    """What a firm says it has done for somebody, and what the operator found.

    ``reference`` is the firm's own running number, by which the public log calls it.
    """

    __tablename__ = "firm_past_project"
    __table_args__ = (
        UniqueConstraint("firm_id", "reference"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("completed_on >= signed_on", name="days"),
        Index(None, "state", "entered_at"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    reference: Mapped[int]
    project_name: Mapped[str] = mapped_column(String(200))
    client_name: Mapped[str] = mapped_column(String(200))
    client_code: Mapped[str] = mapped_column(String(18))
    item_code: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    signed_on: Mapped[date]
    completed_on: Mapped[date]
    state: Mapped[ProjectState]
    entered_at: Mapped[Instant]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    comment: Mapped[str] = mapped_column(String(500), default="")
    checked_at: Mapped[Instant | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def facts(self) -> ProjectFacts:
        """What the firm states."""
        return ProjectFacts(
            project_name=self.project_name,
            client_name=self.client_name,
            client_code=self.client_code,
            item_code=self.item_code,
            amount_fen=self.amount_fen,
            signed_on=self.signed_on,
            completed_on=self.completed_on,
        )


_OPEN = "state = 'hearing'"


class PastProjectDoubt(Counted, Base):
    """A doubt about a verified past project: what was put to the firm, what it said, the decision.

    The letters are the firm's and the operator's; the public log has their digests.
    """

    __tablename__ = "firm_past_project_doubt"
    __table_args__ = (
        CheckConstraint("decided_by_id <> opened_by_id", name="decided_by_another"),
        # One at a time, whoever presses the button twice.
        Index(
            "uq_firm_past_project_doubt_open",
            "project_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "project_id", "id"),
        Index(None, "state", "state_by_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("firm_past_project.id"))
    facts: Mapped[str] = mapped_column(Text)
    state: Mapped[DoubtState]
    regulation_id: Mapped[str] = mapped_column(String(80))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[Instant]
    state_by_at: Mapped[Instant]
    statement: Mapped[str] = mapped_column(Text, default="")
    stated_at: Mapped[Instant | None]
    stated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
