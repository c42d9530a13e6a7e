"""Live bids as they are stored: a table of record, in the order in which they were taken."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.bidding import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.bidding.rules import Verdict
from market.db import RECORD, Base, Fen, Id, Instant


class LiveBid(Base):
    """One bid that was taken: it can neither be changed nor taken back."""

    __tablename__ = "live_bid"
    __table_args__ = (
        UniqueConstraint("draw_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    number: Mapped[int]
    amount_fen: Mapped[Fen]
    submission_id: Mapped[int] = mapped_column(unique=True)
    at: Mapped[Instant]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class BidVerdict(Base):
    """What became of an enrolment when its list was frozen."""

    __tablename__ = "bid_verdict"
    __table_args__ = (Index(None, "verdict", "enrolment_id"), RECORD)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    verdict: Mapped[Verdict]
    at: Mapped[Instant]
