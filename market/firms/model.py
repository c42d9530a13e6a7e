"""Firms as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.catalogue.rules import QualificationKind
from market.db import RECORD, Base, Fen, Id, Instant
from market.firms import labels
from market.firms import model_entry as model_entry  # noqa: PLC0414 - the other tables of firms
from market.firms import model_held as model_held  # noqa: PLC0414 - another table
from market.firms import model_insurance as model_insurance  # noqa: PLC0414 - another table
from market.firms import model_past_projects as model_past_projects  # noqa: PLC0414 - another table
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.fees import FeeBasis, FeeKind
from market.firms.rules import FirmNature, FirmState, ServiceState, Standing
from market.holidays.counted import Counted

__all__ = [
    "Firm",
    "FirmCheck",
    "FirmFee",
    "FirmPromise",
    "FirmQualification",
    "FirmService",
    "FirmStaff",
    "StandingChange",
    "labels",
]


class Firm(Counted, Base):
    """One intermediary firm, how far its registration has come, and its standing."""

    __tablename__ = "firm"
    __table_args__ = (
        Index("ix_firm_next_check_at", "next_check_at"),
        Index("ix_firm_state_name", "state", "name"),
        Index("ix_firm_state_listed_at", "state", "listed_at"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    nature: Mapped[FirmNature]
    legal_representative: Mapped[str] = mapped_column(String(50))
    registered_on: Mapped[date]
    business_until_on: Mapped[date | None]
    registered_capital_fen: Mapped[Fen | None]
    capital_currency: Mapped[str] = mapped_column(String(3), default="CNY")
    registering_authority: Mapped[str] = mapped_column(String(100), default="")
    registered_address: Mapped[str] = mapped_column(String(200), default="")
    # Of a branch: the credit code of the firm to which it belongs.
    parent_code: Mapped[str] = mapped_column(String(18), default="", index=True)
    address: Mapped[str] = mapped_column(String(200))
    business_scope: Mapped[str] = mapped_column(String(2000))
    contact_name: Mapped[str] = mapped_column(String(50))
    contact_phone: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(String(100), default="")
    landline: Mapped[str] = mapped_column(String(30), default="")
    fax: Mapped[str] = mapped_column(String(30), default="")
    postcode: Mapped[str] = mapped_column(String(6), default="")
    physically_present: Mapped[bool] = mapped_column(default=False)

    state: Mapped[FirmState] = mapped_column(default=FirmState.DRAFT)
    state_since: Mapped[Instant]
    # The rules under which it was submitted; a later instrument never reaches back.
    regulation_id: Mapped[str | None] = mapped_column(String(80))
    check_due_at: Mapped[Instant | None]
    publicity_ends_at: Mapped[Instant | None]
    listed_at: Mapped[Instant | None]
    # From when the months without an enrolment count: listed, woken or resumed.
    awake_since: Mapped[Instant | None]
    # What the State held of it when its registration began, and its form started from.
    held_record_id: Mapped[int | None] = mapped_column(ForeignKey("held_record.id"))
    imported: Mapped[bool] = mapped_column(default=False)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    standing: Mapped[Standing] = mapped_column(default=Standing.ACTIVE)
    standing_until_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmQualification(Base):
    """A licence, a filing or a registration on a credit platform, with its term."""

    __tablename__ = "firm_qualification"
    __table_args__ = (
        UniqueConstraint("firm_id", "kind", "number", "valid_from_on"),
        Index("ix_firm_qualification_state_entered_at", "state", "entered_at"),
        CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="term"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    kind: Mapped[QualificationKind]
    name: Mapped[str] = mapped_column(String(100))
    major: Mapped[str] = mapped_column(String(100), default="")
    grade: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(100))
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    state: Mapped[QualificationState]
    entered_at: Mapped[Instant]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmStaff(Base):
    """A person who practises for a firm. The identity number itself is never stored."""

    __tablename__ = "firm_staff"
    __table_args__ = (
        Index("ix_firm_staff_firm_id", "firm_id"),
        Index(None, "person_digest"),
        # One person, one firm: of the firms that have handed in, only one has the person.
        Index(
            "uq_firm_staff_person",
            "person_digest",
            unique=True,
            sqlite_where=text("left_at IS NULL AND counts"),
            postgresql_where=text("left_at IS NULL AND counts"),
        ),
        Index(
            "uq_firm_staff_own",
            "firm_id",
            "person_digest",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_firm_staff_state_joined_at", "state", "joined_at"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    name: Mapped[str] = mapped_column(String(50))
    person_digest: Mapped[str] = mapped_column(String(64))
    id_masked: Mapped[str] = mapped_column(String(18))
    certificate: Mapped[str] = mapped_column(String(100))
    certificate_number: Mapped[str] = mapped_column(String(60))
    valid_to_on: Mapped[date | None]
    # Whether the operator has compared the certificate with its source, as for qualifications.
    state: Mapped[QualificationState]
    joined_at: Mapped[Instant]
    left_at: Mapped[Instant | None]
    # Whether it keeps the person from other firms: not while the registration is being filled in.
    counts: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmService(Base):
    """A service item that a firm offers, and its promise of speed."""

    __tablename__ = "firm_service"
    __table_args__ = (
        UniqueConstraint("firm_id", "item_code"),
        Index("ix_firm_service_item_code_state", "item_code", "state"),
        CheckConstraint("promised_working_days > 0", name="days_positive"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    item_code: Mapped[str] = mapped_column(String(20))
    promised_working_days: Mapped[int]
    state: Mapped[ServiceState]
    state_since: Mapped[Instant]
    frozen_reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmFee(Base):
    """One version of what a firm charges for one service. Never changed, only followed."""

    __tablename__ = "firm_fee"
    __table_args__ = (
        UniqueConstraint("firm_id", "item_code", "version_no"),
        Index("ix_firm_fee_item_code", "item_code"),
        CheckConstraint(
            "(CASE WHEN amount_fen IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN rate_ppm IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN discount_bp IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN unit_price_fen IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN brackets = '' THEN 0 ELSE 1 END) = 1",
            name="one_way_to_charge",
        ),
        CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="term"),
        RECORD,
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    item_code: Mapped[str] = mapped_column(String(20))
    version_no: Mapped[int]
    basis: Mapped[FeeBasis]
    # The fee table named, by its id; empty for another document, or a price of the firm's own.
    standard_id: Mapped[str] = mapped_column(String(60))
    basis_document: Mapped[str] = mapped_column(String(200))
    kind: Mapped[FeeKind]
    amount_fen: Mapped[Fen | None]
    rate_ppm: Mapped[int | None]
    # What a rate, a table or a unit price is applied to, by its name.
    rate_base: Mapped[str] = mapped_column(String(100))
    # A table of the firm's own, as ``fee_brackets.Brackets.stored`` writes it.
    brackets: Mapped[str] = mapped_column(String(1000))
    unit_price_fen: Mapped[Fen | None]
    unit: Mapped[str] = mapped_column(String(20))
    discount_bp: Mapped[int | None]
    discount_to_bp: Mapped[int | None]
    min_fee_fen: Mapped[Fen | None]
    max_fee_fen: Mapped[Fen | None]
    # What may be charged beside it, as ``fee_charges.stored_of`` writes it.
    extra_charges: Mapped[str] = mapped_column(String(1000))
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    # The promise that publishing signed: its version, and the SHA-256 of its exact words.
    promise_version: Mapped[str] = mapped_column(String(40))
    promise_sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[Instant]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class FirmPromise(Base):
    """A promise as it was signed: its exact words, by whom and when."""

    __tablename__ = "firm_promise"
    __table_args__ = (Index("ix_firm_promise_firm_id", "firm_id"), RECORD)

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    text_version: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(4000))
    signer_name: Mapped[str] = mapped_column(String(50))
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[Instant]


class FirmCheck(Base):
    """One decision of an operator's check. Refusals are registered like everything else."""

    __tablename__ = "firm_check"
    __table_args__ = (Index("ix_firm_check_firm_id", "firm_id"), RECORD)

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    # What was checked, where it was not the whole registration.
    subject: Mapped[str] = mapped_column(String(300), default="")
    outcome: Mapped[CheckOutcome]
    # ReturnReason values joined by a space; empty when the check was passed.
    reason_codes: Mapped[str] = mapped_column(String(300))
    comment: Mapped[str] = mapped_column(String(1000))
    due_at: Mapped[Instant | None]
    checked_at: Mapped[Instant]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    @property
    def reasons(self) -> tuple[ReturnReason, ...]:
        """The reasons, as their codes say."""
        return tuple(map(ReturnReason, self.reason_codes.split()))


class StandingChange(Base):
    """One change of a firm's standing, and what ordered it."""

    __tablename__ = "standing_change"
    __table_args__ = (
        Index("ix_standing_change_firm_id_changed_at", "firm_id", "changed_at"),
        RECORD,
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    standing: Mapped[Standing]
    until_at: Mapped[Instant | None]
    case_number: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(500))
    changed_at: Mapped[Instant]
    changed_by: Mapped[str] = mapped_column(String(40))
