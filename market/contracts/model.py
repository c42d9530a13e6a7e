"""Contracts, deliverables and reviews as they are stored."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.payers import Payer
from market.contracts.rules import ContractState, ModelUse, ReturnReason
from market.db import RECORD, Base, Fen, Id, Instant
from market.holidays.counted import Counted


class Contract(Counted, Base):
    """What the two sides agreed after an award. One side files it, the other confirms it."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price_positive"),
        CheckConstraint("service_working_days > 0", name="days_positive"),
        CheckConstraint("settled_fen >= 0", name="settled_not_negative"),
        Index(None, "owner_org_id", "state"),
        Index(None, "firm_org_id", "state"),
        Index(None, "state", "next_check_at"),
        Index(None, "confirmed_at", "id"),
    )

    id: Mapped[Id]
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    owner_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    firm_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    price_fen: Mapped[Fen]
    # Who pays, and whether an authority commissioned the service for its own review: as declared
    # by the side that filed and confirmed by the other.
    payer: Mapped[Payer] = mapped_column(default=Payer.OWNER)
    for_own_review: Mapped[bool] = mapped_column(default=False)
    # Whether it follows a model contract, and which were offered when it was filed.
    model_use: Mapped[ModelUse] = mapped_column(default=ModelUse.NONE)
    model_names: Mapped[str] = mapped_column(String(500), default="")
    signed_on: Mapped[date]
    service_working_days: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    filed_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filed_at: Mapped[Instant]
    return_reason: Mapped[str | None] = mapped_column(String(500))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[Instant | None]
    materials: Mapped[str | None] = mapped_column(String(1000))
    materials_by_at: Mapped[Instant | None]
    materials_at: Mapped[Instant | None]
    accepted_at: Mapped[Instant | None]
    # When it was ended in force, and what the sides agreed is owed for the work until then.
    ended_at: Mapped[Instant | None]
    settled_fen: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[ContractState]
    # By when the side whose turn it is must act; none while the clock says so, or no year is known.
    act_by_at: Mapped[Instant | None]
    # When the sweep looks whether the owner's silence about a deliverable accepts it.
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Deliverable(Base):
    """One round of the firm's work, by hash. Rounds are numbered and never replaced."""

    __tablename__ = "deliverable"
    __table_args__ = (UniqueConstraint("contract_id", "round_no"), RECORD)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    round_no: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(1000))
    # The person in charge who signed it; locked with the version.
    signer_staff_id: Mapped[int | None] = mapped_column(ForeignKey("firm_staff.id"))
    submitted_at: Mapped[Instant]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class Review(Base):
    """What became of one round: accepted, or returned with a reason code."""

    __tablename__ = "review"
    __table_args__ = (
        Index(None, "reviewed_at"),
        Index(None, "accepted", "contract_id"),
        RECORD,
    )

    id: Mapped[Id]
    # One a round that stands; those that were overturned stay (``ReviewOverturned``).
    deliverable_id: Mapped[int] = mapped_column(ForeignKey("deliverable.id"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    accepted: Mapped[bool]
    # The owner said nothing within the days the regulation allows.
    by_silence: Mapped[bool]
    reason: Mapped[ReturnReason | None]
    # The clause of the contract or of a standard on which the reason rests.
    clause: Mapped[str] = mapped_column(String(200), default="")
    comment: Mapped[str] = mapped_column(String(1000))
    reviewed_at: Mapped[Instant]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ReviewOverturned(Base):
    """A return that experts found wrong: it counts as none, and the round stands as handed in."""

    __tablename__ = "review_overturned"
    __table_args__ = (Index(None, "reviewer_org_id"), RECORD)

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    # Whose return it was, and the public number of what overturned it.
    reviewer_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(24))
    at: Mapped[Instant]
