"""The timeline of a project that ran from its notice to its accepted deliverable."""

from datetime import timedelta

import pytest

from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks import queries as clocks
from market.contracts.actions import subject_of
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import MissingError
from market.needs.model import Need
from market.timelines.queries import Timeline, timeline
from market.timelines.rules import INSTANT, Account, Step
from tests.market.factories.contracts import (
    CLAUSE,
    a_contract,
    a_filed_contract,
    a_running_contract,
)
from tests.market.factories.draws import a_city, a_confirmed_award, an_open_draw

CALENDAR = default_calendar()


def number_of(work: UnitOfWork, need_id: int) -> str:
    return work.session.get_one(Need, need_id).number


def line_of(agreed) -> Timeline:
    with agreed.work() as work:
        return timeline(work, number_of(work, agreed.contract().need_id))


def steps_of(line: Timeline) -> list[Step]:
    return [span.moment.step for span in line.spans]


def test_a_finished_service_is_told_from_the_notice_to_the_acceptance(here, clock):
    agreed = a_running_contract(here, clock)
    clock.advance(timedelta(days=3))
    agreed.deliver()
    clock.advance(timedelta(days=1))
    agreed.return_work()
    clock.advance(timedelta(days=2))
    agreed.deliver()
    clock.advance(timedelta(hours=5))
    agreed.accept()
    clock.advance(timedelta(days=9))
    line = line_of(agreed)
    told = [
        Step.NOTICE, Step.CLOSED, Step.DRAWN, Step.AWARDED, Step.OFFERED, Step.CONFIRMED,
        Step.FILED, Step.IN_FORCE, Step.CLOCK, Step.DELIVERED, Step.RETURNED, Step.DELIVERED,
        Step.ACCEPTED,
    ]  # fmt: skip
    assert steps_of(line) == told
    assert line.is_over
    assert [span.moment.facts.get("round") for span in line.spans[-4:]] == [1, 1, 2, 2]
    returned = line.spans[-3].moment
    assert returned.why == ("数据或计算错误", CLAUSE)
    whole = CALENDAR.working_days_between(line.from_on, line.spans[-1].after_on)
    assert line.working_days == whole


def test_its_service_days_are_those_of_the_clock(here, clock):
    agreed = a_running_contract(here, clock)
    clock.advance(timedelta(days=6))
    agreed.deliver()
    clock.advance(timedelta(days=2))
    line = line_of(agreed)
    with agreed.work() as work:
        its_clock = clocks.clock_of(work, subject_of(agreed.contract()))
        used = clocks.statement(work, its_clock).accounts
    began = steps_of(line).index(Step.CLOCK)
    in_service = dict.fromkeys(Account, 0)
    for span in line.spans[began:]:
        in_service[span.account] += span.working_days
    assert {party.value: days for party, days in used.items() if days} == {
        account.value: days for account, days in in_service.items() if days
    }


def test_before_a_contract_is_confirmed_its_number_is_not_told(here, clock):
    agreed = a_filed_contract(here, clock)
    clock.advance(timedelta(days=2))
    line = line_of(agreed)
    last = line.spans[-1]
    assert (last.moment.step, last.account) == (Step.FILED, Account.OWNER)
    assert last.moment.facts == {}
    assert last.moment.link is None
    assert not line.is_over


def test_waiting_for_materials_is_the_owners_time(here, clock):
    agreed = a_contract(here, clock)
    clock.advance(timedelta(days=7))
    last = line_of(agreed).spans[-1]
    assert (last.moment.step, last.account) == (Step.IN_FORCE, Account.OWNER)
    assert last.working_days == CALENDAR.working_days_between(
        beijing_day(last.moment.at - INSTANT), beijing_day(clock())
    )


def test_unsigned_days_are_on_both(here, clock):
    drawn = a_confirmed_award(here, clock)
    clock.advance(timedelta(days=4))
    with drawn.city.work() as work:
        award = work.session.get_one(Award, drawn.award.id)
        line = timeline(work, number_of(work, award.need_id), award.number)
    assert (line.spans[-1].moment.step, line.spans[-1].account) == (Step.CONFIRMED, Account.BOTH)
    assert line.award is not None
    assert line.others == []


def test_a_draft_and_a_stranger_s_award_have_no_timeline(here, clock):
    city = a_city(here, clock)
    draw = an_open_draw(city)
    with city.work() as work:
        number = number_of(work, draw.need_id)
        assert steps_of(timeline(work, number)) == [Step.NOTICE]
        with pytest.raises(MissingError):
            timeline(work, number, "ZX-2026-999999")
        with pytest.raises(MissingError):
            timeline(work, "XQ-2026-999999")
