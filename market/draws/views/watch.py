"""What the operator's desk lists: draws by session, what blocks them, what is over, witnesses."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from market import witnessing
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import lists, queries, selfcheck
from market.draws.lists import Running
from market.draws.model import Draw
from market.draws.model_later import CallingOffOrder
from market.draws.queries import Block
from market.draws.rules import AwardState, DrawState, VoidReason
from market.draws.views.sessions import session_key
from market.duties import took
from market.installation import Installation
from market.labels import label_of
from market.web.errors import sentence_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One draw that is not over, with what it waits for.

    ``order`` was entered by one person and has to be carried out by another.
    """

    draw: Draw
    number: str
    title: str
    blocks: Sequence[Block]
    order: CallingOffOrder | None
    is_own_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSession:
    """The draws of one instant that are not over, and how many of that instant are."""

    at: datetime
    key: str
    rows: Sequence[DeskRow]
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOver:
    """A draw that is over: with its reason if it was called off, else with its first award."""

    draw: Draw
    number: str
    title: str
    at: datetime | None
    session: str
    reason: str
    firm: str
    state: AwardState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLight:
    """A witness on the desk: its state, and what is wrong in words."""

    light: witnessing.Light
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """How many of which witnesses have to sign; ``of`` counts witnesses, not groups of them."""

    name: str
    needed: int
    of: int
    is_plain: bool


def rows_of(work: UnitOfWork, here: Installation, running: Sequence[Running]) -> list[DeskRow]:
    """Return draws as the desk lists them."""
    orders = {row.draw.id: order for row, order in lists.to_be_called_off(work)}
    return [
        DeskRow(
            draw=row.draw,
            number=row.number,
            title=row.title,
            blocks=selfcheck.blocks_of(work, here, row.draw),
            order=(order := orders.get(row.draw.id)),
            is_own_order=order is not None and took(work, order.proposed_by_id),
        )
        for row in running
    ]


def sessions(
    work: UnitOfWork, rows: Sequence[DeskRow], on: Callable[[date], bool]
) -> list[DeskSession]:
    """Return the rows whose instant falls on a day that is asked for, by their instants."""
    grouped: dict[datetime, list[DeskRow]] = {}
    for row in rows:
        if on(beijing_day(row.draw.phi_at)):
            grouped.setdefault(row.draw.phi_at, []).append(row)
    over_at = _over_at(work, list(grouped))
    return [
        DeskSession(at=at, key=session_key(some[0].draw), rows=some, over=over_at[at])
        for at, some in sorted(grouped.items())
    ]


def _over_at(work: UnitOfWork, instants: Sequence[datetime]) -> Counter[datetime]:
    rows = work.session.execute(
        select(Draw.phi_at, func.count())
        .where(Draw.phi_at.in_(instants), Draw.state.in_((DrawState.DRAWN, DrawState.VOID)))
        .group_by(Draw.phi_at)
    )
    return Counter({at: number for at, number in rows})  # noqa: C416 - rows are no pairs


def over(work: UnitOfWork) -> list[DeskOver]:
    """Return the draws that are over of late, the latest first."""
    return [_over(work, row) for row in lists.over(work)]


def _over(work: UnitOfWork, row: Running) -> DeskOver:
    draw = row.draw
    awards = queries.awards_of(work, draw) if draw.state is DrawState.DRAWN else ()
    last = awards[-1] if awards else None
    return DeskOver(
        draw=draw,
        number=row.number,
        title=row.title,
        at=draw.voided_at or draw.drawn_at,
        session=session_key(draw),
        reason=label_of(VoidReason(draw.void_reason)).text if draw.void_reason else "",
        firm=queries.firm_of(work, last.firm_id).name if last else "",
        state=last.state if last else None,
    )


def lights(work: UnitOfWork, here: Installation) -> list[DeskLight]:
    """Return how it stands with each witness."""
    return [
        DeskLight(light=light, fault=sentence_of(light.fault) if light.fault else "")
        for light in witnessing.lights(work, here)
    ]


def quorum(here: Installation) -> Quorum | None:
    """Return how many witnesses have to sign a list; None if the policy asks for none.

    A policy may make groups of groups; then only the name of the quorum says it all.
    """
    if not witnessing.required(here):
        return None
    policy = witnessing.policy(here)
    names = {one.name for one in policy.witnesses}
    group = next((one for one in policy.groups if one.name == policy.quorum), None)
    if group is None:  # The quorum is one witness by its name.
        return Quorum(name=policy.quorum, needed=1, of=1, is_plain=False)
    return Quorum(
        name=group.name,
        needed=group.threshold,
        of=len(group.members),
        is_plain=names.issuperset(group.members),
    )
