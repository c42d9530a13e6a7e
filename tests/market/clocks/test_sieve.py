"""What a notice moves among very many clocks: found at once, exactly as replaying each finds it."""

import random  # noqa: TID251 - histories for a test, no draw
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert

from market.calendar import Calendars, calendars_from, provisional_calendar
from market.calendar.csvfile import read_notice
from market.calendar.stored import calendars_with
from market.clock import beijing
from market.clocks import kinds, recounting
from market.clocks.counting import GRAINS, INSTANT, Ruler, starts_at
from market.clocks.kinds import PAYMENT, SERVICE
from market.clocks.model import Clock, ClockEvent
from market.clocks.replay import reached_at, replay
from market.clocks.rules import ClockState, Party
from market.db import Actor, reading_work
from market.holidays.rules import differences
from market.holidays.sources import Changed
from tests.lengths import length
from tests.market.clocks.oracle import HALF
from tests.market.factories.accounts import a_person
from tests.market.factories.holidays import an_amendment, the_notice_of_2027

NOTICE_2026 = "国办发明电〔2025〕7号"
NOW = beijing(date(2026, 6, 10), 10)
PARTIES = [Party.FIRM, Party.FIRM, *Party, None]
EDGES = (0, 0, 1, -1, 34_000_000_000)


@dataclass(frozen=True, slots=True)
class Happened:
    party: Party | None
    happened_at: datetime


def a_history(chance: random.Random) -> list[Happened]:
    """Return what happened until now: a start of the firm's, and most often nothing else."""
    at = min(NOW, beijing(date(2026, 1, 5)) + chance.randrange(320) * HALF)
    events = [Happened(Party.FIRM, at)]
    for _ in range(chance.choice((0, 0, 0, 1, 2, 4))):
        at = max(at, at + chance.randrange(1, 40) * HALF + chance.choice(EDGES) * INSTANT)
        if at <= NOW:
            events.append(Happened(chance.choice(PARTIES), at))
    return events


def due_of(row, events) -> datetime | None:
    """Return what replaying says by the calendar that is installed."""
    unit = kinds.kind_of(row["kind"]).unit
    grains = (row["agreed_units"] + row["extended_units"]) * GRAINS[unit]
    segments = replay(events, row["counts_from_at"])
    return reached_at(segments, Party.FIRM, grains, Ruler(unit, provisional_calendar()))


def some_clocks(here, chance: random.Random, count: int):
    """Store clocks with random histories; return each row with its events."""
    stories = [(a_history(chance), chance.randrange(1, 120)) for _ in range(count)]
    return stored(here, chance, stories)


def stored(here, chance: random.Random, stories):
    """Store clocks, each with what happened to it and its limit; return the rows with both."""
    org_id = a_person(here).organisation_id
    made = []
    for number, (events, limit) in enumerate(stories, 1):
        kind = chance.choice((SERVICE, SERVICE, PAYMENT)) if len(stories) > 1 else SERVICE
        row = {
            "id": 3 * number + 1000,
            "kind": kind.code,
            "subject": f"test:{number}",
            "number": f"CS-{number}",
            "title": "测试",
            "holder": Party.FIRM,
            "holder_org_id": org_id,
            "other_org_id": org_id,
            "agreed_units": limit,
            "extended_units": chance.choice((0, 0, 3)) if len(stories) > 1 else 0,
            "counts_from_at": starts_at(kind.start, events[0].happened_at, events[0].happened_at),
            "regulation_id": "platform-market-process-2024",
            "state": ClockState.STOPPED if number % 5 == 0 else ClockState.RUNNING,
            "version": 1,
        }
        row["due_at"] = due_of(row, events)
        made.append((row, events))
    with here.sessions.begin() as session:
        session.execute(insert(Clock), [row for row, _ in made])
        session.execute(
            insert(ClockEvent),
            [
                {
                    "clock_id": row["id"],
                    "kind": "hand",
                    "party": event.party,
                    "why": "",
                    "happened_at": event.happened_at,
                    "entered_at": event.happened_at,
                    "entered_by": "test",
                    "is_late": False,
                }
                for row, events in made
                for event in events
            ],
        )
    return made


def a_notice(chance: random.Random) -> Calendars:
    """Return the calendars after a notice that changes a few days of 2026, or fixes 2027."""
    if chance.randrange(5) == 0:
        return calendars_with([read_notice(the_notice_of_2027()).notice("this", "")])
    known = {n.document_number: n.id for n in provisional_calendar().notices}
    first = date(2026, 1, 12) + chance.randrange(200) * timedelta(days=1)
    days = {first + chance.randrange(6) * timedelta(days=1) for _ in range(chance.randrange(1, 4))}
    kinds_ = [(day.isoformat(), "上班" if day.weekday() > 4 else "放假") for day in sorted(days)]
    file = read_notice(an_amendment("调整9号", NOTICE_2026, 2026, *kinds_))
    return calendars_with([file.notice("this", known[NOTICE_2026])])


@pytest.mark.parametrize("seed", range(2))
def test_the_sieve_finds_exactly_what_replaying_each_clock_finds(here, clock, monkeypatch, seed):
    monkeypatch.setattr(recounting, "SPAN", 150)
    clock.move_to(NOW)
    chance = random.Random(seed)
    made = some_clocks(here, chance, length(500, 20_000))
    moved = 0
    for _ in range(12):
        after = a_notice(chance)
        days = differences(provisional_calendar(), after.provisional, years=range(2026, 2029))
        if days:
            moved += compare(here, made, after, Changed(days[0].on, days[-1].on))
    assert moved > 100  # or the notices moved next to nothing


def test_a_day_behind_the_due_date_counts_where_the_work_went_on(fast_here, clock):
    """Late by one day, that is taken away: then nothing was left, and the work was handed on."""
    clock.move_to(NOW)
    events = [
        Happened(Party.FIRM, beijing(date(2026, 3, 2), 9)),
        Happened(Party.OWNER, beijing(date(2026, 3, 11))),
        Happened(Party.FIRM, beijing(date(2026, 3, 20), 9)),
    ]
    made = stored(fast_here, random.Random(1), [(events, 5)])
    assert made[0][0]["due_at"] == beijing(date(2026, 3, 10))
    day = date(2026, 3, 10)
    known = {n.document_number: n.id for n in provisional_calendar().notices}
    file = read_notice(an_amendment("调整9号", NOTICE_2026, 2026, (day.isoformat(), "放假")))
    after = calendars_with([file.notice("this", known[NOTICE_2026])])
    assert compare(fast_here, made, after, Changed(day, day)) == 1


def compare(here, made, after: Calendars, changed: Changed) -> int:
    """Let both say what moves, and to when; return how many did."""
    found, last_id = [], 0
    with (
        reading_work(here.sessions, Actor("test"), here.clock) as work,
        calendars_from(lambda: after),
    ):
        while look := recounting.clocks(work, last_id, changed):
            found += look.moved
            last_id = look.last_id
        wanted = [
            (row["id"], due)
            for row, events in made
            if row["state"] is ClockState.RUNNING and (due := due_of(row, events)) != row["due_at"]
        ]
    assert found == wanted, changed
    return len(found)
