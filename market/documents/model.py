"""Documents, who looked at them, owners' registrations and their buyers, as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant
from market.documents import labels
from market.documents.owner_rules import (
    BuyerDeed,
    OwnerNature,
    OwnerReason,
    OwnerState,
    Scope,
)
from market.documents.retention import Ending
from market.documents.rules import DocKind, DocState, Subject, Suspicion, suspicions_of
from market.holidays.counted import Counted

__all__ = [
    "Document",
    "DocumentErasure",
    "DocumentReading",
    "OwnerBuyer",
    "OwnerCheck",
    "OwnerRegistration",
    "labels",
]


class Document(Base):
    """One version of a document. ``subject_id`` is the id of the row that ``subject`` names."""

    __tablename__ = "document"
    __table_args__ = (
        Index(None, "org_id", "id"),
        Index(None, "state", "handed_in_at"),
        Index(None, "next_check_at", "id"),
        Index(None, "past_term_at"),
        Index(None, "unlink_at", "id"),
        Index(
            "uq_document_current",
            "subject",
            "subject_id",
            "kind",
            unique=True,
            sqlite_where=text("state <> 'replaced'"),
            postgresql_where=text("state <> 'replaced'"),
        ),
    )

    id: Mapped[Id]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    subject: Mapped[Subject]
    subject_id: Mapped[int]
    kind: Mapped[DocKind]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    # A keyed digest: without the platform's key nobody can try out scans against it.
    seal: Mapped[str] = mapped_column(String(64))
    suspicion_codes: Mapped[str] = mapped_column(String(200))
    state: Mapped[DocState]
    handed_in_at: Mapped[Instant]
    handed_in_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Set for ever once somebody took it: a decision rests on it.
    cleared_at: Mapped[Instant | None]
    replaced_at: Mapped[Instant | None]
    # When its term is looked at; then when it was found to be past it, and must be kept.
    next_check_at: Mapped[Instant | None]
    past_term_at: Mapped[Instant | None]
    # Set for ever once its term has ended it; then since when its bytes are still to be deleted.
    erased_at: Mapped[Instant | None]
    unlink_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def suspicions(self) -> tuple[Suspicion, ...]:
        """What a machine found odd in it."""
        return suspicions_of(self.suspicion_codes)


class DocumentReading(Base):
    """Somebody opened a document: who, for which organisation, and when."""

    __tablename__ = "document_reading"
    __table_args__ = (Index(None, "document_id", "read_by_id", "read_at"), RECORD)

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    read_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    read_at: Mapped[Instant]


class DocumentErasure(Base):
    """The bytes of a document were deleted: which, when, by which rule. The seal stays."""

    __tablename__ = "document_erasure"
    __table_args__ = (Index(None, "erased_at", "id"), RECORD)

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    seal: Mapped[str] = mapped_column(String(64))
    ending: Mapped[Ending]
    days: Mapped[int]
    regulation_id: Mapped[str] = mapped_column(String(80))
    # Whether another row still holds the same bytes: then only this way to them was closed.
    shared: Mapped[bool]
    erased_at: Mapped[Instant]


class OwnerRegistration(Counted, Base):
    """What an owner that registered itself says, and how far the operator's check has come."""

    __tablename__ = "owner_registration"
    __table_args__ = (Index(None, "state", "check_due_at"),)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    nature: Mapped[OwnerNature]
    address: Mapped[str] = mapped_column(String(200))
    contact_name: Mapped[str] = mapped_column(String(50))
    contact_phone: Mapped[str] = mapped_column(String(30))
    state: Mapped[OwnerState]
    state_since: Mapped[Instant]
    regulation_id: Mapped[str] = mapped_column(String(80))
    check_due_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class OwnerCheck(Base):
    """One decision of the operator about an owner. Refusals are registered like passes."""

    __tablename__ = "owner_check"
    __table_args__ = (Index(None, "organisation_id", "id"), RECORD)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    passed: Mapped[bool]
    reason_codes: Mapped[str] = mapped_column(String(300))
    comment: Mapped[str] = mapped_column(String(1000))
    due_at: Mapped[Instant | None]
    checked_at: Mapped[Instant]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    @property
    def reasons(self) -> tuple[OwnerReason, ...]:
        """The reasons, as their codes say."""
        return tuple(map(OwnerReason, self.reason_codes.split()))


class OwnerBuyer(Base):
    """What one of an owner's people may buy: deeds, items, up to how much, until when."""

    __tablename__ = "owner_buyer"
    __table_args__ = (
        UniqueConstraint("organisation_id", "reference"),
        Index(None, "organisation_id", "user_id"),
        CheckConstraint("valid_to_on >= valid_from_on", name="term"),
        CheckConstraint("ceiling_fen > 0", name="ceiling_positive"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The owner's own running number, from 1: what the public log calls it by.
    reference: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    deed_codes: Mapped[str] = mapped_column(String(60))
    # Item codes joined by a space; empty means all.
    item_codes: Mapped[str] = mapped_column(String(2000))
    ceiling_fen: Mapped[Fen]
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date]
    granted_at: Mapped[Instant]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> Scope:
        """How far it reaches."""
        return Scope(
            deeds=frozenset(map(BuyerDeed, self.deed_codes.split())),
            items=frozenset(self.item_codes.split()),
            ceiling_fen=self.ceiling_fen,
            from_on=self.valid_from_on,
            to_on=self.valid_to_on,
        )
