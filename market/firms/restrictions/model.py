"""Measures against firms as they are stored: enforced from their instants, whoever is down."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.firms.rules import Standing


class FirmRestriction(Base):
    """One decided measure: what it makes of a firm, for which items, from when until when."""

    __tablename__ = "firm_restriction"
    __table_args__ = (
        Index(None, "firm_id", "until_at"),
        Index(None, "standing", "until_at"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    case_number: Mapped[str] = mapped_column(String(24), unique=True)
    standing: Mapped[Standing]
    # Groups of service items, such as "03 07"; nothing means every item.
    scope: Mapped[str] = mapped_column(String(200))
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    lifted_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
