"""Unfinished forms as they are stored."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant


class NeedSketch(Base):
    """A form of a need as somebody left it: field names and what was typed, as JSON.

    It belongs to who typed it. ``need_id`` names the need it would change, ``need_version``
    the version of that need which its writer saw.
    """

    __tablename__ = "need_sketch"
    __table_args__ = (Index(None, "by_id", "saved_at"), Index(None, "need_id"))

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    item_code: Mapped[str] = mapped_column(String(20))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    need_version: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[Instant]
