"""Cancelled notices as they are stored."""

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.needs.record import labels as labels  # noqa: PLC0414 - registers the labels of the grounds
from market.needs.record.rules import CancelGround


class NeedCancellation(Base):
    """An owner cancelled a notice before its enrolment closed: the ground and the reason."""

    __tablename__ = "need_cancellation"
    __table_args__ = (UniqueConstraint("notice_id"), Index(None, "need_id"), RECORD)

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    ground: Mapped[CancelGround]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant]
