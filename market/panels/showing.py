"""What the public page of a panel shows, as plain values: no name of an expert before the end."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lottery.verify import Report
from market.db import UnitOfWork
from market.draws import protocol
from market.draws.model import BeaconRound
from market.draws.rules import DrawMode, DrawState
from market.experts.model import Expert
from market.installation import Installation
from market.panels import bundle, codes, queries, subjects
from market.panels.fitness import NOT_ACTIVE
from market.panels.model import Panel, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One step of a panel: when it was to be, and when it was."""

    name: str
    planned_at: datetime
    done_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether it was done after its time."""
        return self.done_at is not None and self.done_at > self.planned_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One expert of the list, by code: rank and ticket once there is a result."""

    code: str
    rank: int | None
    seat: Seat | None
    # The code in the pool, once the key is public.
    pool_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything the public page of a panel shows."""

    panel: Panel
    number: str
    serves: subjects.Shown
    pool: int
    recused: int
    inactive: int
    lines: Sequence[Line]
    moments: Sequence[Moment]
    round_signature: str
    report: Report | None
    cut_at: datetime | None
    list_digest: str
    times_late: int
    is_too_late: bool
    # Whether the published key is the notice's, and every code somebody's of the pool; None before.
    codes_ok: bool | None

    @property
    def is_over(self) -> bool:
        """Whether there is something to verify."""
        return bundle.is_ready(self.panel)

    @property
    def sits(self) -> int:
        """How many experts have accepted."""
        return sum(line.seat is not None and line.seat.state == "accepted" for line in self.lines)


def shown(work: UnitOfWork, here: Installation, panel: Panel) -> Shown:
    """Return what the public page of a panel shows."""
    cut = queries.cut_of(work, panel)
    listed = queries.file_of(work, panel, queries.LIST_FILE)
    lines = _lines(work, panel)
    removed = queries.removed_counts(work, panel)
    return Shown(
        panel=panel,
        number=panel.number,
        serves=subjects.subject_of(panel).shown(work, panel),
        pool=len(queries.candidates_of(work, panel)),
        recused=sum(removed.values()) - removed.get(NOT_ACTIVE, 0),
        inactive=removed.get(NOT_ACTIVE, 0),
        lines=lines,
        moments=_moments(panel),
        round_signature=_signature(work, panel),
        report=bundle.report_of(work, here, panel),
        cut_at=cut.quorum_at if cut else None,
        list_digest=protocol.digest(listed) if listed else "",
        # Of a re-review nothing is said of the contract's need: experts read this page.
        times_late=0 if panel.draw_id is None else queries.times_late(work, panel.need_id),
        is_too_late=queries.is_late(work, panel),
        codes_ok=_codes_ok(work, panel, lines),
    )


def _lines(work: UnitOfWork, panel: Panel) -> list[Line]:
    """Return the frozen list: in the order of the draw once there is one, by code before."""
    if queries.file_of(work, panel, queries.LIST_FILE) is None:
        return []
    seats = {seat.expert_code: seat for seat in queries.seats_of(work, panel)}
    order = queries.file_lines(work, panel)
    ranks = {code: rank for rank, code in enumerate(order, start=1)}
    owners = _owners(work, panel)
    return [
        Line(
            code=code,
            rank=ranks.get(code),
            seat=seats.get(code),
            pool_code=owners.get(code, ""),
        )
        for code in order or sorted(queries.frozen_list(work, panel).weights)
    ]


def _owners(work: UnitOfWork, panel: Panel) -> dict[str, str]:
    """Return the codes in the pool by the codes of a panel, as its key tells once it is public."""
    if panel.key_opened_at is None:
        return {}
    pool = work.session.scalars(select(Expert.code))
    known = {row.expert_code for row in queries.candidates_of(work, panel)}
    return codes.opened(panel.code_key, panel.number, known, pool)


def _codes_ok(work: UnitOfWork, panel: Panel, lines: Sequence[Line]) -> bool | None:
    if panel.key_opened_at is None:
        return None
    document = json.loads(queries.file_of(work, panel, queries.PANEL_FILE) or b"{}")
    is_committed = document.get("key_digest") == codes.key_digest(panel.code_key)
    return is_committed and all(line.pool_code for line in lines)


def _moments(panel: Panel) -> list[Moment]:
    return [
        Moment(name="opened", planned_at=panel.opened_at, done_at=panel.opened_at),
        Moment(name="closed", planned_at=panel.enrol_close_at, done_at=panel.closed_at),
        Moment(name="frozen", planned_at=panel.freeze_by_at, done_at=panel.frozen_at),
        Moment(name="drawn", planned_at=panel.result_by_at, done_at=panel.drawn_at),
    ]


def _signature(work: UnitOfWork, panel: Panel) -> str:
    if panel.mode is not DrawMode.A or panel.state is not DrawState.DRAWN:
        return ""
    row = work.session.get(BeaconRound, panel.phi_round)
    return row.signature.hex() if row else ""
