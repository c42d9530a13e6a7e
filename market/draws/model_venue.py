"""Where the public may attend a draw, and who witnessed it there."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class DrawVenue(Base):
    """Where to attend one draw, or to watch it; the last one named counts."""

    __tablename__ = "draw_venue"
    __table_args__ = (Index(None, "draw_id", "id"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    place: Mapped[str] = mapped_column(String(200))
    # An address of the intranet; empty without one.
    video: Mapped[str] = mapped_column(String(300))
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]


class DrawMinutes(Base):
    """Who witnessed a draw on the spot: roles and organisations, a line each; names stay here."""

    __tablename__ = "draw_minutes"
    __table_args__ = (Index(None, "draw_id", "id"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    witnesses: Mapped[str] = mapped_column(String(2000))
    # Not public.
    names: Mapped[str] = mapped_column(String(1000))
    # SHA-256 of the recording in hex; empty without one.
    recording: Mapped[str] = mapped_column(String(64))
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]
