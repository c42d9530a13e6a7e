"""What a firm declared of another alone, as it is put to the other."""

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.affiliations.links import labels as labels  # noqa: PLC0414 - registers the labels
from market.affiliations.links.rules import LinkState
from market.db import Base, Id, Instant
from market.holidays.counted import Counted


class DeclaredLink(Counted, Base):
    """A tie that one firm declared and that the other is asked to confirm or deny."""

    __tablename__ = "affiliation_link"
    __table_args__ = (
        UniqueConstraint("declarant_id", "other_id"),
        Index(None, "other_id", "state"),
        Index(None, "state", "answer_by_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    declarant_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    state: Mapped[LinkState]
    asked_at: Mapped[Instant]
    answer_by_at: Mapped[Instant]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
