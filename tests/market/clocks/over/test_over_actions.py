"""The cause of a suspension is over: who says so, who decides, and whose the days are then."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.calendar import end_of
from market.clock import beijing
from market.clocks import actions as clocks
from market.clocks import jobs
from market.clocks import queries as clock_queries
from market.clocks.errors import (
    AnswerEarlyError,
    AnswerLateError,
    AskedAgainError,
    NoAnswerError,
    NoGroundsError,
)
from market.clocks.over import actions, queries
from market.clocks.over.errors import NoFactsError, OverOpenError
from market.clocks.over.model import SuspensionOver
from market.clocks.over.rules import DayError, IllegalOverMoveError, OverState
from market.clocks.rules import (
    CardStage,
    ClockState,
    IllegalClockMoveError,
    Party,
    SuspensionState,
)
from market.errors import MissingError
from market.messages.model import Message
from tests.market.factories.clocks import a_clock

SECOND = timedelta(seconds=1)
WHY = "场地已于当日移交，见移交单第 3 号。"


def on(month, day, hour=9):
    return beijing(date(2026, month, day), hour)


@pytest.fixture
def stood(here, clock):
    """A clock of ten days, begun on Monday 2 March, that stands since the 3rd for six days."""
    timed = a_clock(here)
    clock.move_to(on(3, 3))
    request = timed.request(working_days=6)
    timed.answer(request)
    return timed, request


def declare(stood, day=4, actor=None, why=WHY):
    timed, request = stood
    with timed.work(actor or timed.owner) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        asked = clock_queries.suspension(work, one, request)
        return actions.declare(work, one, asked, date(2026, 3, day), why).id


def answer(timed, over_id, actor=None, *, agree=True, words="情况属实，同意。"):
    with timed.work(actor or timed.firm) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        actions.answer(work, one, over_id, agree=agree, words=words)


def decide(timed, over_id, *, agree=True, words="移交单有双方签字。"):
    with timed.work(timed.operator) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        actions.decide(work, one, over_id, agree=agree, words=words)


def state_of(timed, over_id):
    with timed.work() as work:
        return work.session.get_one(SuspensionOver, over_id).state


def used(timed):
    said = timed.statement()
    assert sum(said.accounts.values()) == said.elapsed
    return said.accounts[Party.FIRM], said.accounts[Party.OWNER]


def test_what_the_firm_agrees_to_lets_its_time_run_since_the_declared_day(stood, clock):
    timed, request = stood
    clock.move_to(on(3, 5))
    one = declare(stood)
    assert timed.clock().state is ClockState.SUSPENDED
    assert used(timed) == (1, 2)  # Nothing has changed yet: 3 March | 4, 5.
    clock.move_to(on(3, 6))
    answer(timed, one)
    assert (state_of(timed, one), timed.clock().state) == (OverState.GRANTED, ClockState.RUNNING)
    assert used(timed) == (3, 1)  # 3, 5, 6 March | 4.
    ended = timed.suspension(request)
    assert (ended.state, ended.until_on) == (SuspensionState.ENDED, date(2026, 3, 4))
    assert timed.clock().due_at == end_of(date(2026, 3, 17))
    with timed.work() as work:
        assert clock_queries.used_by_suspensions(work, timed.clock()) == 1


def test_the_same_days_are_used_as_if_the_firm_had_resumed_by_itself(here, clock, stood):
    timed, _ = stood
    other = a_clock(here)
    clock.move_to(on(3, 3, 10))
    request = other.request(working_days=6)
    other.answer(request)
    clock.move_to(on(3, 5))
    one = declare(stood)
    other.resume(request, happened_at=end_of(date(2026, 3, 4)))
    clock.move_to(on(3, 6))
    answer(timed, one)
    clock.move_to(on(3, 10))
    assert used(timed)[1] == used(other)[1] == 1


def test_silence_is_left_to_the_operator_and_no_day_is_lost_by_it(stood, clock):
    timed, _ = stood
    clock.move_to(on(3, 5))
    one = declare(stood)  # The firm has until the end of 9 March.
    with pytest.raises(AnswerEarlyError) as early:
        decide(timed, one)
    assert "2026-03-10 00:00" in str(early.value.facts)
    clock.move_to(on(3, 10, 0) - SECOND)
    jobs.sweep(timed.here)
    assert state_of(timed, one) is OverState.DECLARED
    clock.move_to(on(3, 10, 0))
    with pytest.raises(AnswerLateError):
        answer(timed, one)  # The sweep has not been here yet: late is late.
    assert jobs.sweep(timed.here) == 1
    assert jobs.sweep(timed.here) == 0
    assert state_of(timed, one) is OverState.ESCALATED
    with pytest.raises(AnswerLateError):
        answer(timed, one)
    with timed.work(timed.operator) as work:
        assert [row[0].id for row in queries.waiting_for_operator(work)] == [one]
    clock.move_to(on(3, 11))
    decide(timed, one)
    assert used(timed) == (6, 1)  # 3, 5, 6, 9, 10, 11 March | 4.


def test_a_dispute_is_left_to_the_operator_at_once(stood, clock):
    timed, _ = stood
    clock.move_to(on(3, 4))
    one = declare(stood)
    with pytest.raises(NoAnswerError):
        answer(timed, one, agree=False, words="不")
    answer(timed, one, agree=False, words="移交的场地不全。")
    assert state_of(timed, one) is OverState.ESCALATED
    for agree in (True, False):
        with pytest.raises(NoGroundsError):
            decide(timed, one, agree=agree, words="是")
    decide(timed, one, agree=False, words="移交单没有双方签字。")
    assert (state_of(timed, one), timed.clock().state) == (OverState.REFUSED, ClockState.SUSPENDED)
    with pytest.raises(IllegalOverMoveError):
        decide(timed, one)
    clock.move_to(on(3, 6))
    assert used(timed) == (1, 3)


@pytest.mark.parametrize("then", ["runs", "checked", "stopped"])
def test_what_is_decided_after_the_end_moves_the_days_until_then_and_no_others(
    here, stood, clock, then
):
    timed, request = stood
    clock.move_to(on(3, 11))
    one = declare(stood, day=6)
    answer(timed, one, agree=False, words="移交的场地不全。")
    clock.move_to(on(3, 12, 0))
    jobs.sweep(here)
    assert timed.suspension(request).state is SuspensionState.ENDED
    clock.move_to(on(3, 12))
    if then == "checked":
        timed.hand_to(Party.OWNER)  # The owner's own time: it stays the owner's.
    if then == "stopped":
        with timed.work() as work:
            clocks.stop(work, clock_queries.by_id(work, timed.clock_id), "验收")
    clock.move_to(on(3, 16))
    before, state = used(timed), timed.clock().state
    assert before == {"runs": (4, 6), "checked": (2, 8), "stopped": (2, 6)}[then]
    decide(timed, one)
    firm, owner = before
    assert used(timed) == (firm + 3, owner - 3)  # 9, 10 and 11 March.
    assert timed.clock().state is state
    with timed.work() as work:
        entries = b"".join(
            work.session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        )
    assert b"clock.corrected.v1" in entries
    assert b"suspension.over-answered.v1" in entries


def test_cards_that_were_due_since_the_declared_day_are_dealt_when_it_is_granted(here, clock):
    timed = a_clock(here, limit=6)
    clock.move_to(on(3, 3))
    request = timed.request(working_days=6)
    timed.answer(request)
    clock.move_to(on(3, 4))
    one = declare((timed, request), day=3)
    answer(timed, one, agree=False, words="移交的场地不全。")
    clock.move_to(on(3, 11))
    assert timed.stages() == []
    decide(timed, one)
    assert timed.stages() == [CardStage.YELLOW, CardStage.RED]


def test_only_the_side_that_did_not_ask_declares_and_only_while_it_stands(stood, clock):
    timed, _ = stood
    clock.move_to(on(3, 5))
    for actor in (timed.firm, timed.operator):
        with pytest.raises(MissingError):
            declare(stood, actor=actor)
    with pytest.raises(NoFactsError):
        declare(stood, why="给了")
    one = declare(stood)
    with pytest.raises(OverOpenError):
        declare(stood)
    for actor in (timed.owner, timed.operator):
        with pytest.raises(MissingError):
            answer(timed, one, actor)
    with timed.work(timed.firm) as work:
        assert [row[0].id for row in queries.waiting_for_us(work)] == [one]
    with timed.work(timed.owner) as work:
        assert queries.waiting_for_us(work) == []
    answer(timed, one)
    with pytest.raises(IllegalOverMoveError):
        answer(timed, one)
    with pytest.raises(IllegalClockMoveError):
        declare(stood, day=5)


def test_the_day_lies_after_what_is_recorded_and_not_too_long_ago(here, stood, clock):
    timed, _ = stood
    clock.move_to(on(3, 5))
    for day in (2, 6):
        with pytest.raises(DayError) as refused:
            declare(stood, day=day)
        assert refused.value.facts == {"first": "2026-03-03", "last": "2026-03-05"}
    clock.move_to(on(3, 11))  # Five working days back, as any late entry.
    with timed.work() as work:
        first_on = queries.first_day(work, timed.clock())
    with pytest.raises(DayError):
        declare(stood, day=first_on.day - 1)
    assert declare(stood, day=first_on.day)


def test_a_declaration_that_was_refused_twice_waits(stood, clock):
    timed, _ = stood
    clock.move_to(on(3, 3, 15))
    for _ in range(2):
        one = declare(stood, day=3)
        answer(timed, one, agree=False, words="移交的场地不全。")
        decide(timed, one, agree=False, words="移交单没有双方签字。")
    with pytest.raises(AskedAgainError) as refused:
        declare(stood, day=3)
    assert refused.value.facts == {"times": 2, "at": "2026-03-11 00:00"}
    clock.move_to(on(3, 11, 0))
    assert declare(stood, day=10)


def test_nothing_is_left_to_the_operator_when_no_day_is_at_stake(here, stood, clock):
    timed, request = stood
    clock.move_to(on(3, 5))
    one = declare(stood, day=5)
    timed.resume(request)
    clock.move_to(on(3, 10, 0))
    jobs.sweep(here)
    assert state_of(timed, one) is OverState.MOOT


def test_each_side_is_told_what_it_is_asked_and_what_became_of_it(stood, clock):
    timed, _ = stood
    clock.move_to(on(3, 5))
    answer(timed, declare(stood))
    with timed.work() as work:
        chosen = select(Message.kind, Message.org_id).where(Message.kind.contains("over-"))
        told = sorted(tuple(row) for row in work.session.execute(chosen))
    both = sorted([timed.firm.org_id, timed.owner.org_id])
    assert told == [
        *(("suspension.over-answered", org_id) for org_id in both),
        ("suspension.over-declared", timed.firm.org_id),
    ]
