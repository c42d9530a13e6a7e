"""The city's own templates of progress reports, as they are stored."""

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue.contract_texts.rules import TextState
from market.db import Base, Id, Instant


def _only_one(state: str) -> Index:
    """At most one template of an item in this state."""
    where = text(f"state = '{state}'")
    return Index(
        f"uq_report_template_{state.replace('-', '_')}",
        "item_code",
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


class ReportTemplate(Base):
    """One version of what the reports of one item are asked for."""

    __tablename__ = "report_template"
    __table_args__ = (
        UniqueConstraint("item_code", "version_no"),
        _only_one(TextState.PROPOSED.value),
        _only_one(TextState.IN_FORCE.value),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    item_code: Mapped[str] = mapped_column(String(20))
    version_no: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    # Why the city asks for something else than the platform, or than before.
    why: Mapped[str] = mapped_column(String(500))
    state: Mapped[TextState] = mapped_column(default=TextState.PROPOSED)
    proposed_at: Mapped[Instant]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
