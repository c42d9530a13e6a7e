"""Exclusions of firms from draws as they are stored: what is written is never changed."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.draws.exclusion_rules import ExclusionStep
from market.draws.rules import ExclusionGround


class Exclusion(Base):
    """A proposal that a firm may not be in a draw; confirmed, it takes effect at the freeze.

    It names the firm by its code because nobody, the officer included, is told who enrolled.
    """

    __tablename__ = "draw_exclusion"
    __table_args__ = (Index(None, "draw_id", "firm_code"), Index(None, "firm_code"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    firm_code: Mapped[str] = mapped_column(String(18))
    ground: Mapped[ExclusionGround]
    # The number of the case, decision or file it rests on; public.
    basis: Mapped[str] = mapped_column(String(60))
    evidence: Mapped[str] = mapped_column(String(1000))
    officer: Mapped[str] = mapped_column(String(40))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]


class ExclusionEvent(Base):
    """What became of a proposed exclusion: confirmed, refused, objected to, kept or lifted."""

    __tablename__ = "draw_exclusion_step"
    __table_args__ = (UniqueConstraint("exclusion_id", "step"), RECORD)

    id: Mapped[Id]
    exclusion_id: Mapped[int] = mapped_column(ForeignKey("draw_exclusion.id"))
    step: Mapped[ExclusionStep]
    words: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]
