"""The log of draws for oversight: each step beside its time, and what the verifier found."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from market.accounts.model import Organisation
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.draws.model import Award, Draw
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import DrawMode, DrawState, VoidReason
from market.draws.showing import report_or_none
from market.installation import Installation
from market.needs.model import Need, Notice
from market.oversight import labels as labels  # noqa: PLC0414 - registers the labels
from market.oversight.rules import DrawStep, Timed

SORTS: Final = ("phi", "closes")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawQuery:
    """What a reader looks for among the draws."""

    words: str = ""
    state: DrawState | None = None
    mode: DrawMode | None = None
    late: bool = False
    sort: str = "phi"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found: which checks failed, or that there is nothing to check yet."""

    checked: bool
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One draw as those who oversee see it."""

    draw: Draw
    need: Need
    number: str
    owner_name: str
    called: int
    lost: int
    steps: tuple[Timed, ...]
    verdict: Verdict

    @property
    def void(self) -> VoidReason | None:
        """Why the draw was called off."""
        reason = self.draw.void_reason
        return VoidReason(reason) if reason in set(VoidReason) else None

    @property
    def alternates_called(self) -> int:
        """How many alternates were called after the winners."""
        return max(self.called - self.draw.places, 0)


def draw_log(
    work: UnitOfWork, here: Installation, wanted: DrawQuery, *, limit: int, offset: int = 0
) -> list[LogRow]:
    """Return the draws the actor looks after, each verified by the published verifier."""
    keys: dict[str, ColumnElement[Any]] = {
        "phi": Draw.phi_at.expression,
        "closes": Draw.enrol_close_at.expression,
    }
    key = keys[wanted.sort]
    rows = work.session.execute(
        select(Draw, Need, Notice.number, Organisation.name)
        .join(Need, Need.id == Draw.need_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .where(*_chosen(work, wanted))
        .order_by(key.desc() if wanted.descending else key, Draw.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    called = _called(work, [draw.id for draw, *_ in rows])
    return [
        LogRow(
            draw=draw,
            need=need,
            number=number,
            owner_name=owner_name,
            called=called.get(draw.id, (0, 0))[0],
            lost=called.get(draw.id, (0, 0))[1],
            steps=steps_of(draw),
            verdict=verdict_of(work, here, draw),
        )
        for draw, need, number, owner_name in rows
    ]


def count_draws(work: UnitOfWork, wanted: DrawQuery) -> int:
    """Return how many draws ``draw_log`` chooses from."""
    return (
        work.session.scalar(
            select(func.count(Draw.id))
            .join(Need, Need.id == Draw.need_id)
            .join(Notice, Notice.id == Draw.notice_id)
            .where(*_chosen(work, wanted))
        )
        or 0
    )


def steps_of(draw: Draw) -> tuple[Timed, ...]:
    """Return the steps of a draw beside the timetable of its notice.

    A close is late only if the list could not be frozen in time: enrolments are refused from
    the closing second on, whenever the step itself is taken.
    """
    off = draw.state is DrawState.VOID
    return (
        Timed(
            step=DrawStep.CLOSE,
            planned_at=draw.enrol_close_at,
            latest_at=draw.freeze_by_at,
            taken_at=draw.closed_at,
            called_off=off,
        ),
        Timed(
            step=DrawStep.FREEZE,
            planned_at=draw.enrol_close_at,
            latest_at=draw.freeze_by_at,
            taken_at=draw.frozen_at,
            called_off=off,
        ),
        Timed(
            step=DrawStep.RESULT,
            planned_at=draw.phi_at,
            latest_at=draw.result_by_at,
            taken_at=draw.drawn_at,
            called_off=off,
        ),
    )


def verdict_of(work: UnitOfWork, here: Installation, draw: Draw) -> Verdict:
    """Return what the published verifier finds in the published bundle."""
    report = report_or_none(work, here, draw, fresh=False)
    if report is None:
        return Verdict(checked=False, failed=())
    return Verdict(
        checked=True, failed=tuple(check.name for check in report.checks if not check.ok)
    )


def _called(work: UnitOfWork, draw_ids: list[int]) -> dict[int, tuple[int, int]]:
    lost = Award.state.in_(GONE_AWARDS)
    rows = work.session.execute(
        select(Draw.id, func.count(Award.id), func.count(Award.id).filter(lost))
        .join(Award, Award.draw_id == Draw.id)
        .where(Draw.id.in_(draw_ids))
        .group_by(Draw.id)
    )
    return {draw_id: (called, gone) for draw_id, called, gone in rows}


def late(work: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition that a draw has a late step, as ``Timed.is_late`` finds it."""
    waits = and_(Draw.state.in_((DrawState.OPEN, DrawState.CLOSED)), Draw.freeze_by_at < work.now)
    return or_(
        Draw.closed_at > Draw.freeze_by_at,
        Draw.frozen_at > Draw.freeze_by_at,
        Draw.drawn_at > Draw.result_by_at,
        waits,
        and_(Draw.state == DrawState.FROZEN, Draw.result_by_at < work.now),
    )


def _chosen(work: UnitOfWork, wanted: DrawQuery) -> list[ColumnElement[bool]]:
    chosen = [item_in(Need.item_code, groups_of(work))]
    if wanted.words:
        chosen.append(
            or_(
                Need.title.contains(wanted.words, autoescape=True),
                Notice.number == wanted.words.upper(),
            )
        )
    if wanted.state is not None:
        chosen.append(Draw.state == wanted.state)
    if wanted.mode is not None:
        chosen.append(Draw.mode == wanted.mode)
    if wanted.late:
        chosen.append(late(work))
    return chosen
