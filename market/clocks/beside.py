"""The clocks of one thing, for its own pages: whoever sees a contract finds all that times it."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from market.access import Permission
from market.clocks import kinds, queries, withheld
from market.clocks.kinds import ClockKind
from market.clocks.model import Clock
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Beside:
    """A clock and what it times."""

    clock: Clock
    kind: ClockKind


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
    found = work.session.scalars(select(Clock).where(*chosen).order_by(Clock.id)).all()
    hidden = withheld.events(work)
    for clock in found:
        if clock.subject in hidden:
            withheld.as_told(work, clock, queries.events_of(work, clock), hidden)
    return [Beside(clock, kinds.kind_of(clock.kind)) for clock in found]
