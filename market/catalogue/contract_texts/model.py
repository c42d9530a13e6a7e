"""The texts of model contracts, as they are stored."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue.contract_texts import labels as labels  # noqa: PLC0414 - registers the labels
from market.catalogue.contract_texts.rules import TextState
from market.db import Base, Id, Instant


def _only_one(state: str) -> Index:
    """At most one text of a model in this state."""
    where = text(f"state = '{state}'")
    return Index(
        f"uq_model_text_{state.replace('-', '_')}",
        "item_code",
        "model_id",
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


class ModelText(Base):
    """One version of the text of a model contract, for one item."""

    __tablename__ = "model_text"
    __table_args__ = (
        UniqueConstraint("item_code", "model_id", "version_no"),
        _only_one(TextState.PROPOSED.value),
        _only_one(TextState.IN_FORCE.value),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    item_code: Mapped[str] = mapped_column(String(20))
    # The model contract of the catalogue whose text it is; empty for the platform's own.
    model_id: Mapped[str] = mapped_column(String(60))
    version_no: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    # Where the text was taken from, as the second person can look it up.
    source: Mapped[str] = mapped_column(String(300))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    state: Mapped[TextState] = mapped_column(default=TextState.PROPOSED)
    proposed_at: Mapped[Instant]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
