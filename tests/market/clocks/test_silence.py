"""A request that the other side never answered: nobody gains a day by saying nothing."""

from datetime import date

import pytest
from sqlalchemy import select

from market.clock import beijing
from market.clocks import jobs, late, proofs, queries, times
from market.clocks.model import ClockEvent
from market.clocks.over import actions as over
from market.clocks.rules import CardStage, ClockState, Party
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
    said = timed.statement()
    assert (said.accounts[Party.FIRM], said.accounts[Party.OWNER]) == (1, 7)  # 3 | 4 to 12 March
    assert sum(said.accounts.values()) == said.elapsed
    granted = timed.suspension(asked)
    assert granted.until_on == date(2026, 3, 18)  # four working days from the grant on
    assert timed.clock().state is ClockState.SUSPENDED
    with timed.work() as work:
        found = timed.clock()
        assert queries.forecast_on(work, found) > granted.until_on
        event = work.session.scalars(select(ClockEvent).order_by(ClockEvent.id.desc())).first()
        assert (event.happened_at, event.entered_at) == (on(3), on(12, 10))
        assert event.entered_by_org_id is None  # it is nobody's late entry
        stretches, cards = queries.stretches(work, found), queries.cards_of(work, found)
        assert late.overtaken(stretches, cards) == {cards[0].id}


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
    caps = caps_of(timed, asked)  # 4 to 18 March: seven before the grant, four from it
    assert (caps.used_reason, caps.used) == (11, 11)


def test_a_suspension_never_gives_days_back_to_the_caps(silent, clock):
    timed, asked = silent
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
