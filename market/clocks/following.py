"""What goes along with a clock: features say it here; clocks only tell.

A milestone's clock takes its accounts from the service's, and its row the day from its clock
(docs/adr/0092). It is done in the transaction that moves the clock.
"""

from collections.abc import Callable
from typing import Final, Protocol

from market.clocks.kinds import ClockKind
from market.clocks.model import Clock, ClockEvent
from market.db import UnitOfWork

AfterPlan = Callable[[UnitOfWork, Clock], object]


class AfterEvent(Protocol):
    """What is done after an event; ``told``: whether the log, and so everybody, is told of it."""

    def __call__(self, work: UnitOfWork, clock: Clock, event: ClockEvent, /, *, told: bool) -> None:
        """Do it."""


_MOVED: Final[dict[str, AfterEvent]] = {}
_PLANNED: Final[dict[str, AfterPlan]] = {}


def provide_moved(kind: ClockKind, function: AfterEvent) -> None:
    """Register what is done once an event was added to a clock of a kind."""
    _MOVED[kind.code] = function


def provide_planned(kind: ClockKind, function: AfterPlan) -> None:
    """Register what is done once it was worked out anew when a clock of a kind is due."""
    _PLANNED[kind.code] = function


def tell_moved(work: UnitOfWork, clock: Clock, event: ClockEvent, *, told: bool) -> None:
    """Let what goes along with a clock know of an event, and whether it is told."""
    if clock.kind in _MOVED:
        _MOVED[clock.kind](work, clock, event, told=told)


def planned_kinds() -> frozenset[str]:
    """Return the kinds of clocks with which something goes along that has the day from them."""
    return frozenset(_PLANNED)


def tell_planned(work: UnitOfWork, clock: Clock) -> None:
    """Let what goes along with a clock know when it is due."""
    if clock.kind in _PLANNED:
        _PLANNED[clock.kind](work, clock)
