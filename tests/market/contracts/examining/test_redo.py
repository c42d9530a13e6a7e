"""What comes back to the firm leaves it time to mend it, once it was handed in in time."""

from datetime import timedelta

import pytest

from market.calendar import default_calendar, end_of
from market.clock import beijing, beijing_day
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clock_queries
from market.clocks.rules import Party
from market.contracts import jobs as contract_jobs
from market.contracts.examining.redo import days_to_add
from tests.market.contracts.examining.test_actions import supplement
from tests.market.contracts.test_views import as_, own
from tests.market.factories.contracts import a_running_contract

CALENDAR = default_calendar()


@pytest.mark.parametrize(
    ("left", "given", "expected"),
    [(-1, 0, 0), (0, 0, 1), (1, 0, 0), (5, 0, 0), (0, 1, 1), (0, 2, 0), (0, 3, 0)],
)
def test_how_many_days_are_added(left, given, expected):
    assert days_to_add(left=left, least=1, given=given, most=2) == expected


@pytest.fixture
def last_day(here, clock):
    """A contract on the last day of its service, in the afternoon."""
    agreed = a_running_contract(here, clock)
    due_on = beijing_day(agreed.clock().due_at - timedelta(seconds=1))
    clock.move_to(beijing(due_on, 15, 30))
    return agreed, due_on


def said(agreed):
    with agreed.work() as work:
        found = clock_queries.statement(work, agreed.clock())
    assert sum(found.accounts.values()) == found.elapsed
    return found


@pytest.mark.parametrize("sent_back", ["returned", "supplemented"])
def test_what_is_sent_back_on_the_last_evening_leaves_the_next_working_day(
    last_day, clock, sent_back
):
    agreed, due_on = last_day
    agreed.deliver()
    clock.move_to(beijing(due_on, 23, 15))
    agreed.return_work() if sent_back == "returned" else supplement(agreed)
    next_on = CALENDAR.add_working_days(due_on, 1)
    assert agreed.clock().due_at == end_of(next_on)
    assert (said(agreed).left, said(agreed).accounts[Party.FIRM]) == (1, 15)
    clock.move_to(end_of(due_on) + timedelta(minutes=1))
    clock_jobs.sweep(agreed.here)
    contract_jobs.sweep(agreed.here)
    assert agreed.clock().due_at == end_of(next_on)
    assert said(agreed).left == 0


def test_a_return_on_a_later_day_leaves_a_day_as_well_and_the_owner_s_days_stay_the_owner_s(
    last_day, clock
):
    agreed, due_on = last_day
    agreed.deliver()
    back_on = CALENDAR.add_working_days(due_on, 2)
    clock.move_to(beijing(back_on, 10))
    agreed.return_work()
    assert agreed.clock().due_at == end_of(CALENDAR.add_working_days(back_on, 1))
    accounts = said(agreed).accounts
    assert (accounts[Party.FIRM], accounts[Party.OWNER]) == (15, 2)


def test_no_more_is_added_than_the_rules_allow_in_all(last_day, clock):
    agreed, _ = last_day
    for extra in (1, 2, 2):
        agreed.deliver()
        agreed.return_work()
        assert agreed.clock().extended_units == extra
        clock.move_to(agreed.clock().due_at - timedelta(hours=1))
    assert said(agreed).left == 0


def test_who_handed_it_in_late_stays_late(last_day, clock):
    agreed, due_on = last_day
    clock.move_to(beijing(CALENDAR.add_working_days(due_on, 1), 10))
    agreed.deliver()
    agreed.return_work()
    assert agreed.clock().extended_units == 0
    assert said(agreed).left == -1


def test_the_owner_reads_before_what_the_return_leaves_the_firm(app, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    due_on = beijing_day(agreed.clock().due_at - timedelta(seconds=1))
    clock.move_to(beijing(due_on, 15))
    agreed.deliver()
    page = as_(app, agreed.owner).get(own(agreed, "/review")).text
    next_on = CALENDAR.add_working_days(due_on, 1)
    assert f"中介机构还有 1 个工作日，到 {next_on} 24:00" in page
    assert "其中 1 个是按规则补足的" in page
    agreed.return_work()
    public = app.test_client().get(f"/clocks/{agreed.clock().id}").text
    assert "退回后补足 1 个工作日" in public
