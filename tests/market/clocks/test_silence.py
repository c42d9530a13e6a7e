"""A request that the other side never answered: nobody gains a day by saying nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.clock import beijing
from market.clocks import actions, jobs, late, proofs, queries, recounting, times
from market.clocks.over import actions as over
from market.clocks.rules import CardStage, ClockState, Party, SuspensionState
from tests.market.factories.clocks import a_clock


def on(day, hour=9):
    return beijing(date(2026, 3, day), hour)


@pytest.fixture
def silent(here, clock):
    """A clock of ten days, begun on the 2nd; on the 3rd the firm asks, and the owner is silent."""
    timed = a_clock(here)
    clock.move_to(on(3))
    asked = timed.request(working_days=4)
    clock.move_to(on(12))
    jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW]
    clock.move_to(on(12, 10))
    return timed, asked


def test_what_the_operator_grants_stands_since_the_request(silent):
    timed, asked = silent
    assert timed.statement().accounts[Party.FIRM] == 8
    timed.answer(asked, timed.operator)
    with timed.work() as work:
        found = timed.clock()
        stood, resumed = queries.events_of(work, found)[-2:]
        assert (stood.happened_at, stood.entered_at) == (on(3), on(12, 10))
        assert (resumed.happened_at, resumed.entered_at) == (on(10, 0), on(12, 10))
        assert stood.entered_by_org_id is None  # it is nobody's late entry
        assert resumed.entered_by_org_id is None
        stretches, cards = queries.stretches(work, found), queries.cards_of(work, found)
        assert late.overtaken(stretches, cards) == {cards[0].id}


def test_what_the_operator_grants_late_is_over_when_as_many_days_are_as_were_asked(silent):
    timed, asked = silent
    timed.answer(asked, timed.operator)
    said, granted = timed.statement(), timed.suspension(asked)
    assert said.accounts[Party.OWNER] == 4  # 4 to 9 March, as was asked
    assert said.accounts[Party.FIRM] == 4  # the 3rd, and from the 10th on
    assert sum(said.accounts.values()) == said.elapsed
    assert (granted.state, granted.until_on) == (SuspensionState.ENDED, date(2026, 3, 9))
    assert timed.clock().state is ClockState.RUNNING
    assert timed.clock().due_at == beijing(date(2026, 3, 21))


def test_what_the_operator_grants_before_that_goes_on_for_the_rest(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3))
    asked = timed.request(working_days=6)
    clock.move_to(on(6))
    jobs.sweep(here)
    timed.answer(asked, timed.operator)
    granted = timed.suspension(asked)
    assert (granted.state, granted.until_on) == (SuspensionState.RUNNING, date(2026, 3, 11))
    with timed.work() as work:
        found = queries.by_id(work, timed.clock_id)
        assert queries.began_at(work, granted) == on(3)
        assert recounting.move_suspension(work, asked) == (on(12, 0), on(12, 0))
        assert queries.forecast_on(work, found) > granted.until_on
    clock.move_to(on(13))
    jobs.sweep(here)
    assert timed.statement().accounts[Party.OWNER] == 6
    assert timed.suspension(asked).until_on == date(2026, 3, 11)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked_for=st.integers(1, 9),
    silent_for=st.integers(0, 14 * 24),
    between=st.tuples(
        st.none() | st.integers(1, 5 * 24),
        st.none() | st.tuples(st.integers(1, 5 * 24), st.integers(0, 5 * 24)),
    ),
    later=st.integers(0, 20),
)
def test_whatever_moment_it_is_answered_at_no_more_is_granted_than_was_asked(
    fast_here, asked_for, silent_for, between, later
):
    claims_after, away = between
    fast_here.clock._at = on(2)  # Each story begins on the same Monday.
    timed = a_clock(fast_here, limit=10)
    asked = timed.request(working_days=asked_for)
    answered_at = on(2) + timedelta(hours=silent_for)
    if claims_after is not None and on(2) + timedelta(hours=claims_after) < answered_at:
        fast_here.clock.move_to(on(2) + timedelta(hours=claims_after))
        with timed.work(timed.firm) as work:
            found = queries.by_id(work, timed.clock_id)
            actions.claim(work, found, "自称已经办理", work.now)
    if away is not None and silent_for > 3 * 24:
        with_reviewers(timed, *away)
    fast_here.clock.move_to(max(answered_at, fast_here.clock()))
    jobs.sweep(fast_here)
    by_operator = timed.suspension(asked).state is SuspensionState.ESCALATED
    timed.answer(asked, timed.operator if by_operator else timed.owner)
    caps = caps_of(timed, asked)
    assert caps.used == caps.used_reason == asked_for <= caps.per_reason
    fast_here.clock.advance(timedelta(days=later))
    jobs.sweep(fast_here)
    said = timed.statement()
    assert sum(said.accounts.values()) == said.elapsed
    assert said.accounts[Party.OWNER] <= asked_for
    assert (timed.suspension(asked).state is SuspensionState.ENDED) == (
        timed.clock().state is ClockState.RUNNING
    )
    if timed.clock().state is ClockState.RUNNING:
        assert said.accounts[Party.OWNER] == asked_for


def with_reviewers(timed, after, hours):
    """Let the reviewers have the clock for a time, as when a return is disputed."""
    timed.here.clock.advance(timedelta(hours=after))
    with timed.work() as work:
        found = queries.by_id(work, timed.clock_id)
        actions.hand_to(work, found, Party.REVIEWER, "", keeps=True)
    timed.here.clock.advance(timedelta(hours=hours))
    timed.hand_to(Party.FIRM)


def test_of_the_days_before_a_dispute_no_more_are_given_than_were_asked(here, clock):
    timed = a_clock(here)
    asked = timed.request(working_days=2)
    with_reviewers(timed, 4 * 24, 24)  # from the 6th to the 7th
    clock.move_to(on(11))
    jobs.sweep(here)
    timed.answer(asked, timed.operator)
    said = timed.statement()
    assert said.accounts[Party.OWNER] == caps_of(timed, asked).used == 2  # the 3rd and the 4th
    assert timed.suspension(asked).state is SuspensionState.ENDED
    assert sum(said.accounts.values()) == said.elapsed == 7
    assert said.accounts[Party.FIRM] == 5


def test_what_the_operator_refuses_leaves_the_days_where_they_were(silent):
    timed, asked = silent
    timed.answer(asked, timed.operator, agree=False)
    assert timed.statement().accounts[Party.FIRM] == 8


def test_what_the_other_side_grants_in_time_stands_since_it_agreed(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3))
    asked = timed.request(working_days=4)
    clock.move_to(on(5))
    timed.answer(asked)
    assert timed.statement().accounts[Party.FIRM] == 3


def test_rules_that_do_not_know_a_reason_are_not_asked_about_it(fast_here, monkeypatch):
    timed = a_clock(fast_here)
    known = times.reasons_of(timed.clock())

    class Older:
        """Rules that were made before any of today's reasons."""

        def __contains__(self, key):
            return key.endswith("owner_materials")

        def text(self, _key):
            return "依据"

        def flag(self, _key):
            return True

    monkeypatch.setattr(times, "times_of", lambda _clock: Older())
    assert len(known) == 10
    assert [reason.value for reason in times.reasons_of(timed.clock())] == ["owner-materials"]
    assert [reason.value for reason in proofs.due_for(timed.clock())] == ["owner-materials"]


def caps_of(timed, asked):
    with timed.work() as work:
        clock = queries.by_id(work, timed.clock_id)
        return queries.caps_of(work, clock, queries.suspension(work, clock, asked).reason)


def test_the_days_since_the_request_count_against_the_caps(silent):
    timed, asked = silent
    timed.answer(asked, timed.operator)
    caps = caps_of(timed, asked)  # 4 to 9 March: all before the grant
    assert (caps.used_reason, caps.used) == (4, 4)


def test_a_suspension_never_gives_days_back_to_the_caps(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3))
    asked = timed.request(working_days=9)
    clock.move_to(on(12))
    jobs.sweep(here)
    timed.answer(asked, timed.operator)
    clock.move_to(on(12, 15))
    with timed.work(timed.owner) as work:
        one = queries.by_id(work, timed.clock_id)
        request = queries.suspension(work, one, asked)
        since, why = date(2026, 3, 6), "资料已于3月6日全部移交，有签收单。"
        over_id = over.declare(work, one, request, since, why).id
    clock.move_to(on(13))
    with timed.work(timed.firm) as work:
        over.answer(work, queries.by_id(work, timed.clock_id), over_id, agree=True, words="")
    assert timed.suspension(asked).until_on < on(12).date()  # before the day of the grant
    said, caps = timed.statement(), caps_of(timed, asked)
    assert caps.used == caps.used_reason == said.accounts[Party.OWNER] > 0
