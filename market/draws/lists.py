"""Lists of draws for those who work with them: what runs, what waits, what is one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from market.db import UnitOfWork
from market.draws.model import Award, Draw, Enrolment, SupervisorKey
from market.draws.queries import LIVE_DRAWS
from market.draws.rules import DrawMode, DrawState
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.model import Notice as NoticeRow

# Workers look every few seconds.
OVERDUE_AFTER: Final = timedelta(minutes=2)
MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Running:
    """A draw with what lists say of it."""

    draw: Draw
    number: str
    title: str


def running(work: UnitOfWork) -> list[Running]:
    """Return the draws that are not over, the next due first."""
    return _running(work, Draw.state.in_(LIVE_DRAWS))


def waiting_for_phi(work: UnitOfWork) -> list[Running]:
    """Return the draws of mode A whose instant has come and whose round is missing."""
    return _running(
        work,
        Draw.state == DrawState.FROZEN,
        Draw.mode == DrawMode.A,
        Draw.phi_at <= work.now,
    )


def waiting_for_supervisor(work: UnitOfWork) -> list[Running]:
    """Return the draws whose instant has come and that wait for the actor's proof."""
    return _running(work, *_supervised_by(work), Draw.phi_at <= work.now)


def coming_for_supervisor(work: UnitOfWork) -> list[Running]:
    """Return the draws that will ask for the actor's proof later."""
    return _running(
        work,
        Draw.mode == DrawMode.D2,
        Draw.supervisor_org_id == work.actor.org_id,
        Draw.state.in_(LIVE_DRAWS),
        Draw.phi_at > work.now,
    )


def overdue(work: UnitOfWork) -> list[Running]:
    """Return the draws for which a step is later than any worker's rhythm explains."""
    return _running(work, Draw.next_check_at <= work.now - OVERDUE_AFTER)


def _supervised_by(work: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return (
        Draw.state == DrawState.FROZEN,
        Draw.mode == DrawMode.D2,
        Draw.supervisor_org_id == work.actor.org_id,
    )


def _running(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Running]:
    rows = work.session.execute(
        select(Draw, NoticeRow.number, Need.title)
        .join(NoticeRow, NoticeRow.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .where(*conditions)
        .order_by(Draw.phi_at, Draw.id)
        .limit(MOST_ROWS)
    )
    return [Running(draw, number, title) for draw, number, title in rows]


def supervisor_keys(work: UnitOfWork) -> Sequence[SupervisorKey]:
    """Return the keys of the actor's organisation, the latest first."""
    return work.session.scalars(
        select(SupervisorKey)
        .where(SupervisorKey.organisation_id == work.actor.org_id)
        .order_by(SupervisorKey.id.desc())
    ).all()


def enrolments_of_firm(
    work: UnitOfWork, firm: Firm, offset: int = 0, limit: int = 20
) -> list[tuple[Enrolment, Running]]:
    """Return a firm's own enrolments with their draws, the latest first."""
    rows = work.session.execute(
        select(Enrolment, Draw, NoticeRow.number, Need.title)
        .join(Draw, Draw.id == Enrolment.draw_id)
        .join(NoticeRow, NoticeRow.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .where(Enrolment.firm_id == firm.id)
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(e, Running(draw, number, title)) for e, draw, number, title in rows]


def count_enrolments_of_firm(work: UnitOfWork, firm: Firm) -> int:
    """Return how many enrolments a firm has."""
    return (
        work.session.scalar(
            select(func.count()).select_from(Enrolment).where(Enrolment.firm_id == firm.id)
        )
        or 0
    )


def awards_of_firm(work: UnitOfWork, firm: Firm) -> list[tuple[Award, str]]:
    """Return a firm's awards with the titles of their needs, the latest first."""
    rows = work.session.execute(
        select(Award, Need.title)
        .join(Need, Need.id == Award.need_id)
        .where(Award.firm_id == firm.id)
        .order_by(Award.id.desc())
        .limit(MOST_ROWS)
    )
    return [(award, title) for award, title in rows]
