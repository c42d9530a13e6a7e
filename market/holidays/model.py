"""Imported notices, those that were confirmed, and the deadlines they changed, as stored."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.holidays import labels as labels  # noqa: PLC0414 - registers the labels
from market.holidays.rules import ImportState

_WAITING = text(f"state = '{ImportState.PROPOSED.value}'")


class HolidayImport(Base):
    """A notice that one operator imported and another confirms; then deadlines are recounted."""

    __tablename__ = "holiday_import"
    __table_args__ = (
        Index(
            "uq_holiday_import_waiting",
            "year",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(None, "next_check_at", "id"),
    )

    id: Mapped[Id]
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    # The id of the year's notice that it amends; empty for the notice of a whole year.
    amends: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(default=ImportState.PROPOSED)
    proposed_at: Mapped[Instant]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    # How far the deadlines have been recounted: which kind, and up to which of them.
    recounted_kind: Mapped[str] = mapped_column(String(20), default="")
    recounted_id: Mapped[int] = mapped_column(default=0)
    recounted_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class HolidayNotice(Base):
    """A version of the calendar: a notice that two people put to use. Only ever added to.

    The table is read by ``market.calendar.stored``, in every process.
    """

    __tablename__ = "holiday_notice"
    __table_args__ = (RECORD,)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("holiday_import.id"), unique=True)
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    amends: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[Instant]


class DeadlineChange(Base):
    """A deadline that a notice changed: what it was, what it is, which notice changed it."""

    __tablename__ = "deadline_change"
    __table_args__ = (
        # A notice moves a deadline once, however often the job begins anew.
        UniqueConstraint("notice_id", "subject"),
        Index(None, "subject", "id"),
        Index(None, "about", "id"),
        Index(None, "number", "id"),
        RECORD,
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("holiday_notice.id"))
    # Whose deadline it is, such as ``clock:12`` or ``suspension:3``.
    subject: Mapped[str] = mapped_column(String(40))
    # On whose page it is shown, such as ``clock:12``.
    about: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(24))
    was_at: Mapped[Instant | None]
    due_at: Mapped[Instant | None]
    is_public: Mapped[bool]
    changed_at: Mapped[Instant]
