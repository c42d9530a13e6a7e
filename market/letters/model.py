"""Letters as they are stored. What was issued never changes; a withdrawal is a row of its own."""

import json
from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant

REASON_LONGEST = 300


class Letter(Base):
    """A letter: to whom, about what, in which words, and the code by which it is checked.

    Names are kept as they were. ``subject`` says what it is about, such as ``credit_case:12``.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index(None, "org_id", "id"),
        Index(None, "subject", "id"),
        RECORD,
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    recipient: Mapped[str] = mapped_column(String(200))
    recipient_code: Mapped[str] = mapped_column(String(18))
    issuer: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(120))
    paragraphs_json: Mapped[str] = mapped_column(Text)
    remedies: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[Instant]
    issued_on: Mapped[date]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def paragraphs(self) -> list[str]:
        """Its text, paragraph by paragraph."""
        return list(json.loads(self.paragraphs_json))


class LetterWithdrawal(Base):
    """A letter that stands no longer: since when, why, and which one took its place."""

    __tablename__ = "letter_withdrawal"
    __table_args__ = (RECORD,)

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letter.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(String(REASON_LONGEST))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    withdrawn_at: Mapped[Instant]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class LetterFile(Base):
    """The PDF of a letter, rendered once: whoever downloads it gets the same bytes for ever."""

    __tablename__ = "letter_file"
    __table_args__ = (RECORD,)

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letter.id"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Instant]


class LetterFileDue(Base):
    """A letter whose PDF is to be made; the row goes when it is."""

    __tablename__ = "letter_file_due"

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letter.id"), primary_key=True, autoincrement=False
    )
    next_check_at: Mapped[Instant] = mapped_column(index=True)
