"""What strangers are not told of clocks yet: a feature above says it here; clocks only ask.

Where experts judge without knowing whose work it is, that a contract's clock passed to the
reviewers would tell them (docs/adr/0089). The sides, who oversees, and the jobs know it; the log
and everybody else are told as soon as the experts are done.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm.attributes import set_committed_value

from market.access import Permission
from market.calendar import provisional_calendar
from market.clocks import kinds, replay
from market.clocks.counting import GRAINS, Ruler
from market.clocks.model import Clock, ClockEvent
from market.clocks.rules import ClockMove
from market.db import UnitOfWork

# By the subject of each clock: when the event happened that is withheld.
Withheld = Callable[[UnitOfWork], Mapping[str, datetime]]
PUBLIC: Final = "public"

# Keyed by where they come from: an application assembled twice provides everything once.
_PROVIDERS: Final[dict[tuple[str, str], Withheld]] = {}


def provide(function: Withheld) -> None:
    """Register who knows of events that strangers are not told yet."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def events(work: UnitOfWork) -> dict[str, datetime]:
    """Return what is withheld from the actor, if the actor is one from whom anything is."""
    actor = work.actor
    is_job = actor.user_id is None and actor.name != PUBLIC
    if is_job or Permission.OVERSIGHT_READ in actor.permissions:
        return {}
    return _everything(work)


def _everything(work: UnitOfWork) -> dict[str, datetime]:
    return {
        subject: at for function in _PROVIDERS.values() for subject, at in function(work).items()
    }


def public_due_at(work: UnitOfWork, clock: Clock, events: Sequence[ClockEvent]) -> datetime | None:
    """Return when a clock is due as everybody may know it, whoever acts: what the log is told."""
    at = _everything(work).get(clock.subject)
    return clock.due_at if at is None else _due_at(clock, _without(events, at))


def as_told(
    work: UnitOfWork, clock: Clock, events: Sequence[ClockEvent], hidden: Mapping[str, datetime]
) -> Sequence[ClockEvent]:
    """Return the events that the actor is told of; the clock says when it is due by them.

    Args:
        work: Who reads.
        clock: The clock.
        events: All of its events.
        hidden: As ``events`` gave it.
    """
    at = hidden.get(clock.subject)
    if at is None or work.actor.org_id in {clock.holder_org_id, clock.other_org_id}:
        return events
    told = _without(events, at)
    set_committed_value(clock, "due_at", _due_at(clock, told))  # read, never written
    return told


def _without(events: Sequence[ClockEvent], at: datetime) -> Sequence[ClockEvent]:
    """Return the events without the hand-over of that instant, and what was noted with it."""
    handed = [one for one in events if (one.kind, one.happened_at) == (ClockMove.HAND, at)]
    noted = [one for one in events if (one.kind, one.entered_at) == (ClockMove.ASK, at)]
    hidden = [*noted, *handed[-1:]]
    return [one for one in events if one not in hidden]


def _due_at(clock: Clock, told: Sequence[ClockEvent]) -> datetime | None:
    segments = replay.replay(told, clock.counts_from_at, replay.corrections_of(told))
    unit = kinds.kind_of(clock.kind).unit
    ruler, grains = Ruler(unit, provisional_calendar()), clock.limit_units * GRAINS[unit]
    return replay.reached_at(segments, clock.holder, grains, ruler)
