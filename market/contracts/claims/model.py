"""Earlier days on which a firm says to have handed in its work, as they are stored."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.claims import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.claims.rules import ClaimState
from market.db import Base, Id, Instant


class DeliveryClaim(Base):
    """What a firm says of a delivery's day, and the owner's answer; all of it is public."""

    __tablename__ = "delivery_claim"
    __table_args__ = (Index(None, "state", "contract_id"), Index(None, "contract_id"))

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    deliverable_id: Mapped[int] = mapped_column(ForeignKey("deliverable.id"), unique=True)
    claimed_on: Mapped[date]
    # The clock's event that the claim is: the days from there on change hands if it is confirmed.
    event_id: Mapped[int] = mapped_column(ForeignKey("clock_event.id"))
    state: Mapped[ClaimState]
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
