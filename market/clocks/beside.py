"""The clocks of one thing, for its own pages: whoever sees a contract finds all that times it."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from market.access import Permission
from market.clocks import kinds
from market.clocks.kinds import ClockKind
from market.clocks.ladder import is_eased
from market.clocks.model import Clock
from market.clocks.queries import Statement, events_of, statement_of
from market.clocks.rules import Light, Party, light_of
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Beside:
    """A clock, what it times, and what it says, as its own page does."""

    clock: Clock
    kind: ClockKind
    said: Statement
    running: Party | None
    light: Light | None
    is_eased: bool


def numbered(work: UnitOfWork, number: str, *, without: int | None = None) -> list[Beside]:
    """Return the clocks under a public number that the actor may read, the oldest first.

    ``without`` is the id of one that the page shows anyway.
    """
    chosen = [Clock.number == number]
    if Permission.OVERSIGHT_READ not in work.actor.permissions:
        org_id = work.actor.org_id
        ours = or_(Clock.holder_org_id == org_id, Clock.other_org_id == org_id)
        chosen.append(or_(Clock.kind.in_(kinds.public_codes()), ours))
    if without is not None:
        chosen.append(Clock.id != without)
    found = work.session.scalars(select(Clock).where(*chosen).order_by(Clock.id))
    return [_beside(work, clock) for clock in found]


def _beside(work: UnitOfWork, clock: Clock) -> Beside:
    kind, events = kinds.kind_of(clock.kind), events_of(work, clock)
    said = statement_of(clock, events, work.now)
    light = light_of(clock.state, clock.next_stage) if kind.ladder else None
    return Beside(
        clock=clock,
        kind=kind,
        said=said,
        running=events[-1].party if events else None,
        light=light,
        is_eased=light is not None and is_eased(clock, light, said.left, work.now),
    )
