"""Panels and their seats as they are stored."""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.draws.rules import DrawMode, DrawState, EnrolmentState
from market.panels import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.panels.rules import DeclineGround, PanelSubject, SeatState, VoidGround


class Panel(Base):
    """One draw of experts for one subject of a need. What its NOTICE fixed never changes.

    A panel whose value came too late for its notice serves the next one of the same need.
    """

    __tablename__ = "panel"
    __table_args__ = (
        Index(None, "next_check_at", "id"),
        Index(None, "state", "phi_round"),
        Index(None, "need_id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    subject: Mapped[PanelSubject]
    # The public number of what it serves now: of the notice, or of the re-review.
    serves: Mapped[str] = mapped_column(String(24), index=True)
    # The draw of firms whose proposals the panel scores: it has one panel, and never another.
    # None for a panel that serves something else.
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("draw.id"), unique=True)
    # ``need`` and ``draw_id`` of the protocol.
    series: Mapped[str] = mapped_column(String(24), unique=True)
    draw_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mode: Mapped[DrawMode]
    seats: Mapped[int]
    alternates: Mapped[int]
    fewest_candidates: Mapped[int]
    answer_minutes: Mapped[int]
    opened_at: Mapped[Instant]
    enrol_close_at: Mapped[Instant]
    freeze_by_at: Mapped[Instant]
    phi_at: Mapped[Instant]
    result_by_at: Mapped[Instant]
    # When experts are called, and until when they score, for the notice that the panel serves now.
    call_from_at: Mapped[Instant]
    scoring_by_at: Mapped[Instant]
    phi_round: Mapped[int | None] = mapped_column(BigInteger)
    platform_key: Mapped[str | None] = mapped_column(String(64))
    # It gives the experts their codes in this panel; public from ``key_opened_at`` on.
    code_key: Mapped[str] = mapped_column(String(64))
    key_opened_at: Mapped[Instant | None]
    state: Mapped[DrawState]
    closed_at: Mapped[Instant | None]
    frozen_at: Mapped[Instant | None]
    drawn_at: Mapped[Instant | None]
    voided_at: Mapped[Instant | None]
    void_ground: Mapped[VoidGround | None]
    seed: Mapped[str | None] = mapped_column(String(64))
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PanelCandidate(Base):
    """An expert of the pool as a candidate of one panel's draw."""

    __tablename__ = "panel_candidate"
    __table_args__ = (
        UniqueConstraint("panel_id", "expert_id"),
        UniqueConstraint("panel_id", "sequence"),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    expert_code: Mapped[str] = mapped_column(String(18))
    sequence: Mapped[int]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    submission_id: Mapped[int] = mapped_column(unique=True)
    state: Mapped[EnrolmentState]
    # Why the expert is not on the list: a ground of recusal, or that the pool lost the expert.
    reason_code: Mapped[str | None] = mapped_column(String(40))


# Of these a panel has at most one: the database refuses a second.
_ONCE = "type IN ('notice', 'close', 'freeze', 'phi', 'result', 'void')"


class PanelEntry(Base):
    """An entry of a panel's draw: the very bytes that are in the log."""

    __tablename__ = "panel_entry"
    __table_args__ = (
        Index(None, "panel_id", "id"),
        Index(
            "uq_panel_entry_once",
            "panel_id",
            "type",
            unique=True,
            sqlite_where=text(_ONCE),
            postgresql_where=text(_ONCE),
        ),
        RECORD,
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    type: Mapped[str] = mapped_column(String(20))
    submission_id: Mapped[int] = mapped_column(unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class PanelFile(Base):
    """A published file of a panel whose digest is in the log: exact bytes."""

    __tablename__ = "panel_file"
    __table_args__ = (UniqueConstraint("panel_id", "name"), RECORD)

    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    name: Mapped[str] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class PanelCut(Base):
    """The witnessed checkpoint that holds a panel's list, or its calling-off."""

    __tablename__ = "panel_cut"
    __table_args__ = (RECORD,)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    size: Mapped[int]
    checkpoint: Mapped[bytes] = mapped_column(LargeBinary)
    quorum_at: Mapped[Instant]
    kept_at: Mapped[Instant]


class Seat(Base):
    """An expert who was called, in the order of the draw, and what the expert answered."""

    __tablename__ = "panel_seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "rank"),
        UniqueConstraint("panel_id", "expert_id"),
        Index(None, "expert_id", "state"),
        Index(None, "state", "answer_by_at", "id"),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    rank: Mapped[int]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    expert_code: Mapped[str] = mapped_column(String(18))
    state: Mapped[SeatState]
    offered_at: Mapped[Instant]
    # None once there is nothing to wait for.
    answer_by_at: Mapped[Instant | None]
    answered_at: Mapped[Instant | None]
    ground: Mapped[DeclineGround | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
