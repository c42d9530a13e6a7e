"""The parts of a bundle as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Fen, Id


class NeedPart(Base):
    """One part of a bundle: the draft it was, with its own project and ceiling."""

    __tablename__ = "need_part"
    __table_args__ = (
        UniqueConstraint("need_id", "position"),
        CheckConstraint("ceiling_fen > 0", name="ceiling_positive"),
    )

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    position: Mapped[int]
    # The number of the draft, which was taken back into the bundle.
    source_number: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    project_code: Mapped[str] = mapped_column(String(50))
    project_name: Mapped[str] = mapped_column(String(200))
    scale: Mapped[str] = mapped_column(String(500))
    content: Mapped[str] = mapped_column(Text)
    ceiling_fen: Mapped[Fen]
