"""A clock under a moving clock: what people do to it, and that no day is lost on the way."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from audit.store import submissions
from market.calendar import UnknownYearError, default_calendar, end_of
from market.clock import BEIJING, beijing, beijing_day
from market.clocks import actions, boards, jobs, queries
from market.clocks.errors import (
    AnswerEarlyError,
    AnswerLateError,
    AskedAgainError,
    NoAnswerError,
    NoEvidenceError,
    RequestOpenError,
)
from market.clocks.model import Clock, ClockEvent
from market.clocks.rules import (
    CardStage,
    ClockState,
    ClockSuspendedError,
    EventOrderError,
    IllegalClockMoveError,
    Light,
    NotHoldersTimeError,
    Party,
    SuspensionCapError,
    SuspensionReason,
    SuspensionState,
)
from market.errors import MissingError, SeparationOfDutiesError
from tests.market.factories.clocks import a_clock

CALENDAR = default_calendar()
SECOND = timedelta(seconds=1)


def on(month, day, hour=9, minute=0):
    return beijing(date(2026, month, day), hour, minute)


def walked(here, clock_id, until_on):
    """Count day by day, event by event, without any of the code under test."""
    with here.sessions() as session:
        chosen = select(ClockEvent).where(ClockEvent.clock_id == clock_id).order_by(ClockEvent.id)
        events = session.scalars(chosen).all()
    used = dict.fromkeys([*Party, None], 0)
    day = events[0].happened_at.astimezone(BEIJING).date() + timedelta(days=1)
    while day <= until_on:
        begins = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        if CALENDAR.is_working_day(day):
            used[[e for e in events if e.happened_at <= begins][-1].party] += 1
        day += timedelta(days=1)
    return used


def test_a_clock_that_starts_counts_from_the_day_after(here):
    timed = a_clock(here)
    clock = timed.clock()
    assert clock.due_at == end_of(date(2026, 3, 16))
    assert (clock.next_stage, clock.next_check_at) == (CardStage.YELLOW, on(3, 12, 0))
    assert (timed.statement().used, timed.statement().left) == (0, 10)


def test_a_start_at_midnight_does_not_count_its_own_day_either(here, clock):
    clock.move_to(on(3, 3, 0))
    timed = a_clock(here)
    assert timed.clock().due_at == end_of(date(2026, 3, 17))
    timed.hand_to(Party.OWNER)
    timed.hand_to(Party.FIRM)
    clock.move_to(on(3, 4))
    assert timed.statement().accounts[Party.FIRM] == timed.statement().elapsed == 1


@pytest.mark.parametrize(
    ("at", "firm", "owner"), [(on(3, 4, 0), 1, 3), (on(3, 4, 0) + SECOND, 2, 2)]
)
def test_a_day_belongs_to_whoever_holds_the_clock_at_midnight_to_the_second(
    here, clock, at, firm, owner
):
    timed = a_clock(here)
    clock.move_to(at)
    timed.hand_to(Party.OWNER)
    clock.move_to(on(3, 6))
    used = timed.statement().accounts
    assert (used[Party.FIRM], used[Party.OWNER]) == (firm, owner)


def test_what_was_used_before_a_review_is_not_given_back(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 6, 17))  # four days used
    timed.hand_to(Party.OWNER)
    assert timed.clock().due_at is None
    clock.move_to(on(3, 11, 10))
    timed.hand_to(Party.FIRM)
    assert timed.clock().due_at == end_of(date(2026, 3, 19))


def test_stopping_and_reopening_leaves_the_pause_on_nobody_s_account(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 4))
    with timed.work() as work:
        actions.stop(work, queries.by_id(work, timed.clock_id), "验收")
    clock.move_to(on(3, 10))
    with timed.work() as work:
        actions.reopen(work, queries.by_id(work, timed.clock_id), Party.FIRM, "重开")
    clock.move_to(on(3, 11))
    said = timed.statement()
    assert said.accounts[Party.FIRM] == said.elapsed == 3


def test_a_suspension_stops_the_firm_s_time_for_exactly_the_days_granted(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 4, 11))
    request = timed.request()
    assert timed.suspension(request).state is SuspensionState.REQUESTED
    assert timed.clock().state is ClockState.RUNNING
    clock.move_to(on(3, 5, 16))
    timed.answer(request)
    granted = timed.suspension(request)
    assert (granted.state, granted.until_on) == (SuspensionState.RUNNING, date(2026, 3, 11))
    assert timed.clock().state is ClockState.SUSPENDED
    clock.move_to(on(3, 12, 0) - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(on(3, 12, 0))
    assert jobs.sweep(here) == 1
    assert timed.suspension(request).state is SuspensionState.ENDED
    assert timed.clock().due_at == end_of(date(2026, 3, 20))
    assert timed.statement().accounts[Party.OWNER] == 4


@pytest.mark.parametrize("at", [on(3, 3, 0), on(3, 3, 0) + SECOND, on(3, 3, 10)])
def test_a_suspension_lasts_and_uses_the_days_granted_to_the_second(here, clock, at):
    timed = a_clock(here)
    clock.move_to(at)
    request = timed.request()
    timed.answer(request)
    clock.move_to(timed.suspension(request).next_check_at)
    jobs.sweep(here)
    assert timed.statement().accounts[Party.OWNER] == 4
    with timed.work() as work:
        assert queries.used_by_suspensions(work, timed.clock()) == 4


def test_a_late_sweep_gives_no_day_away(here, clock):
    timed = a_clock(here)
    request = timed.request()
    timed.answer(request)  # suspended from 3 to 6 March
    clock.move_to(on(3, 11, 15))  # the sweep was down for three working days
    jobs.sweep(here)
    assert timed.clock().due_at == end_of(date(2026, 3, 20))
    with timed.work() as work:
        last = queries.events_of(work, queries.by_id(work, timed.clock_id))[-1]
    assert (last.kind, last.happened_at) == ("resume", on(3, 7, 0))
    assert last.entered_at == on(3, 11, 15)


def test_who_acts_before_the_late_sweep_finds_the_suspension_over(here, clock):
    timed = a_clock(here)
    timed.answer(timed.request())
    clock.move_to(on(3, 9, 8))
    timed.hand_to(Party.OWNER)
    assert timed.statement().accounts[Party.FIRM] == 1
    assert jobs.sweep(here) == 0


def test_delivering_while_suspended_is_refused_with_what_to_do(here, clock):
    timed = a_clock(here)
    timed.answer(timed.request())
    clock.move_to(on(3, 4))
    with pytest.raises(ClockSuspendedError, match="恢复计时"):
        timed.hand_to(Party.OWNER)


def test_resuming_early_is_for_the_side_that_asked_and_frees_the_days(here, clock):
    timed = a_clock(here)
    request = timed.request(working_days=9)
    timed.answer(request)
    clock.move_to(on(3, 4, 10))
    with pytest.raises(MissingError):
        timed.resume(request, timed.owner)
    timed.resume(request)
    with pytest.raises(IllegalClockMoveError):
        timed.resume(request)
    assert timed.statement().accounts[Party.OWNER] == 2
    assert timed.clock().due_at == end_of(date(2026, 3, 18))
    assert timed.request(working_days=8)  # 2 of 10 are used, not 9


def test_silence_goes_to_the_operator_at_the_second_and_is_never_consent(here, clock):
    timed = a_clock(here)
    request = timed.request()
    with pytest.raises(AnswerEarlyError):
        timed.answer(request, timed.operator)
    clock.move_to(on(3, 5, 0) - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(on(3, 5, 0))
    with pytest.raises(AnswerLateError):
        timed.answer(request)  # The sweep has not been here yet: late is late.
    assert jobs.sweep(here) == 1
    assert timed.suspension(request).state is SuspensionState.ESCALATED
    assert timed.clock().state is ClockState.RUNNING
    with timed.work(timed.operator) as work:
        waiting = queries.waiting_for_operator(work)
    assert [(s.id, c.id) for s, c in waiting] == [(request, timed.clock_id)]
    with pytest.raises(AnswerLateError):
        timed.answer(request)
    timed.answer(request, timed.operator)
    # Asked for on the 2nd: the days that were waited for are among the four.
    assert timed.suspension(request).until_on == date(2026, 3, 6)


@pytest.mark.parametrize("agree", [True, False])
def test_only_the_other_side_answers_and_once(here, agree):
    timed = a_clock(here)
    request = timed.request(timed.owner)
    with timed.work(timed.firm) as work:
        assert [s.id for s, _ in queries.waiting_for_us(work)] == [request]
    with timed.work(timed.owner) as work:
        assert queries.waiting_for_us(work) == []
    with pytest.raises(SeparationOfDutiesError):
        timed.answer(request, timed.owner)
    timed.answer(request, timed.firm, agree=agree)
    state = SuspensionState.RUNNING if agree else SuspensionState.REFUSED
    assert timed.suspension(request).state is state
    with pytest.raises(IllegalClockMoveError):
        timed.answer(request, timed.firm, agree=agree)


def test_a_refusal_says_why(here):
    timed = a_clock(here)
    request = timed.request()
    with pytest.raises(NoAnswerError), timed.work(timed.owner) as work:
        clock = queries.by_id(work, timed.clock_id)
        found = queries.suspension(work, clock, request)
        actions.answer_suspension(work, clock, found, agree=False, answer="不")


def test_one_request_at_a_time_with_facts_from_a_side_of_the_clock(here):
    timed, other = a_clock(here), a_clock(here)
    with pytest.raises(NoEvidenceError):
        timed.request(evidence="没有条件")
    with pytest.raises(MissingError):
        timed.request(other.firm)
    timed.request()
    with pytest.raises(RequestOpenError):
        timed.request(timed.owner)


def test_caps_hold_per_reason_and_in_total(here, clock):
    timed = a_clock(here, limit=12)
    for days in (0, -1, 11):
        with pytest.raises(SuspensionCapError):
            timed.request(working_days=days)
    first = timed.request(working_days=6)
    timed.answer(first)
    clock.move_to(timed.suspension(first).next_check_at)
    jobs.sweep(here)
    with pytest.raises(SuspensionCapError):
        timed.request(working_days=5)  # 6 + 5 > 10 for one reason
    season = SuspensionReason.SEASON
    with pytest.raises(SuspensionCapError):
        timed.request(working_days=7, reason=season)  # 6 + 7 > 12 in all
    timed.answer(timed.request(working_days=6, reason=season))
    assert timed.clock().state is ClockState.SUSPENDED


def test_only_the_holder_s_time_can_be_suspended_and_a_review_ends_a_request(here, clock):
    timed = a_clock(here)
    request = timed.request()
    timed.hand_to(Party.OWNER)
    assert timed.suspension(request).state is SuspensionState.MOOT
    with pytest.raises(NotHoldersTimeError):
        timed.request()
    with pytest.raises(IllegalClockMoveError):
        timed.answer(request)


def test_a_year_beyond_the_statute_refuses_a_start_and_nothing_is_half_done(here, clock):
    clock.move_to(on(12, 15))
    with pytest.raises(UnknownYearError):
        a_clock(here, limit=1200)
    with here.sessions() as session:
        assert session.scalars(select(Clock)).all() == []
        assert b"clock.moved" not in b"".join(
            session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        )
    assert a_clock(here, limit=5).clock().due_at == end_of(date(2026, 12, 22))


def test_a_year_without_a_notice_is_counted_provisionally_and_nobody_is_judged_by_it(here, clock):
    clock.move_to(on(12, 21))
    timed = a_clock(here, limit=12)
    assert timed.clock().due_at == end_of(date(2027, 1, 7))  # 1 January is all the statute says
    assert default_calendar().is_provisional(date(2027, 1, 7))
    clock.move_to(end_of(date(2026, 12, 31)))
    jobs.sweep(here)
    known = timed.stages()
    for day in (7, 8, 20):
        clock.move_to(end_of(date(2027, 1, day)))
        assert jobs.sweep(here) == 0
        assert timed.stages() == known
        assert timed.clock().next_check_at == end_of(date(2027, 1, day + 1))


def test_nothing_happens_before_what_happened(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 4))
    timed.hand_to(Party.OWNER)
    with pytest.raises(EventOrderError), timed.work(timed.owner) as work:
        found = queries.by_id(work, timed.clock_id)
        actions.stop(work, found, "", happened_at=on(3, 3))
    with pytest.raises(EventOrderError), timed.work(timed.owner) as work:
        found = queries.by_id(work, timed.clock_id)
        actions.stop(work, found, "", happened_at=on(3, 4, 10))


def test_the_board_shows_each_light_and_those_due_first(here, clock):
    late, soon, resting = a_clock(here, limit=1), a_clock(here, limit=3), a_clock(here, limit=9)
    resting.answer(resting.request())
    clock.move_to(on(3, 4))
    fresh = a_clock(here)
    jobs.sweep(here)
    with fresh.work() as work:
        rows = boards.board(work)
        counts = boards.count_board(work)
        by_light = {light: [r.clock.id for r in boards.board(work, light=light)] for light in Light}
    assert [row.clock.id for row in rows] == [
        late.clock_id, soon.clock_id, fresh.clock_id, resting.clock_id,
    ]  # fmt: skip
    assert by_light == {
        Light.GREEN: [fresh.clock_id],
        Light.YELLOW: [soon.clock_id],
        Light.RED: [late.clock_id],
        Light.SUSPENDED: [resting.clock_id],
        Light.STOPPED: [],
    }
    assert counts == {light: len(ids) for light, ids in by_light.items()}
    assert [row.light for row in rows] == [Light.RED, Light.YELLOW, Light.GREEN, Light.SUSPENDED]


DEEDS = st.sampled_from(["owner", "firm", "ask", "grant", "resume", "stop", "reopen", "sweep"])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(1, 8),
    st.lists(st.tuples(DEEDS, st.integers(0, 100)), min_size=1, max_size=9),
)
def test_whatever_happens_every_day_is_on_one_account_and_the_due_day_is_the_walked_one(
    fast_here, limit, story
):
    fast_here.clock._at = on(3, 2)  # Each story begins on the same Monday.
    timed = a_clock(fast_here, limit=limit)
    request = None
    for deed, hours in story:
        fast_here.clock.advance(timedelta(hours=hours))
        with suppress(IllegalClockMoveError, RequestOpenError, SuspensionCapError, AnswerLateError):
            request = do(timed, deed, request)
        check_the_law(fast_here, timed)


def do(timed, deed, request):
    match deed:
        case "owner":
            timed.hand_to(Party.OWNER)
        case "firm":
            timed.hand_to(Party.FIRM)
        case "ask":
            return timed.request(working_days=2)
        case "grant" if request:
            timed.answer(request)
        case "resume" if request:
            timed.resume(request)
        case "stop" | "reopen":
            with timed.work() as work:
                found = queries.by_id(work, timed.clock_id)
                if deed == "stop":
                    actions.stop(work, found, "")
                else:
                    actions.reopen(work, found, Party.FIRM, "")
        case "sweep":
            jobs.sweep(timed.here)
    return request


def check_the_law(here, timed):
    today = beijing_day(here.clock())
    said, clock = timed.statement(), timed.clock()
    used = walked(here, clock.id, today)
    assert said.accounts == {party: used[party] for party in Party}
    assert sum(said.accounts.values()) == said.elapsed
    with timed.work() as work:
        stretches = queries.stretches(work, clock)
    on_accounts = sum(s.grains for s in stretches if s.event.party is not None)
    assert on_accounts == said.elapsed
    if clock.due_at is None:
        return
    due_on = beijing_day(clock.due_at - SECOND)
    assert walked(here, clock.id, due_on)[Party.FIRM] == clock.limit_units
    assert walked(here, clock.id, due_on + timedelta(days=20))[Party.FIRM] > clock.limit_units


def test_what_was_refused_twice_for_a_reason_waits_and_says_from_when(here, clock):
    timed = a_clock(here, limit=30)
    for _ in range(2):
        timed.answer(timed.request(), agree=False)
    with pytest.raises(AskedAgainError) as refused:
        timed.request()
    assert refused.value.facts == {"times": 2, "at": "2026-03-10 00:00"}
    timed.answer(timed.request(reason=SuspensionReason.SEASON), agree=False)  # Another reason.
    clock.move_to(on(3, 10, 0) - SECOND)
    with pytest.raises(AskedAgainError):
        timed.request()
    clock.move_to(on(3, 10, 0))
    timed.answer(timed.request(), agree=False)
    with pytest.raises(AskedAgainError):
        timed.request()  # And again after each refusal.
