"""Under which rules of extensions, late entries and reasons a clock stands."""

from typing import Final

from market import regulations
from market.clock import beijing_day
from market.clocks.model import Clock
from market.regulations import Regulation

SUBJECT: Final = "clock-times"


def times_of(clock: Clock) -> Regulation:
    """Return the rules that held when the clock began; a later rule never reaches back."""
    return regulations.in_force(SUBJECT, beijing_day(clock.counts_from_at))
