"""The pool as it is stored. No identity number is in it, and nobody's name in the log."""

import json
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.experts import labels as labels  # noqa: PLC0414 - registers the labels
from market.experts.rules import (
    ExpertMove,
    ExpertReason,
    ExpertState,
    SittingOutcome,
    TieGround,
)

_IN_POOL = "state != 'removed'"


class Expert(Base):
    """A person of the pool. The public knows the code only, which says nothing of the person.

    Each has an organisation of their own kind, with the same code: accounts belong to it.
    """

    __tablename__ = "expert"
    __table_args__ = (
        # One person is in the pool once; who was removed may come back with a new code.
        Index(
            "uq_expert_person",
            "id_digest",
            unique=True,
            sqlite_where=text(_IN_POOL),
            postgresql_where=text(_IN_POOL),
        ),
        Index(None, "state", "id"),
        CheckConstraint(
            "(active_since_at IS NOT NULL) = (state = 'active')", name="active_since_while_active"
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(100))
    employer_name: Mapped[str] = mapped_column(String(200))
    employer_code: Mapped[str] = mapped_column(String(18))
    # Of the identity number, under the same key as the staff of firms.
    id_digest: Mapped[str] = mapped_column(String(64))
    id_masked: Mapped[str] = mapped_column(String(18))
    # The letter of appointment on which the present facts rest.
    evidence: Mapped[str] = mapped_column(String(200))
    state: Mapped[ExpertState]
    state_since: Mapped[Instant]
    # Since when without a break; a need's panel asks whether it was so when it was published.
    active_since_at: Mapped[Instant | None]
    # The last day of the term: after it the expert is in no draw.
    renew_by_on: Mapped[date | None]
    declared_at: Mapped[Instant | None]
    # Who entered or changed the facts: another person confirms them.
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[Instant]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ExpertSpecialty(Base):
    """A service item for whose panels an expert may be drawn."""

    __tablename__ = "expert_specialty"
    __table_args__ = (Index(None, "item_code", "expert_id"),)

    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    since_at: Mapped[Instant]


class ExpertDeed(Base):
    """What was done to an expert of the pool, by whom, and why."""

    __tablename__ = "expert_deed"
    __table_args__ = (Index(None, "expert_id", "id"), RECORD)

    id: Mapped[Id]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    move: Mapped[ExpertMove]
    state: Mapped[ExpertState]
    reason: Mapped[ExpertReason | None]
    words: Mapped[str] = mapped_column(String(500))
    # What a change replaced: field, before and after, as JSON. Private, like the facts themselves.
    changed: Mapped[str] = mapped_column(Text, default="[]")
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[Instant]

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What a change replaced: the field, what was there before, what is there now."""
        return [(field, before, after) for field, before, after in json.loads(self.changed)]


class ExpertTie(Base):
    """An organisation that an expert avoids. Private: operators see it, the public never."""

    __tablename__ = "expert_tie"
    __table_args__ = (
        Index(None, "expert_id", "id"),
        # One at a time, whoever presses the button twice.
        Index(
            "uq_expert_tie_lasting",
            "expert_id",
            "org_code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    org_code: Mapped[str] = mapped_column(String(18))
    org_name: Mapped[str] = mapped_column(String(200))
    ground: Mapped[TieGround]
    note: Mapped[str] = mapped_column(String(300))
    declared_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


class ExpertSitting(Base):
    """How an expert's part in one panel ended."""

    __tablename__ = "expert_sitting"
    __table_args__ = (
        UniqueConstraint("expert_id", "panel"),
        Index(None, "expert_id", "owner_org_id", "at"),
        Index(None, "item_code", "panel"),
        RECORD,
    )

    id: Mapped[Id]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    panel: Mapped[str] = mapped_column(String(24))
    item_code: Mapped[str] = mapped_column(String(20))
    owner_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    outcome: Mapped[SittingOutcome]
    at: Mapped[Instant]
