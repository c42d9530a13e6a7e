"""R16: many clocks with random histories, suspensions included, against a walk day by day."""

import random  # noqa: TID251 - stories for a test, no draw
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from market.calendar import default_calendar
from market.clock import beijing
from market.clocks.counting import INSTANT, Ruler, StartRule, Unit, starts_at
from market.clocks.replay import accounts, elapsed, reached_at, replay
from market.clocks.rules import Party
from tests.lengths import length
from tests.market.clocks.oracle import HALF, walked

CALENDAR = default_calendar()
RULERS = {unit: Ruler(unit, CALENDAR) for unit in Unit}
UNITS = [unit for unit in Unit if unit is not Unit.HOUR]
RULES = [StartRule.DAY_AFTER, StartRule.AT_ONCE]
FIRST = beijing(date(2024, 1, 5))  # what is asked for lies up to three days before
# Suspensions hand the time to the party that is responsible; nobody's time is a stop.
PARTIES = [Party.FIRM, Party.FIRM, Party.FIRM, *Party, None]
EDGES = (0, 0, 1, -1, 34_000_000_000)


@dataclass(frozen=True, slots=True)
class Happened:
    party: Party | None
    happened_at: datetime


def a_history(chance: random.Random) -> list[Happened]:
    """Return events at noon, at 0:00 sharp, a microsecond beside it, or during the day."""
    at = FIRST + chance.randrange(1_700) * HALF + chance.choice(EDGES) * INSTANT
    events = [Happened(Party.FIRM, at)]
    for _ in range(chance.randrange(5)):
        step = chance.randrange(1, 12) * HALF + chance.choice(EDGES) * INSTANT
        at = max(at, at + step)
        events.append(Happened(chance.choice(PARTIES), at))
    return events


@pytest.mark.long
def test_random_clocks_say_what_a_walk_finds():
    chance = random.Random(20260302)
    for _ in range(length(20_000, 1_000_000)):
        events, unit, rule = a_history(chance), chance.choice(UNITS), chance.choice(RULES)
        ruler, counts_from = RULERS[unit], starts_at(rule, events[0].happened_at, None)
        segments = replay(events, counts_from)
        until_at = events[-1].happened_at + chance.randrange(-6, 10) * HALF
        said = accounts(segments, until_at, ruler)
        story = (unit, rule, events, until_at)
        assert said == walked(events, unit, rule, until_at, CALENDAR), story
        assert sum(said.values()) == elapsed(segments, until_at, ruler), story
        limit = chance.randrange(1, 12)
        due_at = reached_at(segments, Party.FIRM, limit, ruler)
        assert (due_at is None) is (events[-1].party is not Party.FIRM), story
        if due_at is not None and due_at > events[-1].happened_at:
            used = walked(events, unit, rule, due_at - INSTANT, CALENDAR)[Party.FIRM]
            assert used == limit or (unit is Unit.CALENDAR_DAY and used > limit), story
