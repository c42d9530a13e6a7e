"""How the price of an award came about, as it is stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant


class AwardPrice(Base):
    """What an award's price was the lower of, once for each award. A record.

    ``limit_fen`` is the ceiling, or the price that the firm itself stated; ``disclosed_fen`` what
    its published fee gives, or None with ``hindrance`` that says why nothing.
    """

    __tablename__ = "award_price"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price_positive"),
        CheckConstraint("price_fen <= limit_fen", name="within_limit"),
        CheckConstraint("price_fen <= disclosed_fen", name="within_disclosed"),
        Index(None, "fee_id"),
        RECORD,
    )

    id: Mapped[Id]
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    limit_fen: Mapped[Fen]
    fee_id: Mapped[int | None] = mapped_column(ForeignKey("firm_fee.id"))
    disclosed_fen: Mapped[Fen | None]
    hindrance: Mapped[str] = mapped_column(String(20))
    price_fen: Mapped[Fen]
    at: Mapped[Instant]
