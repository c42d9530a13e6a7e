"""Complaints as they are stored. Who complains, and in which words, is kept encrypted."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.complaints import labels as labels  # noqa: PLC0414 - registers the labels
from market.complaints.opening_rules import Purpose
from market.complaints.rules import (
    AbuseReason,
    AbuseState,
    Against,
    Channel,
    ComplaintMove,
    ComplaintState,
    Matter,
    NoFreeze,
    Outcome,
    Refusal,
    Remedy,
    Target,
    Tier,
)
from market.db import RECORD, Base, Id, Instant, enum_as
from market.holidays.counted import Counted
from market.objections.rules import Fact


class Complaint(Counted, Base):
    """A complaint: through which channel, about what, and where it stands.

    ``sealed`` holds who complains, how they can be reached and what they wrote; only an officer
    who handles it opens that, and says why. ``statement`` is what the other side is told.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("NOT freezes OR award_id IS NOT NULL", name="freezes_an_award"),
        Index(None, "authority_org_id", "state", "due_at"),
        Index(None, "respondent_org_id", "state"),
        Index(None, "party_org_id", "state"),
        Index(None, "org_mark", "id"),
        Index(None, "award_id", "state"),
        Index(None, "state", "due_at"),
        Index(None, "next_check_at", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    channel: Mapped[Channel]
    tier: Mapped[Tier]
    matter: Mapped[Matter]
    target: Mapped[Target]
    against: Mapped[Against]
    # The public number or code of what it is about, and its title; both are empty for the rest.
    ref: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    item_code: Mapped[str] = mapped_column(String(40), default="")
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    respondent_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # None while nobody looks after the item: the operator assigns it.
    authority_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # By these the complainant finds it again: keyed digests, which name nobody.
    org_mark: Mapped[str | None] = mapped_column(String(64))
    # By this one who left a contact is known again, to stop no award twice for the same.
    contact_mark: Mapped[str | None] = mapped_column(String(64))
    code_mark: Mapped[str] = mapped_column(String(64))
    ticket_mark: Mapped[str | None] = mapped_column(String(64), unique=True)
    received_at: Mapped[Instant]
    entered_at: Mapped[Instant]
    state: Mapped[ComplaintState]
    due_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    # Whether any step came, or comes, after its term.
    was_late: Mapped[bool]
    # How often it was given to another authority: each has a clock of its own.
    transfers: Mapped[int]
    accepted_at: Mapped[Instant | None]
    refusal: Mapped[Refusal | None]
    freezes: Mapped[bool]
    no_freeze: Mapped[NoFreeze | None]
    statement: Mapped[str] = mapped_column(Text, default="")
    reply_by_at: Mapped[Instant | None]
    # When it spoke last, and when it said in words that it adds nothing: what it says are steps.
    replied_at: Mapped[Instant | None]
    reply_ended_at: Mapped[Instant | None]
    # Who would lose the award by it and is not accused: told and heard as well.
    party_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    party_told: Mapped[str] = mapped_column(Text, default="")
    party_by_at: Mapped[Instant | None]
    party_said_at: Mapped[Instant | None]
    party_ended_at: Mapped[Instant | None]
    proposed: Mapped[Outcome | None] = mapped_column(enum_as(Outcome, "proposed"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    remedy: Mapped[Remedy | None]
    fact: Mapped[Fact | None]
    clause: Mapped[str] = mapped_column(String(200), default="")
    measures: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[Instant | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ComplaintStep(Base):
    """One step of a complaint: what was done, what was written, by whom, and by when it was due.

    Of what the complainant does it is not said who it was.
    """

    __tablename__ = "complaint_step"
    __table_args__ = (Index(None, "complaint_id", "id"), RECORD)

    id: Mapped[Id]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    move: Mapped[ComplaintMove | None]
    state: Mapped[ComplaintState]
    # Where the finding that it was malicious stood after this step, if the step was about that.
    abuse: Mapped[AbuseState | None] = mapped_column(enum_as(AbuseState, "abuse"))
    text: Mapped[str] = mapped_column(Text)
    # What a side hands in with its words; for the authority alone, and itself.
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    due_at: Mapped[Instant | None]
    at: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))


class ComplaintOpening(Base):
    """Somebody opened what identifies a complainant: who, when, and for what."""

    __tablename__ = "complaint_opening"
    __table_args__ = (Index(None, "complaint_id", "id"), Index(None, "at", "id"), RECORD)

    id: Mapped[Id]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[Purpose]
    words: Mapped[str] = mapped_column(String(300))
    at: Mapped[Instant]


class ComplaintAbuse(Base):
    """A finding that a complaint was malicious: proposed, replied to, confirmed by another.

    ``org_id`` is set when it is confirmed, where an organisation complained; of a citizen nothing
    is recorded but that there was one.
    """

    __tablename__ = "complaint_abuse"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        Index(None, "org_id", "state"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), unique=True)
    reason: Mapped[AbuseReason]
    evidence: Mapped[str] = mapped_column(Text)
    state: Mapped[AbuseState]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant]
    reply_by_at: Mapped[Instant]
    sealed_reply: Mapped[bytes | None] = mapped_column(LargeBinary)
    replied_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[Instant | None]
    why_withdrawn: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ComplaintImport(Base):
    """A list of the 12345 hotline that waits to be confirmed; encrypted, and gone afterwards."""

    __tablename__ = "complaint_import"
    __table_args__ = (Index(None, "org_id", "id"),)

    id: Mapped[Id]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[Instant]
    rows: Mapped[int]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ended_at: Mapped[Instant | None]
    taken: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
