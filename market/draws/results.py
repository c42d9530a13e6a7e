"""What became of the draws of an owner's needs: who was selected, who left, who may come."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.queries.finding import GONE_AWARDS
from market.draws.queries.freezes import paused_publicity
from market.draws.rules import (
    AlternatesKind,
    AwardState,
    DrawState,
    ReplacementState,
    VoidReason,
)
from market.needs.elsewhere import Progress
from market.needs.model import Need, Notice
from market.needs.outcome import Outcome
from market.needs.rules import NeedState

# Why a draw ends when its list is judged: what firms had to open or to bid was over by then.
_JUDGED = frozenset({VoidReason.LOWEST_LOST.value, VoidReason.TOO_FEW_ELIGIBLE.value})

PENDING = (
    Replacement.wanted,
    Replacement.state.in_((ReplacementState.WAITING, ReplacementState.WITNESSED)),
)
MOST_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersResult:
    """A need whose result its owner has to know of; ``state`` is None while a place is vacant."""

    need_id: int
    title: str
    firm: str = ""
    state: AwardState | None = None
    is_substitute: bool = False


def of_owner(work: UnitOfWork) -> list[OwnersResult]:
    """Return the needs of the actor's organisation whose place is called and not yet taken."""
    rows = work.session.execute(
        select(Need, Draw)
        .join(Draw, Draw.need_id == Need.id)
        .where(
            Need.owner_org_id == work.actor.org_id,
            Need.state.in_((NeedState.PUBLICITY, NeedState.AWARDED)),
            Draw.state == DrawState.DRAWN,
        )
        .order_by(Draw.drawn_at.desc(), Draw.id.desc())
        .limit(MOST_ROWS)
    )
    found = (_owners(work, need, draw) for need, draw in rows)
    return [one for one in found if one is not None]


def _owners(work: UnitOfWork, need: Need, draw: Draw) -> OwnersResult | None:
    awards = queries.awards_of(work, draw)
    live = _live(awards)
    if live is None:
        waits = pending_of(work, draw) is not None
        return OwnersResult(need_id=need.id, title=need.title) if waits else None
    if live.state not in {AwardState.PUBLICITY, AwardState.OFFERED, AwardState.FROZEN}:
        return None
    return OwnersResult(
        need_id=need.id,
        title=need.title,
        firm=queries.firm_of(work, live.firm_id).name,
        state=live.state,
        is_substitute=any(award.state in GONE_AWARDS for award in awards),
    )


def of_need(work: UnitOfWork, need: Need) -> Outcome | None:
    """Return what the last draw of a need led to; None while it has no result."""
    draw = queries.draw_of_need(work, need.id)
    if draw is None or draw.state is not DrawState.DRAWN:
        return None
    awards = queries.awards_of(work, draw)
    live = _live(awards)
    firm = queries.firm_of(work, live.firm_id) if live else None
    pending = pending_of(work, draw)
    paused = paused_publicity(work, live.id) if live else None
    return Outcome(
        firm=firm.name if firm else "",
        code=firm.code if firm else "",
        award_number=live.number if live else "",
        state=live.state if live else None,
        publicity_ends_at=live.publicity_ends_at if live else None,
        paused_days=paused.left_working_days if paused else None,
        answer_by_at=live.answer_by_at if live else None,
        sign_by_at=live.sign_by_at if live else None,
        alternates=_alternates(work, draw, live) if live else (),
        drawn_afresh=draw.alternates_kind is AlternatesKind.FRESH,
        next_at=pending.phi_at if pending and not live else None,
        gone=[
            (queries.firm_of(work, award.firm_id).name, award.state, _reason(award))
            for award in awards
            if award.state in GONE_AWARDS
        ],
    )


def progress_of(work: UnitOfWork, notice: Notice) -> Progress | None:
    """Return how far the draw of a notice has come, for the public timetable of its need."""
    draw = work.session.scalar(select(Draw).where(Draw.notice_id == notice.id))
    if draw is None:
        return None
    frozen = draw.frozen_at is not None
    # Bids and scores end before the list is judged; of a draw that ended before nobody can say.
    running = draw.state is DrawState.CLOSED
    return Progress(
        opened=frozen or running or draw.void_reason in _JUDGED,
        frozen=frozen,
        drawn=draw.drawn_at is not None,
    )


def pending_of(work: UnitOfWork, draw: Draw) -> Replacement | None:
    """Return the drawing of a replacement that a draw waits for first, if there is one."""
    return work.session.scalar(
        select(Replacement)
        .where(Replacement.draw_id == draw.id, *PENDING)
        .order_by(Replacement.id)
        .limit(1)
    )


def _live(awards: Sequence[Award]) -> Award | None:
    live = [award for award in awards if award.state in queries.LIVE_AWARDS]
    return live[-1] if live else None


def _alternates(work: UnitOfWork, draw: Draw, live: Award) -> list[str]:
    """Return who would be called next, in the order of the draw."""
    last = draw.places + draw.alternates
    places = queries.places_of(work, draw)
    return [firm.name for place, firm in places if live.rank < place.rank <= last]


def _reason(award: Award) -> str:
    """Return what a firm wrote when it declined; other reasons are codes that the state says."""
    return award.reason or "" if award.state is AwardState.DECLINED else ""
