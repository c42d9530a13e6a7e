"""Social-insurance evidence of people, as it is stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.firms.checks import QualificationState


class StaffInsurance(Base):
    """Evidence that a firm paid a person's social insurance for some months.

    The account's number is kept masked; the verification code is for the operator alone.
    """

    __tablename__ = "firm_staff_insurance"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="months"),
        Index(None, "staff_id", "id"),
        Index(None, "state", "entered_at"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("firm_staff.id"))
    # The first day of the first and of the last month.
    from_on: Mapped[date]
    to_on: Mapped[date]
    agency: Mapped[str] = mapped_column(String(100))
    account_masked: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(60))
    state: Mapped[QualificationState]
    entered_at: Mapped[Instant]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    comment: Mapped[str] = mapped_column(String(300), default="")
    checked_at: Mapped[Instant | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
