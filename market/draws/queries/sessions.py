"""Sessions: the draws of one instant that share one value, so that one round serves all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from market.clock import beijing
from market.db import UnitOfWork
from market.draws.model import Draw
from market.draws.rules import DrawMode, DrawState
from market.needs.model import Need
from market.needs.model import Notice as NoticeRow

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One draw of a session, with what lists say of it."""

    draw: Draw
    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The draws that one value decides.

    ``key`` names the value: ``drand/ROUND``, ``GAME/ISSUE``, or ``vrf/INSTANT``, where each draw
    has its own value but the same instant.
    """

    key: str
    mode: DrawMode
    at: datetime
    seats: Sequence[Seat]

    @property
    def waiting(self) -> Sequence[Seat]:
        """The draws that have a frozen list and no result yet."""
        return [seat for seat in self.seats if seat.draw.state is DrawState.FROZEN]


def session_key(draw: Draw) -> str:
    """Return the name of the session a draw belongs to."""
    match draw.mode:
        case DrawMode.A:
            return f"drand/{draw.phi_round}"
        case DrawMode.B:
            return f"{draw.game}/{draw.issue}"
        case DrawMode.C | DrawMode.D2 | DrawMode.D1:
            return f"vrf/{draw.mode}/{int(draw.phi_at.timestamp())}"


def sessions_on(work: UnitOfWork, day: date) -> list[Session]:
    """Return the sessions whose instant falls on a Beijing day, the earliest first."""
    rows = _seats(work, Draw.phi_at >= beijing(day), Draw.phi_at < beijing(day + ONE_DAY))
    return _grouped(rows)


def session_of(work: UnitOfWork, draw: Draw) -> Session:
    """Return the session of a draw, with every draw that shares its value."""
    match draw.mode:
        case DrawMode.A:
            rows = _seats(work, Draw.phi_round == draw.phi_round)
        case DrawMode.B:
            rows = _seats(work, Draw.issue == draw.issue, Draw.game == draw.game)
        case DrawMode.C | DrawMode.D2 | DrawMode.D1:
            rows = _seats(work, Draw.phi_at == draw.phi_at, Draw.mode == draw.mode)
    return next(one for one in _grouped(rows) if one.key == session_key(draw))


def _seats(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Seat]:
    rows = work.session.execute(
        select(Draw, NoticeRow.number, Need.title)
        .join(NoticeRow, NoticeRow.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .where(*conditions)
        .order_by(Draw.phi_at, Draw.id)
    )
    return [Seat(draw=draw, number=number, title=title) for draw, number, title in rows]


def _grouped(seats: Sequence[Seat]) -> list[Session]:
    grouped: dict[str, list[Seat]] = {}
    for seat in seats:
        grouped.setdefault(session_key(seat.draw), []).append(seat)
    return [
        Session(key=key, mode=some[0].draw.mode, at=some[0].draw.phi_at, seats=some)
        for key, some in grouped.items()
    ]
