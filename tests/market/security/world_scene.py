"""What every part of the small market's past shares: its days, its item and its people."""

from datetime import date
from typing import Final

from market.clock import ManualClock, beijing
from market.demo.people import Registry
from market.demo.registrations import Enlistment
from market.demo.timeline import Timeline
from market.installation import Installation

PRESENT: Final = beijing(date(2026, 6, 10), 10)
BEGAN: Final = 52  # working days before the present
ITEM: Final = "ZJ-01-001-02"


class Scene:
    """Who is there. The parts of the past add what they do."""

    here: Installation
    clock: ManualClock
    registry: Registry
    enlistment: Enlistment
    timeline: Timeline
