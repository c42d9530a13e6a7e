"""The board: every clock with what it says and how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true

from market.accounts.model import Organisation
from market.clocks import kinds, withheld
from market.clocks.card_rules import CardState
from market.clocks.ladder import is_eased
from market.clocks.model import Card, Clock, ClockEvent
from market.clocks.queries import OPEN_CLOCKS, Statement, is_readable, statement_of
from market.clocks.rules import CardStage, ClockState, Light, Party, light_of
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One clock on the board."""

    clock: Clock
    statement: Statement
    cards: tuple[Card, ...]
    holder_name: str
    running: Party | None = None
    is_eased: bool = False

    @property
    def kind(self) -> kinds.ClockKind:
        """What is timed."""
        return kinds.kind_of(self.clock.kind)

    @property
    def light(self) -> Light:
        """How the clock looks."""
        return light_of(self.clock.state, self.clock.next_stage)


def board(
    work: UnitOfWork,
    *,
    light: Light | None = None,
    among: ColumnElement[bool] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[BoardRow]:
    """Return clocks with what they say, those due first; without a light, all that are open.

    ``among`` is a condition by which a feature above shows only the clocks of its own reader.
    """
    rows = work.session.execute(
        select(Clock, Organisation.name)
        .join(Organisation, Organisation.id == Clock.holder_org_id)
        .where(*_on_board(light), true() if among is None else among)
        .order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)
        .limit(limit)
        .offset(offset)
    ).all()
    ids = [clock.id for clock, _ in rows]
    events = _events(work, ids)
    cards: dict[int, list[Card]] = {clock_id: [] for clock_id in ids}
    dealt = work.session.execute(
        select(Clock.id, Card)
        .join(Card, Card.clock_id == Clock.id)
        .where(Clock.id.in_(ids), Card.state != CardState.WITHDRAWN)
        .order_by(Card.id)
    )
    for clock_id, card in dealt:
        cards[clock_id].append(card)
    hidden = withheld.events(work)
    return [
        _row(work, c, name, withheld.as_told(work, c, events[c.id], hidden), tuple(cards[c.id]))
        for c, name in rows
    ]


def beside(work: UnitOfWork, numbers: Sequence[str]) -> list[BoardRow]:
    """Return the clocks of some numbers besides a service's that the actor may read, in order."""
    rows = work.session.execute(
        select(Clock, Organisation.name)
        .join(Organisation, Organisation.id == Clock.holder_org_id)
        .where(Clock.number.in_(numbers), Clock.kind != kinds.SERVICE.code, is_readable(work))
        .order_by(Clock.id)
    ).all()
    events = _events(work, [clock.id for clock, _ in rows])
    hidden = withheld.events(work)
    return [
        _row(work, clock, name, withheld.as_told(work, clock, events[clock.id], hidden), ())
        for clock, name in rows
    ]


def _events(work: UnitOfWork, ids: list[int]) -> dict[int, list[ClockEvent]]:
    found: dict[int, list[ClockEvent]] = {clock_id: [] for clock_id in ids}
    for event in work.session.scalars(
        select(ClockEvent).where(ClockEvent.clock_id.in_(ids)).order_by(ClockEvent.id)
    ):
        found[event.clock_id].append(event)
    return found


def _row(
    work: UnitOfWork, clock: Clock, name: str, events: Sequence[ClockEvent], cards: tuple[Card, ...]
) -> BoardRow:
    said = statement_of(clock, events, work.now)
    light = light_of(clock.state, clock.next_stage)
    return BoardRow(
        clock=clock,
        statement=said,
        cards=cards,
        holder_name=name,
        running=events[-1].party if events else None,
        is_eased=is_eased(clock, light, said.left, work.now),
    )


def count_board(work: UnitOfWork, *, among: ColumnElement[bool] | None = None) -> dict[Light, int]:
    """Return how many clocks there are of each light; those that are stopped are not counted."""
    rows = work.session.execute(
        select(Clock.state, Clock.next_stage, func.count())
        .where(*_on_board(None), true() if among is None else among)
        .group_by(Clock.state, Clock.next_stage)
    )
    counts = dict.fromkeys(Light, 0)
    for state, next_stage, number in rows:
        counts[light_of(state, next_stage)] += number
    return counts


def count_light(work: UnitOfWork, light: Light, *, among: ColumnElement[bool] | None = None) -> int:
    """Return how many clocks there are of one light."""
    chosen = [*_on_board(light), true() if among is None else among]
    return work.session.scalar(select(func.count(Clock.id)).where(*chosen)) or 0


def _on_board(light: Light | None) -> list[ColumnElement[bool]]:
    return [Clock.kind.in_(kinds.ladder_codes()), *_of_light(light)]


def _of_light(light: Light | None) -> list[ColumnElement[bool]]:
    running = Clock.state == ClockState.RUNNING
    match light:
        case None:
            return [Clock.state.in_(OPEN_CLOCKS)]
        case Light.GREEN:
            return [running, Clock.next_stage == CardStage.YELLOW]
        case Light.YELLOW:
            return [running, Clock.next_stage == CardStage.RED]
        case Light.RED:
            last = (CardStage.SUPERVISE, CardStage.REFER)
            return [running, or_(Clock.next_stage.in_(last), Clock.next_stage.is_(None))]
        case Light.SUSPENDED:
            return [Clock.state == ClockState.SUSPENDED]
        case Light.STOPPED:
            return [Clock.state == ClockState.STOPPED]
