"""Tables of draws beside the draw itself: contributions, replacements, and orders to call off."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.draws.rules import Absence, ReplacementState, VoidReason


class ContributorKey(Base):
    """The Ed25519 key with which an organisation signs its commitments; the last one counts."""

    __tablename__ = "contributor_key"
    __table_args__ = (Index(None, "organisation_id", "id"), RECORD)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    who: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    registered_at: Mapped[Instant]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class Contributor(Base):
    """A party of one draw that may commit to a value and reveal it.

    ``position`` is its place in the notice; an enrolment (``enrol:N``) that contributes has none,
    and no organisation: its row must not tell which firm it is.
    """

    __tablename__ = "draw_contributor"
    __table_args__ = (UniqueConstraint("draw_id", "who"), Index(None, "organisation_id"))

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    who: Mapped[str] = mapped_column(String(64))
    position: Mapped[int | None]
    sequence: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str | None] = mapped_column(String(64))
    commit: Mapped[str | None] = mapped_column(String(64))
    committed_at: Mapped[Instant | None]
    value: Mapped[str | None] = mapped_column(String(64))
    revealed_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ContributorAbsence(Base):
    """A contributor named in a notice that did not commit or did not reveal in time."""

    __tablename__ = "contributor_absence"
    __table_args__ = (
        UniqueConstraint("draw_id", "who"),
        Index(None, "organisation_id", "id"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    who: Mapped[str] = mapped_column(String(64))
    was: Mapped[Absence]
    at: Mapped[Instant]


class Replacement(Base):
    """The drawing of a replacement, where alternates are drawn afresh.

    Its source was fixed by the entry with which the selected firm left, before anybody could
    know its value.
    """

    __tablename__ = "draw_replacement"
    __table_args__ = (
        Index(None, "draw_id", "id"),
        Index(None, "next_check_at", "id"),
        Index(None, "phi_round"),
        Index(None, "issue"),
        Index(None, "state", "phi_at"),
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    # The DECLINE or DISQUALIFY: its submission and its leaf hash.
    submission_id: Mapped[int] = mapped_column(unique=True)
    leaf: Mapped[str] = mapped_column(String(64), unique=True)
    out_code: Mapped[str] = mapped_column(String(18))
    left_at: Mapped[Instant]
    phi_at: Mapped[Instant]
    phi_round: Mapped[int | None] = mapped_column(BigInteger)
    issue: Mapped[str | None] = mapped_column(String(64))
    # Whether anybody is to be drawn: the rules bound how often.
    wanted: Mapped[bool]
    state: Mapped[ReplacementState]
    seed: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReplacementCut(Base):
    """The witnessed checkpoint that holds the entry by which the selected firm left."""

    __tablename__ = "draw_replacement_cut"
    __table_args__ = (RECORD,)

    replacement_id: Mapped[int] = mapped_column(ForeignKey("draw_replacement.id"), primary_key=True)
    size: Mapped[int]
    checkpoint: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[Instant]


class CallingOffOrder(Base):
    """A written order to call off a draw whose last value is lost; another person confirms it."""

    __tablename__ = "draw_calling_off"
    __table_args__ = (Index(None, "draw_id", "id"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    reason: Mapped[VoidReason]
    authority: Mapped[str] = mapped_column(String(200))
    # The text of the written order; the log holds its SHA-256.
    text: Mapped[str] = mapped_column(String(4000))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant]
