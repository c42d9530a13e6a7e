"""What the State's data platform told of firms, as it is stored."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class HeldOrigin(StrEnum):
    """Who told it: the State, or the market of a city whose signature was verified."""

    STATE = "state"
    CITY = "city"


class HeldRecord(Base):
    """What was told of a firm: kept as it came, so that what rested on it can be shown."""

    __tablename__ = "held_record"
    __table_args__ = (
        UniqueConstraint("code", "digest"),
        Index("ix_held_record_code_as_of_on", "code", "as_of_on"),
        RECORD,
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(18))
    origin: Mapped[HeldOrigin] = mapped_column(default=HeldOrigin.STATE)
    source: Mapped[str] = mapped_column(String(100))
    as_of_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[Instant]
