"""What the big screen shows, and the small public state by which it learns that it must change."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from flask import Response, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws import places, protocol, queries
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.places import PlaceRow
from market.draws.redrawn import Redrawn, redrawn
from market.draws.rules import DrawMode, DrawState, ReplacementState, VoidReason
from market.draws.taking_part import Contribution, contributions
from market.draws.values import Value, grouped, value_of
from market.firms.model import Firm
from market.labels import label_of
from market.needs.model import Need, Notice

# What fits on a screen of a hall; the page has them all.
MOST_ROWS: Final = 24
MOST_DRAWS: Final = 60
HASH_GROUP: Final = 4


class Phase(StrEnum):
    """What a hall waits for, or looks at."""

    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"
    WAITING = "waiting"
    DRAWN = "drawn"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A firm that was selected or called to a vacant place, and what became of it."""

    firm: Firm
    award: Award
    follows: bool

    @property
    def has_left(self) -> bool:
        """Whether the firm does not have its place any more."""
        return self.award.state not in queries.LIVE_AWARDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One draw as a big screen shows it."""

    draw: Draw
    number: str
    title: str
    owner: str
    phase: Phase
    enrolled: int
    listed: int
    list_root: str
    value: Value
    rows: Sequence[PlaceRow]
    contributions: Sequence[Contribution]
    ended: str
    called: Sequence[Called]
    replacing_at: datetime | None
    redrawn: Sequence[Redrawn]

    @property
    def target_at(self) -> datetime | None:
        """The instant to count down to."""
        match self.phase:
            case Phase.OPEN:
                return self.draw.enrol_close_at
            case Phase.CLOSED:
                return self.draw.freeze_by_at
            case Phase.FROZEN:
                return self.draw.phi_at
            case Phase.WAITING | Phase.DRAWN | Phase.VOID:
                return None

    @property
    def root_groups(self) -> Sequence[str]:
        """The root of the list, to be read from afar."""
        return grouped(self.list_root, HASH_GROUP)

    @property
    def is_vacant(self) -> bool:
        """Whether a place of the result is nobody's now."""
        return sum(not one.has_left for one in self.called) < self.draw.places

    @property
    def more(self) -> int:
        """How many firms the screen leaves out."""
        return max(0, self.listed - len(self.rows))


def phase_of(draw: Draw, now: datetime) -> Phase:
    """Return what there is to see of a draw at an instant."""
    match draw.state:
        case DrawState.OPEN:
            return Phase.OPEN if now < draw.enrol_close_at else Phase.CLOSED
        case DrawState.CLOSED:
            return Phase.CLOSED
        case DrawState.FROZEN:
            return Phase.FROZEN if now < draw.phi_at else Phase.WAITING
        case DrawState.DRAWN:
            return Phase.DRAWN
        case DrawState.VOID:
            return Phase.VOID


def stage_of(work: UnitOfWork, draw: Draw, *, most_rows: int = MOST_ROWS) -> Stage:
    """Return one draw as a big screen shows it."""
    number, title, owner = work.session.execute(
        select(Notice.number, Need.title, Organisation.name)
        .join(Need, Need.id == Notice.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .where(Notice.id == draw.notice_id)
    ).one()
    is_listed = draw.state in {DrawState.FROZEN, DrawState.DRAWN}
    reason = label_of(VoidReason(draw.void_reason)).text if draw.void_reason else ""
    return Stage(
        draw=draw,
        number=number,
        title=title,
        owner=owner,
        phase=phase_of(draw, work.now),
        enrolled=queries.enrolment_counts(work, draw).total(),
        listed=places.count_of(work, draw) if is_listed else 0,
        list_root=queries.freeze_entry(work, draw).list_root if is_listed else "",
        value=value_of(work, draw),
        rows=places.rows_of(work, draw, limit=most_rows) if is_listed else (),
        contributions=contributions(work, draw),
        ended=reason,
        called=_called(work, draw),
        replacing_at=_replacing_at(work, draw),
        redrawn=redrawn(work, draw),
    )


def _called(work: UnitOfWork, draw: Draw) -> Sequence[Called]:
    """Return whom the draw selected, and after them who followed those who left."""
    rows = work.session.execute(
        select(Award, Firm)
        .join(Firm, Firm.id == Award.firm_id)
        .where(Award.draw_id == draw.id)
        .order_by(Award.id)
    )
    return [
        Called(firm=firm, award=award, follows=award.rank > draw.places) for award, firm in rows
    ]


def _replacing_at(work: UnitOfWork, draw: Draw) -> datetime | None:
    """Return when the next replacement is drawn afresh, if one is."""
    return work.session.scalar(
        select(func.min(Replacement.phi_at)).where(
            Replacement.draw_id == draw.id,
            Replacement.wanted,
            Replacement.state.in_((ReplacementState.WAITING, ReplacementState.WITNESSED)),
        )
    )


def draws_at(work: UnitOfWork, at: datetime) -> Sequence[Draw]:
    """Return the draws whose last value comes at one instant."""
    return work.session.scalars(
        select(Draw).where(Draw.phi_at == at).order_by(Draw.id).limit(MOST_DRAWS)
    ).all()


def state_of(stage: Stage) -> dict[str, Any]:
    """Return the public state of a draw: what a screen, or anybody's program, follows."""
    draw = stage.draw
    times = {
        "enrol_close": draw.enrol_close_at,
        "freeze_by": draw.freeze_by_at,
        "reveal_by": draw.reveal_by_at,
        "phi": draw.phi_at,
        "result_by": draw.result_by_at,
    }
    done = {"closed": draw.closed_at, "frozen": draw.frozen_at, "drawn": draw.drawn_at}
    return {
        "notice": stage.number,
        "draw": draw.draw_hash,
        "mode": draw.mode,
        "demonstration": draw.mode is DrawMode.D1,
        "state": draw.state,
        "phase": stage.phase,
        "enrolled": stage.enrolled,
        "listed": stage.listed,
        "list_root": stage.list_root or None,
        "revealed": sum(one.revealed_at is not None for one in stage.contributions),
        "phi": stage.value.has_arrived,
        "proofs": sum(bool(holder.proof) for holder in stage.value.holders),
        "seed": draw.seed,
        "order": [row.code for row in stage.rows if row.rank is not None and row.role],
        "awards": [one.award.state for one in stage.called],
        "replacing": stage.replacing_at is not None,
        "times": {name: protocol.unix(at) for name, at in times.items()},
        "done": {name: protocol.unix(at) if at else None for name, at in done.items()},
    }


def answer(state: object, now: datetime) -> BaseResponse:
    """Return a state as JSON that a cache may hold for a second; unchanged it costs 304.

    The server's time is in a header of every answer: it is not part of what can change.
    """
    body = json.dumps(state, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    response = Response(body, content_type="application/json; charset=utf-8")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, max-age=1"
    response.headers["Server-Time"] = f"{now.timestamp():.3f}"
    return response.make_conditional(request)
