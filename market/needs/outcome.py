"""What the draw of a need led to, as its owner is told. Draws provide it; needs only ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.db import UnitOfWork
from market.needs.model import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Who has the place, until when, and who would be next.

    ``firm`` is empty while nobody has it; then ``next_at`` is when the value comes that decides
    who takes it, or None if nobody will. ``state`` has a label. ``gone`` are those who had the
    place, each with how it lost it and why. ``paused_days`` are the working days of its publicity
    that are left while it stands still.
    """

    firm: str = ""
    code: str = ""
    award_number: str = ""
    state: StrEnum | None = None
    publicity_ends_at: datetime | None = None
    paused_days: int | None = None
    answer_by_at: datetime | None = None
    sign_by_at: datetime | None = None
    alternates: Sequence[str] = ()
    drawn_afresh: bool = False
    next_at: datetime | None = None
    gone: Sequence[tuple[str, StrEnum, str]] = ()


Provider = Callable[[UnitOfWork, Need], Outcome | None]

# Keyed by where they come from: an application assembled twice provides everything once.
_PROVIDERS: dict[tuple[str, str], Provider] = {}


def provide(function: Provider) -> None:
    """Register who knows what the draw of a need led to."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def outcome_of(work: UnitOfWork, need: Need) -> Outcome | None:
    """Return what the draw of a need led to; None while there is no result."""
    found = (function(work, need) for function in _PROVIDERS.values())
    return next((one for one in found if one is not None), None)
