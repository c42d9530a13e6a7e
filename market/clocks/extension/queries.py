"""Finding extensions of clocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from market.clocks.extension.model import Extension
from market.clocks.extension.rules import ExtensionState, cap_of
from market.clocks.model import Clock
from market.clocks.rules import ClockState
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.sweeping import Due, due_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How far a clock may be extended, and how far it has been."""

    most_times: int
    times: int
    cap: int
    used: int

    @property
    def left(self) -> int:
        """Working days that may still be agreed."""
        return self.cap - self.used if self.times < self.most_times else 0


def room_of(work: UnitOfWork, clock: Clock) -> Room:
    """Return how far a clock may be extended, by the rules under which it began."""
    rules = times_of(clock)
    granted = [one for one in of_clock(work, clock) if one.state is ExtensionState.GRANTED]
    return Room(
        most_times=rules.integer("extension.most_times"),
        times=len(granted),
        cap=cap_of(clock.agreed_units, rules.integer("extension.cap_percent_of_limit")),
        used=sum(one.working_days for one in granted),
    )


def of_clock(work: UnitOfWork, clock: Clock) -> Sequence[Extension]:
    """Return the requests to extend a clock, the latest first."""
    return work.session.scalars(
        select(Extension).where(Extension.clock_id == clock.id).order_by(Extension.id.desc())
    ).all()


def one_of(work: UnitOfWork, clock: Clock, extension_id: int) -> Extension:
    """Return one request to extend this clock. The clock's lock is the request's as well."""
    found = work.session.scalar(
        select(Extension).where(Extension.id == extension_id, Extension.clock_id == clock.id)
    )
    if found is None:
        raise MissingError
    return found


def waiting_for_us(work: UnitOfWork) -> list[tuple[Extension, Clock]]:
    """Return the requests of the other side that the actor's organisation may still answer."""
    org_id = work.actor.org_id
    rows = work.session.execute(
        select(Extension, Clock)
        .join(Clock, Clock.id == Extension.clock_id)
        .where(
            Extension.state == ExtensionState.REQUESTED,
            Extension.answer_by_at > work.now,
            Clock.state != ClockState.STOPPED,
            Extension.requested_by_org_id != org_id,
            or_(Clock.holder_org_id == org_id, Clock.other_org_id == org_id),
        )
        .order_by(Extension.id)
    )
    return [(one, clock) for one, clock in rows]


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the requests whose time to be answered is over, the earliest first."""
    return due_rows(
        work,
        Extension.next_check_at,
        Extension.id,
        Extension.state == ExtensionState.REQUESTED,
        after=after,
        limit=limit,
    )
