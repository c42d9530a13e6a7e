"""What happened on an earlier day is entered on its page: the time is as it was, both days show."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks import queries as clocks
from market.clocks.errors import LateEntryError
from market.clocks.model import ClockEvent
from market.clocks.rules import EventOrderError, Party
from market.contracts import actions
from tests.market.contracts.test_views import as_, own, seen
from tests.market.factories.contracts import MATERIALS, a_contract, a_file, a_pdf


def day_of(agreed, working_days):
    """Return a working day so many after the contract was confirmed."""
    first = beijing_day(agreed.contract().confirmed_at)
    return default_calendar().add_working_days(first, working_days)


def at(day):
    return beijing(day, 10)


def events(agreed):
    with agreed.work() as work:
        found = select(ClockEvent).where(ClockEvent.clock_id == agreed.clock().id)
        return [
            (event.party, beijing_day(event.happened_at), beijing_day(event.entered_at))
            for event in work.session.scalars(found.order_by(ClockEvent.id))
        ]


def used(agreed):
    with agreed.work() as work:
        return clocks.statement(work, agreed.clock()).accounts


def test_three_late_entries_leave_the_time_with_whoever_had_it(here, clock):
    agreed = a_contract(here, clock)
    days = [day_of(agreed, number) for number in range(1, 10)]
    clock.move_to(at(days[1]))
    deed = lambda work, c: actions.hand_over(work, c, MATERIALS, happened_on=days[0])  # noqa: E731
    agreed.do(agreed.owner, deed)
    assert beijing_day(agreed.contract().materials_at) == days[0]
    clock.move_to(at(days[4]))

    def deliver(work, contract):
        stored = a_file(here, work, "成果.pdf")
        actions.deliver(work, contract, stored, "", happened_on=days[2])

    agreed.do(agreed.firm, deliver)
    # The firm had its two days, whatever day it is; the owner's term begins with the entry.
    assert (used(agreed)[Party.FIRM], used(agreed)[Party.OWNER]) == (2, 2)
    assert beijing_day(agreed.contract().act_by_at) > days[4]
    clock.move_to(at(days[7]))
    agreed.do(agreed.owner, lambda work, c: actions.accept(work, c, happened_on=days[5]))
    assert (used(agreed)[Party.FIRM], used(agreed)[Party.OWNER]) == (2, 3)
    assert beijing_day(agreed.contract().accepted_at) == days[5]
    assert events(agreed) == [
        (Party.FIRM, days[0], days[1]),
        (Party.OWNER, days[2], days[4]),
        (None, days[5], days[7]),
    ]


def test_what_cannot_have_been_that_day_is_refused(here, clock):
    agreed = a_contract(here, clock)
    confirmed_on = beijing_day(agreed.contract().confirmed_at)
    days = [day_of(agreed, number) for number in range(13)]
    clock.move_to(at(days[9]))

    def hand_over(day):
        deed = lambda work, c: actions.hand_over(work, c, MATERIALS, happened_on=day)  # noqa: E731
        agreed.do(agreed.owner, deed)

    def accept(day):
        agreed.do(agreed.owner, lambda work, c: actions.accept(work, c, happened_on=day))

    for wrong in (confirmed_on - timedelta(days=1), days[10]):
        with pytest.raises(EventOrderError):
            hand_over(wrong)
    with pytest.raises(LateEntryError, match="5 个工作日"):
        hand_over(days[3])
    hand_over(days[4])
    clock.move_to(at(days[11]))
    agreed.deliver()
    clock.move_to(at(days[12]))
    with pytest.raises(EventOrderError):  # before it was there
        accept(days[10])
    accept(days[11])


def test_each_form_takes_the_day_and_the_clock_s_page_shows_both(app, fast_here, clock):
    agreed = a_contract(fast_here, clock)
    days = [day_of(agreed, number) for number in range(1, 7)]
    for place, (person, page, data) in enumerate(
        [
            (agreed.owner, "/materials", lambda: {"materials": MATERIALS}),
            (agreed.firm, "/deliver", lambda: {"file": (BytesIO(a_pdf()), "成果.pdf")}),
            (agreed.owner, "/review", lambda: {"decision": "accept"}),
        ]
    ):
        clock.move_to(at(days[2 * place + 1]))
        browser = as_(app, person)
        assert 'name="happened_on"' in browser.get(own(agreed, page)).text
        future = seen(agreed, **data(), happened_on=str(days[2 * place + 1] + timedelta(days=1)))
        refused = browser.post(own(agreed, page), data=future)
        assert (refused.status_code, "不晚于现在" in refused.text) == (409, True)
        typed = seen(agreed, **data(), happened_on=str(days[2 * place]))
        assert browser.post(own(agreed, page), data=typed).status_code == 303
    shown = app.test_client().get(f"/clocks/{agreed.clock().id}").text
    assert shown.count("补登") >= 3
    for day in days:
        assert str(day) in shown
