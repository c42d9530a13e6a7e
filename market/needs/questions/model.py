"""Questions and answers as they are stored: both are records, nothing is taken back."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class NoticeQuestion(Base):
    """A question about a notice. Who asked is known here alone: no page and no entry says it."""

    __tablename__ = "notice_question"
    __table_args__ = (
        UniqueConstraint("notice_id", "number"),
        Index(None, "asker_org_id", "notice_id"),
        Index(None, "answer_due_at"),
        RECORD,
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    number: Mapped[int]
    asker_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Instant]
    answer_due_at: Mapped[Instant]


class NoticeAnswer(Base):
    """The owner's answer, with the exact bytes that everyone can download."""

    __tablename__ = "notice_answer"
    __table_args__ = (UniqueConstraint("question_id"), RECORD)

    id: Mapped[Id]
    question_id: Mapped[int] = mapped_column(ForeignKey("notice_question.id"))
    text: Mapped[str] = mapped_column(Text)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[Instant]
