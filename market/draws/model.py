"""Draws, enrolments and awards as they are stored."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant
from market.draws import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.draws import model_exclusion as model_exclusion  # noqa: PLC0414 - other tables of draws
from market.draws import model_freeze as model_freeze  # noqa: PLC0414 - another table of draws
from market.draws import model_later as model_later  # noqa: PLC0414 - the other tables of draws
from market.draws import model_prices as model_prices  # noqa: PLC0414 - another table of draws
from market.draws import model_venue as model_venue  # noqa: PLC0414 - other tables of draws
from market.draws.rules import (
    AlternatesKind,
    AwardState,
    DrawMode,
    DrawState,
    EnrolmentState,
)
from market.holidays.counted import Counted


class Draw(Base):
    """One draw of one notice. Its timetable is copied from the notice and never changes."""

    __tablename__ = "draw"
    __table_args__ = (
        UniqueConstraint("need_id", "attempt"),
        Index(None, "next_check_at", "id"),
        Index(None, "state", "phi_at"),
        Index(None, "phi_at", "id"),
        Index(None, "phi_round"),
        Index(None, "issue"),
    )

    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), unique=True)
    attempt: Mapped[int]
    # What the protocol calls ``need`` and ``attempt``. A new series begins where the draw before
    # was not called off but came to a result whose places all fell vacant.
    series: Mapped[str] = mapped_column(String(24))
    series_attempt: Mapped[int]
    # ``draw_id`` of the protocol: the leaf hash of the NOTICE entry, in hex.
    draw_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mode: Mapped[DrawMode]
    places: Mapped[int]
    # How many alternates the order names; none where they are drawn afresh.
    alternates: Mapped[int]
    alternates_kind: Mapped[AlternatesKind] = mapped_column(default=AlternatesKind.ORDERED)
    # Whether credit gives more than one ticket, and whether firms may contribute to the seed.
    weighted: Mapped[bool] = mapped_column(default=False)
    firm_commits: Mapped[bool] = mapped_column(default=False)
    # The instrument of draws in force at the notice; a later one never reaches back.
    rules_id: Mapped[str] = mapped_column(String(80))
    enrol_open_at: Mapped[Instant]
    enrol_close_at: Mapped[Instant]
    freeze_by_at: Mapped[Instant]
    reveal_by_at: Mapped[Instant]
    phi_at: Mapped[Instant]
    result_by_at: Mapped[Instant]
    # The drand round, in mode A.
    phi_round: Mapped[int | None] = mapped_column(BigInteger)
    # The public lottery and its issue, in mode B.
    game: Mapped[str | None] = mapped_column(String(64))
    issue: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[DrawState]
    # The VRF keys, in modes D1 and D2, as the notice fixed them.
    platform_key: Mapped[str | None] = mapped_column(String(64))
    supervisor_key: Mapped[str | None] = mapped_column(String(64))
    supervisor_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # When each step was really taken: lateness shows beside the timetable.
    closed_at: Mapped[Instant | None]
    frozen_at: Mapped[Instant | None]
    drawn_at: Mapped[Instant | None]
    voided_at: Mapped[Instant | None]
    void_reason: Mapped[str | None] = mapped_column(String(40))
    freeze_hash: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[str | None] = mapped_column(String(64))
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Enrolment(Base):
    """A firm's place in a draw; hidden from everyone else until the freeze."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("draw_id", "firm_id"),
        UniqueConstraint("draw_id", "sequence"),
        Index(None, "firm_id", "enrolled_at"),
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    firm_code: Mapped[str] = mapped_column(String(18))
    sequence: Mapped[int]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    submission_id: Mapped[int] = mapped_column(unique=True)
    state: Mapped[EnrolmentState]
    reason_code: Mapped[str | None] = mapped_column(String(40))
    enrolled_at: Mapped[Instant]
    enrolled_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


# Of these a draw has at most one: the database refuses a second.
_ONCE = "type IN ('notice', 'close', 'freeze', 'phi', 'result', 'void')"


class DrawEntry(Base):
    """An entry of a draw: the very bytes that are in the log."""

    __tablename__ = "draw_entry"
    __table_args__ = (
        Index(None, "draw_id", "id"),
        Index(
            "uq_draw_entry_once",
            "draw_id",
            "type",
            unique=True,
            sqlite_where=text(_ONCE),
            postgresql_where=text(_ONCE),
        ),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    type: Mapped[str] = mapped_column(String(20))
    submission_id: Mapped[int] = mapped_column(unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class DrawFile(Base):
    """A published file of a draw whose digest is in the log: exact bytes."""

    __tablename__ = "draw_file"
    __table_args__ = (UniqueConstraint("draw_id", "name"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    name: Mapped[str] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class DrawCut(Base):
    """The witnessed checkpoint that holds a draw's list and reveals, or its calling-off."""

    __tablename__ = "draw_cut"
    __table_args__ = (RECORD,)

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    size: Mapped[int]
    checkpoint: Mapped[bytes] = mapped_column(LargeBinary)
    # When the quorum was reached, by the witnesses' clocks; without witnesses when it was signed.
    quorum_at: Mapped[Instant]
    kept_at: Mapped[Instant]


class TrusteeKey(Base):
    """A trustee's public VRF key (modes C and D2). The secret half never reaches the platform."""

    __tablename__ = "trustee_key"
    __table_args__ = (Index(None, "organisation_id", "id"), RECORD)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    registered_at: Mapped[Instant]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class PhiProof(Base):
    """One key's VRF proof, checked before it was stored.

    ``subject`` is the leaf hash of what it proves: a FREEZE, or the entry by which a firm left.
    """

    __tablename__ = "phi_proof"
    __table_args__ = (UniqueConstraint("subject", "key"), Index(None, "draw_id"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    subject: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    proof: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant]


class BeaconRound(Base):
    """A drand round with its signature, checked before it was stored; it serves every draw."""

    __tablename__ = "beacon_round"
    __table_args__ = (RECORD,)

    round: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant]
    by: Mapped[str] = mapped_column(String(40))


class TypedNumbers(Base):
    """What one officer typed for an issue of a public lottery. Two in one attempt must agree."""

    __tablename__ = "typed_numbers"
    __table_args__ = (UniqueConstraint("game", "issue", "attempt", "user_id"), RECORD)

    id: Mapped[Id]
    game: Mapped[str] = mapped_column(String(64))
    issue: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # Ascending, two digits each, joined by full stops.
    numbers: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    at: Mapped[Instant]


class Place(Base):
    """One firm's place in the order of a draw. Rank 1 is first."""

    __tablename__ = "draw_place"
    __table_args__ = (
        UniqueConstraint("draw_id", "rank"),
        UniqueConstraint("draw_id", "firm_id"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    rank: Mapped[int]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    ticket: Mapped[str] = mapped_column(String(64))


class Award(Counted, Base):
    """A place that was called, or a firm chosen directly: published, offered, and answered."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("draw_id", "rank"),
        CheckConstraint("(draw_id IS NULL) <> (direct_number IS NULL)", name="one_origin"),
        CheckConstraint("price_fen > 0", name="price_positive"),
        Index(None, "need_id"),
        Index(None, "firm_id", "state"),
        Index(None, "next_check_at", "id"),
        Index(None, "state", "id"),
        Index(None, "published_at", "id"),
    )

    id: Mapped[Id]
    # What it rests on: a draw, or the number of a direct choice, and never both.
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("draw.id"))
    direct_number: Mapped[str | None] = mapped_column(String(24), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    rank: Mapped[int]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    price_fen: Mapped[Fen]
    state: Mapped[AwardState]
    published_at: Mapped[Instant]
    publicity_ends_at: Mapped[Instant]
    answer_by_at: Mapped[Instant | None]
    sign_by_at: Mapped[Instant | None]
    answered_at: Mapped[Instant | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    # A measure kept the firm from confirming when it lost the place: nobody publishes it here.
    was_barred: Mapped[bool] = mapped_column(default=False)
    # When the firm lost the place or gave it up.
    ended_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
