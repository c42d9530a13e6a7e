"""Extensions under a moving clock, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.calendar import end_of
from market.clock import beijing
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clock_queries
from market.clocks.errors import (
    AskedAgainError,
    NoAnswerError,
    NotSuspendableError,
)
from market.clocks.extension import actions, jobs, queries
from market.clocks.extension.errors import ExtensionOpenError, NoReasonGivenError
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import (
    ExtensionCapError,
    ExtensionLateError,
    ExtensionReason,
    ExtensionState,
    ExtensionTimesError,
    IllegalExtensionMoveError,
)
from market.clocks.kinds import PARTY_REPLY
from market.clocks.rules import CardStage, Party
from market.errors import MissingError, SeparationOfDutiesError
from market.messages.model import Message
from tests.market.factories.clocks import a_clock

SECOND = timedelta(seconds=1)
WHY = "评审要求补做冬季监测，已完成报告初稿。"


def on(month, day, hour=9):
    return beijing(date(2026, month, day), hour)


def ask(timed, days=3, actor=None, why=WHY):
    with timed.work(actor or timed.firm) as work:
        clock = clock_queries.by_id(work, timed.clock_id)
        one = actions.request(work, clock, ExtensionReason.MORE_TESTS, why, days)
        work.session.flush()
        return one.id


def reply(timed, extension_id, actor=None, *, agree=True, words="情况属实，同意。"):
    with timed.work(actor or timed.owner) as work:
        clock = clock_queries.by_id(work, timed.clock_id)
        one = queries.one_of(work, clock, extension_id)
        actions.answer(work, clock, one, agree=agree, words=words)


def state_of(timed, extension_id):
    with timed.work() as work:
        return work.session.get_one(Extension, extension_id).state


def test_consent_moves_the_due_date_by_the_days_agreed_and_the_ladder_with_it(here, clock):
    timed = a_clock(here, limit=10)  # due 16 March
    clock.move_to(on(3, 12))
    clock_jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW]
    one = ask(timed)
    assert timed.clock().due_at == end_of(date(2026, 3, 16))
    reply(timed, one)
    assert state_of(timed, one) is ExtensionState.GRANTED
    assert timed.clock().due_at == end_of(date(2026, 3, 19))
    said = timed.statement()
    assert (said.limit, said.extended) == (13, 3)
    clock.move_to(end_of(date(2026, 3, 19)) - SECOND)
    clock_jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW]
    clock.move_to(end_of(date(2026, 3, 19)))
    clock_jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW, CardStage.RED]


def told(timed):
    with timed.work() as work:
        chosen = select(Message.kind, Message.org_id).order_by(Message.id)
        return [tuple(row) for row in work.session.execute(chosen)]


def test_each_side_is_told_once_what_it_is_asked_and_what_became_of_it(here, clock):
    timed = a_clock(here)
    reply(timed, ask(timed))
    timed.answer(timed.request())
    assert told(timed) == [
        ("clock.extension-asked", timed.owner.org_id),
        ("clock.extension-answered", timed.firm.org_id),
        ("suspension.asked", timed.owner.org_id),
        ("suspension.answered", timed.firm.org_id),
    ]


def test_silence_is_no_consent_to_the_second(here, clock):
    timed = a_clock(here)
    one = ask(timed)
    clock.move_to(on(3, 5, 0) - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(on(3, 5, 0))
    with pytest.raises(IllegalExtensionMoveError):
        reply(timed, one)  # The sweep has not been here yet: late is late.
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert state_of(timed, one) is ExtensionState.LAPSED
    assert timed.clock().due_at == end_of(date(2026, 3, 16))
    assert ask(timed)  # It may be asked again.


def test_what_nobody_granted_before_the_due_date_changes_no_card(here, clock):
    timed = a_clock(here, limit=10)
    clock.move_to(on(3, 16, 20))
    one = ask(timed)
    with timed.work() as work:
        assert work.session.get_one(Extension, one).answer_by_at == end_of(date(2026, 3, 16))
    clock.move_to(end_of(date(2026, 3, 16)))
    with pytest.raises(IllegalExtensionMoveError):
        reply(timed, one)
    jobs.sweep(here)
    with pytest.raises(ExtensionLateError):
        ask(timed)


def test_twice_and_half_of_the_limit_as_agreed_at_most(here):
    timed = a_clock(here, limit=10)
    with pytest.raises(ExtensionCapError):
        ask(timed, 6)
    reply(timed, ask(timed, 2))
    with pytest.raises(ExtensionCapError):
        ask(timed, 4)  # 2 + 4 > 5, though the limit is 12 by now
    reply(timed, ask(timed, 2))
    with pytest.raises(ExtensionTimesError):
        ask(timed, 1)
    assert timed.clock().due_at == end_of(date(2026, 3, 20))


def test_a_refusal_says_why_and_costs_no_turn(here):
    timed = a_clock(here)
    one = ask(timed)
    with pytest.raises(NoAnswerError):
        reply(timed, one, agree=False, words="不")
    reply(timed, one, agree=False, words="工作量没有增加。")
    assert state_of(timed, one) is ExtensionState.REFUSED
    with pytest.raises(IllegalExtensionMoveError):
        reply(timed, one)
    with timed.work() as work:
        assert queries.room_of(work, timed.clock()).times == 0


def test_only_the_holder_asks_only_the_other_side_answers(here):
    timed = a_clock(here)
    with pytest.raises(MissingError):
        ask(timed, actor=timed.owner)
    with pytest.raises(NoReasonGivenError):
        ask(timed, why="来不及")
    one = ask(timed)
    with pytest.raises(ExtensionOpenError):
        ask(timed)
    with pytest.raises(SeparationOfDutiesError):
        reply(timed, one, timed.firm)
    with timed.work(timed.owner) as work:
        assert [found.id for found, _ in queries.waiting_for_us(work)] == [one]
    with timed.work(timed.firm) as work:
        assert queries.waiting_for_us(work) == []


def test_time_that_stands_is_not_extended_and_a_stopped_clock_overtakes_a_request(here, clock):
    timed = a_clock(here)
    one = ask(timed)
    with timed.work() as work:
        clocks.stop(work, clock_queries.by_id(work, timed.clock_id), "验收")
    with pytest.raises(IllegalExtensionMoveError):
        reply(timed, one)
    clock.move_to(on(3, 5, 0))
    assert jobs.sweep(here) == 1
    assert state_of(timed, one) is ExtensionState.MOOT
    other = a_clock(here)
    other.hand_to(Party.OWNER)
    with pytest.raises(ExtensionLateError):
        ask(other)


def test_a_term_to_answer_is_not_extended(here):
    timed = a_clock(here, kind=PARTY_REPLY)
    with pytest.raises(NotSuspendableError):
        ask(timed)
    with pytest.raises(NotSuspendableError):
        timed.request()


def test_what_was_refused_twice_for_a_reason_waits_but_silence_does_not_count(here, clock):
    timed = a_clock(here, limit=30)
    ask(timed)
    clock.move_to(on(3, 5, 0))
    jobs.sweep(here)
    for _ in range(2):
        reply(timed, ask(timed), agree=False, words="工作量没有增加。")
    with pytest.raises(AskedAgainError) as refused:
        ask(timed)
    assert refused.value.facts == {"times": 2, "at": "2026-03-13 00:00"}
    clock.move_to(on(3, 13, 0))
    assert ask(timed)
