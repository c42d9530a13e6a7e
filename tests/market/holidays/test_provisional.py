"""A term that reaches into a year without its notice: begun, marked, moved, held against nobody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market import jobs as all_jobs
from market import sweeping
from market.calendar import binding_until, default_calendar, end_of, provisional_calendar
from market.clock import beijing
from market.db import Actor, unit_of_work
from market.holidays import jobs as holiday_jobs
from market.holidays import terms
from market.holidays.counted import Counted
from market.holidays.model import DeadlineChange
from market.supervision import recounting
from tests.market.factories.holidays import confirmed, the_notice_of_2027
from tests.market.factories.supervision import some_offices

JOB = Actor("job:test")
NEW_YEAR = beijing(date(2027, 1, 1))


class Row(Counted):
    """A row with a term, without a table."""

    term_from_on = term_working_days = None


def a_card(here, clock, on):
    clock.move_to(beijing(on, 10))
    offices = some_offices(here)
    return offices, offices.give(happened_on=on)


def test_a_term_begins_with_a_provisional_day_and_remembers_what_it_counts_from():
    row = Row()
    by_at = row.count_term(date(2026, 12, 28), 8)
    assert by_at == provisional_calendar().due_at(date(2026, 12, 28), 8) > NEW_YEAR
    assert (row.term_from_on, row.term_working_days) == (date(2026, 12, 28), 8)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (beijing(date(2026, 11, 23), 9), beijing(date(2026, 11, 23), 9)),
        (NEW_YEAR - timedelta(microseconds=1), NEW_YEAR - timedelta(microseconds=1)),
        (NEW_YEAR, NEW_YEAR),
        (beijing(date(2027, 1, 5), 9), NEW_YEAR),
        (beijing(date(2029, 1, 5), 9), NEW_YEAR),
    ],
)
def test_only_days_that_a_notice_fixed_are_binding(now, until):
    assert binding_until(now) == until


def test_a_confirmed_notice_makes_its_days_binding(fast_here, clock):
    clock.move_to(beijing(date(2027, 1, 5), 9))
    confirmed(fast_here, the_notice_of_2027())
    with unit_of_work(fast_here.sessions, JOB, fast_here.clock) as work:
        assert binding_until(work.now) == work.now


def test_what_moves_is_kept_with_the_notice(here, clock):
    # The Spring Festival of the notice has a day more, and a Sunday before it is worked.
    all_jobs.sweeps()  # Every deadline is declared.
    offices, number = a_card(here, clock, date(2027, 2, 4))
    assert offices.card(number).reply_by_at == end_of(date(2027, 2, 17))
    confirmed(here, the_notice_of_2027())
    holiday_jobs.sweep(here)
    assert offices.card(number).reply_by_at == end_of(date(2027, 2, 18))
    with here.sessions() as session:
        rows = session.scalars(select(DeadlineChange)).all()
    # The term of the card, and the clock that times the reply to it.
    assert sorted(row.subject.partition(":")[0] for row in rows) == ["card-reply", "clock"]
    for row in rows:
        assert (row.was_at, row.due_at) == (end_of(date(2027, 2, 17)), end_of(date(2027, 2, 18)))


def test_every_declared_term_waits_for_the_notice():
    assert recounting
    assert terms.columns() <= sweeping.TERMS
    assert "card.next_check_at" in sweeping.TERMS


def test_a_page_says_which_day_is_provisional(fast_here, clock, client):
    _, number = a_card(fast_here, clock, date(2026, 12, 30))
    page = client.get(f"/cards/{number}").get_data(as_text=True)
    assert "2027-01-07 24:00" in page
    assert "暂定" in page
    confirmed(fast_here, the_notice_of_2027())
    assert "暂定" not in client.get(f"/cards/{number}").get_data(as_text=True)
    assert default_calendar()
