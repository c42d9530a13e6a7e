"""The machine's clock jumps, steps and goes back: one card for each stage, the same days (R14)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from market import log
from market.calendar import end_of
from market.clock import ManualClock, beijing
from market.clocks import jobs
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage
from tests.market.factories.clocks import a_clock
from tests.market.factories.many_clocks import dealt

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(milliseconds=1)
LADDER = list(CardStage)
# A clock of 10 working days that starts on Monday 2 March 2026, morning.
REACHED = (
    beijing(date(2026, 3, 12)),
    end_of(date(2026, 3, 16)),
    end_of(date(2026, 3, 19)),
    end_of(date(2026, 3, 30)),
)
AFTER = beijing(date(2026, 3, 31), 9)


class Jumping:
    """A machine's clock that somebody sets: forward, back, or while a sweep runs."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.step = timedelta()
        self.asked = count()

    def __call__(self) -> datetime:
        """Return the time; every other question is answered a step later, as NTP corrects."""
        return self.at + self.step * (next(self.asked) % 2)


def sweep_at(here, *instants):
    """Let the sweep run while the machine says one thing after another; it never says why."""
    jumping = Jumping(instants[0])
    machine = replace(here, clock=jumping)
    for jumping.at in instants:
        jobs.sweep(machine)


def state_of(here, timed):
    with here.sessions() as session:
        rows = session.scalars(select(Card).where(Card.clock_id == timed.clock_id)).all()
        clock = session.get_one(Clock, timed.clock_id)
        return {row.stage: row.reached_at for row in rows}, len(rows), clock.due_at


@pytest.mark.parametrize("rung", range(4))
def test_an_hour_forward_an_hour_back_and_a_day_back_deal_one_card(fast_here, clock, rung):
    timed, at = a_clock(fast_here), REACHED[rung]
    sweep_at(
        fast_here,
        at - HOUR, at + MOMENT, at - HOUR, at - DAY, at - MOMENT, at, at + HOUR, at - DAY, at + DAY,
    )  # fmt: skip
    found, number, _ = state_of(fast_here, timed)
    assert found == dict(zip(LADDER[: rung + 1], REACHED, strict=False))
    assert number == rung + 1


def test_nothing_is_dealt_in_the_last_millisecond_of_a_day(fast_here, clock):
    timed = a_clock(fast_here)
    sweep_at(fast_here, REACHED[1] - MOMENT)
    assert LADDER[1] not in state_of(fast_here, timed)[0]
    sweep_at(fast_here, REACHED[1])
    assert LADDER[1] in state_of(fast_here, timed)[0]


def test_a_step_while_the_sweep_runs(fast_here, clock):
    timed = [a_clock(fast_here) for _ in range(4)]
    for step in (HOUR, -HOUR, 3 * DAY, -DAY):
        jumping = Jumping(REACHED[1] + MOMENT)
        jumping.step = step
        for _ in range(3):
            jobs.sweep(replace(fast_here, clock=jumping))
    sweep_at(fast_here, AFTER)
    assert set(map(tuple, dealt(fast_here).values())) == {tuple(LADDER)}
    assert {state_of(fast_here, one)[1] for one in timed} == {4}
    log.sequence(replace(fast_here, clock=ManualClock(AFTER)))
    with fast_here.engine.connect() as connection:
        assert log.log_of(fast_here).verify(connection) == []


def test_the_leap_day_is_a_day(fast_here):
    early = replace(fast_here, clock=ManualClock(beijing(date(2024, 2, 27), 9)))
    timed = a_clock(early, limit=3)  # 28 and 29 February, 1 March
    sweep_at(early, end_of(date(2024, 2, 29)), end_of(date(2024, 3, 1)) - MOMENT)
    assert timed.stages() == LADDER[:1]
    sweep_at(early, end_of(date(2024, 3, 1)))
    assert state_of(early, timed)[0][CardStage.RED] == beijing(date(2024, 3, 2))


JUMPS = st.lists(
    st.builds(
        lambda at, step: at + step,
        st.sampled_from(REACHED),
        st.sampled_from([-DAY, -HOUR, -MOMENT, timedelta(), MOMENT, HOUR, DAY]),
    ),
    max_size=6,
)


@given(JUMPS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_machine_says_deadlines_stay_and_each_card_comes_once(fast_here, jumps):
    start = replace(fast_here, clock=ManualClock(beijing(date(2026, 3, 2), 9)))
    timed = a_clock(start)
    sweep_at(fast_here, *jumps, AFTER, *jumps)
    found, number, due_at = state_of(fast_here, timed)
    assert (found, number) == (dict(zip(LADDER, REACHED, strict=True)), 4)
    assert due_at == REACHED[1]
