"""A session whose drand round is in the vectors: what tests of mode A share."""

import json
from datetime import date, timedelta
from pathlib import Path

from market.clock import beijing
from market.draws import jobs
from market.needs.rules import Timetable
from tests.market.factories.draws import a_checked_need, enrol, publish

VECTORS = json.loads(Path("tests/vectors/drand-quicknet.json").read_text("utf-8"))
BEACONS = {beacon["round"]: bytes.fromhex(beacon["signature"]) for beacon in VECTORS["beacons"]}
ROUND = 32398885
SIGNATURE = BEACONS[ROUND]
EVENING = date(2026, 9, 21)
# The round comes at this second.
PHI_AT = beijing(EVENING, 22, 13) + timedelta(seconds=39)


def timetable_of(clock) -> Timetable:
    """Return the timetable of a session whose round is in the vectors."""
    return Timetable(
        enrol_open_at=clock(),
        enrol_close_at=beijing(EVENING, 21, 30),
        freeze_by_at=beijing(EVENING, 21, 35),
        reveal_by_at=beijing(EVENING, 21, 45),
        phi_at=PHI_AT,
        result_by_at=PHI_AT + timedelta(minutes=10),
    )


def a_frozen_draw_of_mode_a(city, **differences):
    """Return a draw of the city that will wait for the round."""
    city.clock.move_to(beijing(date(2026, 9, 14), 9))
    draw = publish(city, a_checked_need(city, mode="A", **differences), timetable_of(city.clock))
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)
