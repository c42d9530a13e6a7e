"""What the checks leave behind: explanations in public, and what was found at each step."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class NeedJustification(Base):
    """Why an owner keeps what a check has found. The notice shows it to everybody."""

    __tablename__ = "need_justification"
    __table_args__ = (UniqueConstraint("need_id", "key"),)

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    key: Mapped[str] = mapped_column(String(64))
    ground: Mapped[str] = mapped_column(String(20))
    # What was found, in the words in which the owner read it.
    finding: Mapped[str] = mapped_column(String(1000))
    text: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]


class NeedExamination(Base):
    """What the checks found when a need was submitted or published."""

    __tablename__ = "need_examination"
    __table_args__ = (
        CheckConstraint("stage IN ('submit', 'publish')", name="stage"),
        Index(None, "need_id", "id"),
        RECORD,
    )

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    attempt: Mapped[int]
    stage: Mapped[str] = mapped_column(String(10))
    # Grounds by the key of their finding, as JSON.
    found: Mapped[str] = mapped_column(Text)
    offering: Mapped[int]
    able: Mapped[int]
    needed: Mapped[int]
    rules_id: Mapped[str] = mapped_column(String(80))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]
