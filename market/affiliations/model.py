"""Declarations, groups and objections as they are stored. No identity number is among them."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.affiliations import labels as labels  # noqa: PLC0414 - registers the labels
from market.affiliations.rules import (
    Ground,
    GroupState,
    ObjectionState,
    PartyKind,
    PartyRole,
    TieKind,
)
from market.db import RECORD, Base, Id, Instant
from market.holidays.counted import Counted


class Declaration(Base):
    """One version of what a firm declared of itself. Never changed, only followed."""

    __tablename__ = "affiliation_declaration"
    __table_args__ = (
        UniqueConstraint("firm_id", "version_no"),
        Index(None, "legal_digest"),
        Index(None, "declared_at"),
        RECORD,
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    version_no: Mapped[int]
    legal_digest: Mapped[str] = mapped_column(String(64))
    account_digest: Mapped[str] = mapped_column(String(64))
    # As the firm itself may see it again: the last four digits.
    account_masked: Mapped[str] = mapped_column(String(8))
    phone: Mapped[str] = mapped_column(String(30))
    # One address a line.
    offices: Mapped[str] = mapped_column(String(1000))
    no_controller: Mapped[bool]
    promise_version: Mapped[str] = mapped_column(String(40))
    signer_name: Mapped[str] = mapped_column(String(50))
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[Instant]


class DeclaredParty(Base):
    """A controller or a shareholder of one declaration."""

    __tablename__ = "affiliation_party"
    __table_args__ = (
        UniqueConstraint("declaration_id", "role", "key"),
        Index(None, "key"),
        CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share"),
        RECORD,
    )

    id: Mapped[Id]
    declaration_id: Mapped[int] = mapped_column(ForeignKey("affiliation_declaration.id"))
    role: Mapped[PartyRole]
    kind: Mapped[PartyKind]
    # ``person:`` and a keyed digest, or ``code:`` and a credit code.
    key: Mapped[str] = mapped_column(String(80))
    # An organisation's name; of a person the identity number with its middle hidden.
    shown: Mapped[str] = mapped_column(String(200))
    share_bp: Mapped[int]


class DeclaredTie(Base):
    """A tie with an authority or an owner, of one declaration."""

    __tablename__ = "affiliation_tie"
    __table_args__ = (
        UniqueConstraint("declaration_id", "authority_code", "kind"),
        Index(None, "authority_code"),
        RECORD,
    )

    id: Mapped[Id]
    declaration_id: Mapped[int] = mapped_column(ForeignKey("affiliation_declaration.id"))
    authority_code: Mapped[str] = mapped_column(String(18))
    authority_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[TieKind]
    note: Mapped[str] = mapped_column(String(300))


class Grouping(Counted, Base):
    """A case about whether firms stand under one controller; confirmed, it is a group."""

    __tablename__ = "affiliation_group"
    __table_args__ = (
        CheckConstraint("decided_by_id <> opened_by_id", name="decided_by_another"),
        Index(None, "state", "effective_at"),
        Index(None, "state", "state_by_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    ground: Mapped[Ground]
    facts: Mapped[str] = mapped_column(Text)
    state: Mapped[GroupState]
    regulation_id: Mapped[str] = mapped_column(String(80))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[Instant]
    state_by_at: Mapped[Instant]
    decision: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    effective_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class GroupFirm(Base):
    """A firm of a case, and what it said."""

    __tablename__ = "affiliation_group_firm"
    __table_args__ = (UniqueConstraint("group_id", "firm_id"), Index(None, "firm_id"))

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("affiliation_group.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    statement: Mapped[str | None] = mapped_column(Text)
    stated_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


_OPEN = "state IN ('open', 'proposed')"


class AffiliationObjection(Counted, Base):
    """A firm's objection to a group, to standing aside in a draw, or to a case that reaches it."""

    __tablename__ = "affiliation_objection"
    __table_args__ = (
        CheckConstraint("answered_by_id <> proposed_by_id", name="answered_by_another"),
        # One at a time, whoever presses the button twice.
        Index(
            "uq_affiliation_objection_open",
            "firm_id",
            "subject",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "state", "answer_by_at"),
        Index(None, "notice_number", "firm_id"),
        Index(None, "firm_id", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("affiliation_group.id"))
    # The notice of the draw it is about, if it is about one.
    notice_number: Mapped[str] = mapped_column(String(24), default="")
    # What it is about in one word: the number of a group, a notice or a credit case.
    subject: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ObjectionState]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    raised_at: Mapped[Instant]
    answer_by_at: Mapped[Instant]
    # Why somebody finds it right, where another person has to say so too.
    proposal: Mapped[str | None] = mapped_column(Text)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
