"""Draws of a feature above that wait for rounds of the same beacon: it registers what it knows.

A round serves every draw. Who fetches it, and who carries it in by hand, asks here as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from market.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDraw:
    """A draw of mode A with a frozen list; ``waits`` once its instant has come."""

    number: str
    title: str
    round: int
    phi_at: datetime
    waits: bool
    endpoint: str


class Others(Protocol):
    """What a feature above knows of its own draws."""

    def frozen(self, work: UnitOfWork) -> Sequence[OtherDraw]:
        """Return its draws that wait for a round now or later, the next due first."""

    def wake(self, work: UnitOfWork, round_number: int) -> int:
        """Let the worker look at the draws of a round at once; return how many there are."""


_OTHERS: Final[list[Others]] = []


def provide(others: Others) -> None:
    """Take what knows of draws elsewhere."""
    if others not in _OTHERS:
        _OTHERS.append(others)


def frozen(work: UnitOfWork) -> list[OtherDraw]:
    """Return the draws elsewhere that wait for a round now or later, the next due first."""
    found = [one for others in _OTHERS for one in others.frozen(work)]
    return sorted(found, key=lambda one: (one.phi_at, one.number))


def waiting(work: UnitOfWork) -> list[OtherDraw]:
    """Return the draws elsewhere whose round has come and is missing."""
    return [one for one in frozen(work) if one.waits]


def wake(work: UnitOfWork, round_number: int) -> int:
    """Let the worker look at the draws of a round at once; return how many there are."""
    return sum(others.wake(work, round_number) for others in _OTHERS)
