"""Lists of draws for those who work with them: what runs, what waits, what is one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing
from market.db import UnitOfWork
from market.draws import methods, protocol, queries, taking_part
from market.draws.actions import calling_off
from market.draws.model import Award, Draw, Enrolment, TrusteeKey
from market.draws.model_later import CallingOffOrder, Replacement
from market.draws.queries import LIVE_DRAWS
from market.draws.rules import LOST_AFTER, DrawMode, DrawState
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.model import Notice as NoticeRow

# Workers look every few seconds.
WITH_TRUSTEES: Final = (DrawMode.C, DrawMode.D2)
OVERDUE_AFTER: Final = timedelta(minutes=2)
ONE_DAY: Final = timedelta(days=1)
# No run of days off is as long.
MOST_DAYS_OFF: Final = 14
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


def waiting_for_numbers(work: UnitOfWork) -> list[Running]:
    """Return the draws of mode B whose instant has come and whose numbers are missing."""
    return _running(
        work,
        Draw.state == DrawState.FROZEN,
        Draw.mode == DrawMode.B,
        Draw.phi_at <= work.now,
    )


def waiting_for_supervisor(work: UnitOfWork) -> list[Running]:
    """Return the draws whose instant has come and that wait for the actor's proof.

    Never sooner: a trustee that proved right after the freeze would let the platform try one
    reveal after the other. docs/spec/lottery-v1.md section 8: not before ``t_phi`` - 60.
    """
    found = _running(
        work,
        Draw.state == DrawState.FROZEN,
        Draw.mode.in_(WITH_TRUSTEES),
        Draw.phi_at <= work.now,
    )
    return [row for row in found if _owes_proof(work, row.draw)]


def coming_for_supervisor(work: UnitOfWork) -> list[Running]:
    """Return the draws that will ask for the actor's proof later."""
    found = _running(
        work,
        Draw.mode.in_(WITH_TRUSTEES),
        Draw.state.in_(LIVE_DRAWS),
        Draw.phi_at > work.now,
    )
    return [row for row in found if queries.own_keys(work, row.draw)]


def proved_for_supervisor(work: UnitOfWork) -> list[Running]:
    """Return the draws of today, and those that wait for others, that have the actor's proof."""
    today = (Draw.state == DrawState.DRAWN) & (Draw.drawn_at >= beijing(work.today))
    found = _running(
        work,
        Draw.mode.in_(WITH_TRUSTEES),
        Draw.phi_at <= work.now,
        (Draw.state == DrawState.FROZEN) | today,
    )
    return [row for row in found if _has_proof(work, row.draw)]


def _has_proof(work: UnitOfWork, draw: Draw) -> bool:
    own = queries.own_keys(work, draw)
    return bool(own) and not _lacks_proof(work, draw, draw.freeze_hash or "")


def replacing_for_supervisor(work: UnitOfWork) -> list[tuple[Running, Replacement]]:
    """Return the draws whose drawing of a replacement waits for the actor's proof.

    Each comes with the replacement that is drawn first: places are filled as they fell vacant.
    """
    first: dict[int, Replacement] = {}
    for row in queries.replacements_waiting(work, Replacement.wanted.is_(True)):
        first.setdefault(row.draw_id, row)
    found = _running(work, Draw.id.in_(first), Draw.mode.in_(WITH_TRUSTEES))
    pairs = [(row, first[row.draw.id]) for row in found]
    return [(row, next_) for row, next_ in pairs if _lacks_proof(work, row.draw, next_.leaf)]


def reveals_of_firm(work: UnitOfWork, firm: Firm) -> list[Running]:
    """Return the draws in which a firm sealed a value of its own that it can reveal now."""
    rows = work.session.execute(
        select(Enrolment.sequence, Draw.id)
        .join(Draw, Draw.id == Enrolment.draw_id)
        .where(
            Enrolment.firm_id == firm.id,
            Draw.state == DrawState.FROZEN,
            Draw.firm_commits,
            Draw.reveal_by_at >= work.now,
        )
    )
    who = {draw_id: protocol.enrolment_who(sequence) for sequence, draw_id in rows}
    return [
        row
        for row in _running(work, Draw.id.in_(who))
        if any(
            one.who == who[row.draw.id] and one.may_reveal
            for one in taking_part.contributions(work, row.draw)
        )
    ]


def to_be_called_off(work: UnitOfWork) -> list[tuple[Running, CallingOffOrder]]:
    """Return the draws for which one person entered an order that another has to carry out.

    The last order counts, and only if it is about the value that is lost now.
    """
    vacant = {row.draw_id for row in queries.replacements_waiting(work)}
    overdue = (Draw.state == DrawState.FROZEN) & (Draw.phi_at <= work.now - LOST_AFTER)
    rows = [*_running(work, overdue), *_running(work, Draw.id.in_(vacant))]
    pairs = [(row, order) for row in rows for order in calling_off.orders_of(work, row.draw)[-1:]]
    return [(row, order) for row, order in pairs if calling_off.is_about_now(work, row.draw, order)]


def next_by_at(draw: Draw, later: Replacement) -> datetime:
    """Return by when the value of a replacement is due: the draw's own term after its instant."""
    return later.phi_at + (draw.result_by_at - draw.phi_at)


def over(work: UnitOfWork) -> list[Running]:
    """Return the draws that are over of late, the latest first.

    Results are those of today. What was called off stays until a whole working day has passed
    after it, so that somebody at the desk sees it.
    """
    drawn = Draw.drawn_at >= beijing(work.today)
    voided = Draw.voided_at >= beijing(_working_day_before(work.today))
    found = _running(work, drawn | voided)
    return sorted(found, key=lambda row: _over_at(row.draw, work.now), reverse=True)


def _over_at(draw: Draw, otherwise: datetime) -> datetime:
    return draw.voided_at or draw.drawn_at or otherwise


def _working_day_before(day: date) -> date:
    try:
        return next(
            earlier
            for earlier in (day - ONE_DAY * back for back in range(1, MOST_DAYS_OFF))
            if default_calendar().is_working_day(earlier)
        )
    except (UnknownYearError, StopIteration):  # The desk opens without a holiday notice, too.
        return day - ONE_DAY * MOST_DAYS_OFF


def overdue(work: UnitOfWork) -> list[Running]:
    """Return the draws for which a step is later than any worker's rhythm explains.

    Also those that were put to sleep: nobody will look at them, whatever is due. A list that
    waits while firms bid or open quotes within their time is not late.
    """
    latest = work.now - OVERDUE_AFTER
    late = _running(work, Draw.next_check_at <= latest)
    sleeping = _running(work, Draw.state.in_(LIVE_DRAWS), queries.asleep(work.now, latest))
    sleeping = [row for row in sleeping if not methods.waits_in_time(work, row.draw)]
    return sorted([*late, *sleeping], key=lambda row: (row.draw.phi_at, row.draw.id))


def late_since(draw: Draw, now: datetime) -> datetime:
    """Return since when the step of an overdue draw is late: never an instant to come."""
    at = draw.next_check_at
    return at if at is not None and at <= now else queries.woken_at(draw, now)


def _owes_proof(work: UnitOfWork, draw: Draw) -> bool:
    """Whether a proof of the actor's organisation is missing of a frozen draw."""
    if queries.cut_of(work, draw) is None:
        return False
    return _lacks_proof(work, draw, draw.freeze_hash or "")


def _lacks_proof(work: UnitOfWork, draw: Draw, subject: str) -> bool:
    proofs = queries.proofs_of(work, subject)
    return any(key not in proofs for key in queries.own_keys(work, draw))


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


def supervisor_keys(work: UnitOfWork) -> Sequence[TrusteeKey]:
    """Return the keys of the actor's organisation, the latest first."""
    return work.session.scalars(
        select(TrusteeKey)
        .where(TrusteeKey.organisation_id == work.actor.org_id)
        .order_by(TrusteeKey.id.desc())
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


def awards_of_firm(work: UnitOfWork, firm: Firm) -> list[tuple[Award, Draw, str]]:
    """Return a firm's awards with their draws and the titles of their needs, the latest first."""
    rows = work.session.execute(
        select(Award, Draw, Need.title)
        .join(Draw, Draw.id == Award.draw_id)
        .join(Need, Need.id == Award.need_id)
        .where(Award.firm_id == firm.id)
        .order_by(Award.id.desc())
        .limit(MOST_ROWS)
    )
    return [(award, draw, title) for award, draw, title in rows]
