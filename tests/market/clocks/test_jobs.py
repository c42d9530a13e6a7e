"""Cards: exactly one per clock and stage, at the second, however the sweep runs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, text

from market import sweeping
from market.calendar import default_calendar, end_of
from market.clock import beijing
from market.clocks import boards, dues, jobs, queries
from market.clocks.ladder import CAUSES
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage, Light, Party, SuspensionState
from market.db import unit_of_work
from tests.market.factories.clocks import a_clock

CALENDAR = default_calendar()
SECOND = timedelta(seconds=1)
LADDER = list(CardStage)
# A clock of 10 working days that starts on Monday 2 March 2026, morning.
REACHED = {
    CardStage.YELLOW: beijing(date(2026, 3, 12)),
    CardStage.RED: end_of(date(2026, 3, 16)),
    CardStage.SUPERVISE: end_of(date(2026, 3, 19)),
    CardStage.REFER: end_of(date(2026, 3, 30)),
}


def cards(here, clock_id):
    with here.sessions() as session:
        chosen = select(Card).where(Card.clock_id == clock_id).order_by(Card.id)
        return session.scalars(chosen).all()


@pytest.mark.parametrize("stage", LADDER)
def test_a_card_is_dealt_at_the_second_and_not_before(here, clock, stage):
    timed = a_clock(here)
    clock.move_to(REACHED[stage] - SECOND)
    jobs.sweep(here)
    assert timed.stages() == LADDER[: LADDER.index(stage)]
    clock.move_to(REACHED[stage])
    assert jobs.sweep(here) == 1
    dealt = cards(here, timed.clock_id)[-1]
    assert (dealt.stage, dealt.reached_at, dealt.issued_at) == (stage, clock(), clock())
    assert dealt.org_id == timed.firm.org_id


def test_a_sweep_every_minute_around_each_boundary_deals_each_card_once(fast_here, clock):
    timed = a_clock(fast_here)
    for at in REACHED.values():
        clock.move_to(at - timedelta(minutes=3))
        for _ in range(6):
            jobs.sweep(fast_here)
            jobs.sweep(fast_here)
            clock.advance(timedelta(minutes=1))
    assert timed.stages() == LADDER
    assert {c.stage: c.reached_at for c in cards(fast_here, timed.clock_id)} == REACHED
    assert timed.clock().next_check_at is None


def test_days_of_downtime_are_caught_up_rung_by_rung(here, clock):
    timed = a_clock(here)
    clock.move_to(end_of(date(2026, 4, 3)))
    assert jobs.sweep(here) == 4
    assert jobs.sweep(here) == 0
    dealt = cards(here, timed.clock_id)
    assert {c.stage: c.reached_at for c in dealt} == REACHED
    assert {c.issued_at for c in dealt} == {clock()}


def test_two_workers_at_once_deal_no_card_twice(here, clock):
    timed = [a_clock(here, limit=2 + n % 3) for n in range(6)]
    clock.move_to(end_of(date(2026, 4, 30)))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(jobs.sweep, [here, here]))
    assert sum(done) + jobs.sweep(here) == 4 * len(timed)
    assert all(t.stages() == LADDER for t in timed)


def test_a_clock_that_waits_for_the_owner_gets_no_card(here, clock):
    timed = a_clock(here)
    clock.move_to(REACHED[CardStage.RED] - SECOND)
    timed.hand_to(Party.OWNER)
    clock.move_to(end_of(date(2026, 4, 3)))
    jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW]


def test_a_second_too_late_is_late_even_if_no_sweep_saw_it(here, clock):
    timed = a_clock(here)
    clock.move_to(REACHED[CardStage.RED])
    timed.hand_to(Party.OWNER)
    assert timed.stages() == [CardStage.YELLOW, CardStage.RED]
    assert jobs.sweep(here) == 0


def test_rework_goes_on_where_the_firm_stopped(here, clock):
    timed = a_clock(here)
    clock.move_to(beijing(date(2026, 3, 18), 10))  # 12 of 10 days used
    timed.hand_to(Party.OWNER)
    clock.move_to(beijing(date(2026, 3, 25), 10))
    timed.hand_to(Party.FIRM)
    assert timed.clock().due_at == REACHED[CardStage.RED]
    clock.move_to(end_of(date(2026, 3, 26)) - SECOND)
    jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW, CardStage.RED]
    clock.move_to(end_of(date(2026, 3, 26)))  # the thirteenth: three days late in all
    jobs.sweep(here)
    assert timed.stages()[-1] is CardStage.SUPERVISE


def test_a_firm_that_used_its_last_day_has_the_day_of_the_return(here, clock):
    timed = a_clock(here)
    clock.move_to(beijing(date(2026, 3, 16), 23))
    timed.hand_to(Party.OWNER)
    clock.move_to(beijing(date(2026, 3, 18), 10))
    timed.hand_to(Party.FIRM)
    assert timed.clock().due_at == end_of(date(2026, 3, 18))
    jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW]


def test_supervised_clocks_are_listed_for_the_operator_while_they_are_open(here, clock):
    timed = a_clock(here)
    clock.move_to(REACHED[CardStage.REFER])
    jobs.sweep(here)
    with timed.work() as work:
        assert [card.stage for card, _ in queries.supervised(work)] == LADDER[2:]
    with here.sessions.begin() as session:
        session.get(Clock, timed.clock_id).state = "stopped"
    with timed.work() as work:
        assert queries.supervised(work) == []


def test_one_clock_that_cannot_be_settled_holds_up_no_other(fast_here, clock, caplog):
    broken, fine = a_clock(fast_here, limit=2), a_clock(fast_here, limit=3)
    with fast_here.sessions.begin() as session:
        session.get(Clock, broken.clock_id).regulation_id = "a-file-that-was-lost"
    clock.move_to(end_of(date(2026, 3, 20)))
    assert jobs.sweep(fast_here) > 0
    assert fine.stages()
    assert not broken.stages()
    assert f"clock {broken.clock_id} could not be done" in caplog.text


def test_batches_reach_every_clock(fast_here, clock, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    timed = [a_clock(fast_here, limit=3) for _ in range(5)]
    asking = [t.request(working_days=1) for t in timed]
    clock.move_to(end_of(date(2026, 4, 3)))
    jobs.sweep(fast_here)
    assert all(t.stages() == LADDER for t in timed)
    states = {t.suspension(s).state for t, s in zip(timed, asking, strict=True)}
    assert states == {SuspensionState.ESCALATED}


def test_every_stage_says_why():
    assert set(CAUSES) == set(CardStage)


HOT = {
    "due clocks": lambda work: dues.due_clocks(work, work.now, 100, (work.now, 5, 5)),
    "requests without an answer": lambda work: dues.due_suspensions(
        work, SuspensionState.REQUESTED, work.now, 100
    ),
    "suspensions that end": lambda work: dues.due_suspensions(
        work, SuspensionState.RUNNING, work.now, 100, (work.now, 5, 5)
    ),
    "board": lambda work: [
        boards.board(work, light=light, limit=50, offset=50) for light in [None, *Light]
    ],
    "counts": boards.count_board,
    "the operator's": queries.waiting_for_operator,
    "supervised": queries.supervised,
    "ours": queries.waiting_for_us,
    "of a subject": lambda work: queries.clock_of(work, "contract:1"),
}


def plans_of(here, actor, ask):
    """Run a query and return how the database went about each of its statements."""
    found = []
    with unit_of_work(here.sessions, actor, here.clock) as work:
        if sqlite := here.engine.dialect.name == "sqlite":
            explain = "EXPLAIN QUERY PLAN "
        else:
            explain = "EXPLAIN "
            work.session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = work.session.connection()

        def plan(_connection, cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT"):
                other = cursor.connection.cursor()
                other.execute(explain + statement, parameters)
                found.extend(str(row[3] if sqlite else row[0]) for row in other.fetchall())

        event.listen(connection, "before_cursor_execute", plan)
        ask(work)
        event.remove(connection, "before_cursor_execute", plan)
    return found


def test_no_hot_query_reads_a_whole_table(here):
    timed = a_clock(here)
    whole = ("SCAN clock", "SCAN suspension", "SCAN card", "Seq Scan on")
    for name, ask in HOT.items():
        plan = plans_of(here, timed.firm, ask)
        assert plan, name
        assert not [line for line in plan if line.strip(" ->").startswith(whole)], (name, plan)
