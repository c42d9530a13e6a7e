"""Objections to a result as they are stored."""

from collections.abc import Iterable

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant, enum_as
from market.holidays.counted import Counted
from market.objections import labels as labels  # noqa: PLC0414 - registers the labels
from market.objections.rules import Fact, Ground, ObjectionState, Outcome, Party


class AwardObjection(Counted, Base):
    """An objection to an award: who says what on which ground, and where it stands.

    ``text`` is for the sides and those who decide; the letters of officials are public.
    """

    __tablename__ = "award_objection"
    __table_args__ = (
        # The same organisation says the same thing about an award once.
        UniqueConstraint("award_id", "org_id", "ground"),
        CheckConstraint("freezes OR no_freeze_reason <> ''", name="never_silently"),
        Index(None, "state", "due_at"),
        Index(None, "org_id", "raised_at"),
        Index(None, "raised_at", "id"),
        Index(None, "decided_by_org_id", "closed_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    party: Mapped[Party]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    raised_at: Mapped[Instant]
    # What a conclusion rests on; until there is one, the ground that was named first.
    ground: Mapped[Ground]
    # The other grounds that it names, in the order of the list.
    more_grounds: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    freezes: Mapped[bool]
    # Why it stops nothing, where it does not: shown to everybody.
    no_freeze_reason: Mapped[str] = mapped_column(String(40), default="")
    # What the published verifier found when a draw was doubted, and at which size of the log.
    verified: Mapped[bool | None]
    verified_size: Mapped[int | None]
    state: Mapped[ObjectionState]
    # By when whoever's turn it is has to act.
    due_at: Mapped[Instant | None]
    proposed: Mapped[Outcome | None] = mapped_column(enum_as(Outcome, "proposed"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # On what a conclusion rests that is no dismissal: the clause, and for a procedure the fact.
    clause: Mapped[str] = mapped_column(String(200), default="")
    fact: Mapped[Fact | None]
    outcome: Mapped[Outcome | None]
    # The authority that decided, or refused to take it up.
    decided_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    closed_at: Mapped[Instant | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def more(self) -> tuple[Ground, ...]:
        """The other grounds that it names."""
        return tuple(Ground(code) for code in self.more_grounds.split(",") if code)

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Every ground that it names."""
        return (self.ground, *self.more)

    def name_grounds(self, ground: Ground, more: Iterable[Ground]) -> None:
        """Say on which ground it rests, and what else it names."""
        others = set(more) - {ground}
        self.ground = ground
        self.more_grounds = ",".join(one for one in Ground if one in others)


class ObjectionEvidence(Base):
    """One piece of evidence: the place in which its document lies, in quarantine first.

    ``title`` says what it shows; it is for the objector and the officials, as the file is.
    """

    __tablename__ = "award_objection_evidence"
    __table_args__ = (Index(None, "objection_id", "id"), RECORD)

    id: Mapped[Id]
    objection_id: Mapped[int] = mapped_column(ForeignKey("award_objection.id"))
    title: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[Instant]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class ObjectionHearing(Counted, Base):
    """Somebody who would lose by what is proposed: by when it may speak, and how far it did.

    What it says are steps. It ends before its term only where it said in words that it adds
    nothing. It is closed once the proposal was decided, or sent back: the next one is told and
    heard anew.
    """

    __tablename__ = "award_objection_hearing"
    __table_args__ = (
        UniqueConstraint("objection_id", "org_id", "asked_at"),
        Index(None, "org_id", "closed_at"),
    )

    id: Mapped[Id]
    objection_id: Mapped[int] = mapped_column(ForeignKey("award_objection.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    asked_at: Mapped[Instant]
    by_at: Mapped[Instant]
    # When it spoke last.
    said_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[Instant | None]


class ObjectionStep(Base):
    """One step of an objection and what was written at it, by whom, and whether in time."""

    __tablename__ = "award_objection_step"
    __table_args__ = (
        Index(None, "objection_id", "id"),
        Index(None, "hearing_id", "id"),
        RECORD,
    )

    id: Mapped[Id]
    objection_id: Mapped[int] = mapped_column(ForeignKey("award_objection.id"))
    move: Mapped[str] = mapped_column(String(20))
    state: Mapped[ObjectionState]
    outcome: Mapped[Outcome | None]
    # Letters of officials are public; those of the sides are not.
    is_public: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    # A statement: of which hearing, and what was handed in with it, for the same readers.
    hearing_id: Mapped[int | None] = mapped_column(ForeignKey("award_objection_hearing.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    due_at: Mapped[Instant | None]
    at: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
