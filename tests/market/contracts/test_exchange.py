"""A contract goes back and forth: who used which day, and not for ever."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.calendar import default_calendar
from market.clock import beijing_day
from market.contracts.actions.dropping import extend_filing
from market.contracts.errors import ReturnedOftenError
from market.contracts.exchange.record import turns_of, used_of
from market.contracts.exchange.rules import Deed, Halt, Turn, days_left, used_days
from market.draws.actions import branches
from market.draws.model import Award
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import a_confirmed_award

CALENDAR = default_calendar()
A, B = 1, 2


def plain(after, until):
    return (until - after).days


def test_each_day_is_on_the_account_of_who_had_the_turn():
    days = [date(2026, 3, 2) + timedelta(days=n) for n in (0, 2, 3, 7)]
    turns = [
        Turn(holder=A, from_on=days[0]),
        Turn(holder=B, from_on=days[1]),
        Turn(holder=A, from_on=days[2]),
    ]
    assert used_days(turns, days[3], plain) == {A: 6, B: 1}
    assert used_days([], days[3], plain) == {}


def test_a_day_on_which_nobody_could_act_is_nobodys():
    start = date(2026, 3, 2)
    day = [start + timedelta(days=n) for n in range(12)]
    turns = [Turn(holder=A, from_on=day[0]), Turn(holder=B, from_on=day[6])]
    halts = [Halt(from_on=day[2], until_on=day[4]), Halt(from_on=day[4], until_on=day[7])]
    # Day 1 is A's; days 2 to 7 nobody's; from day 8 on it is B's.
    assert used_days(turns, day[9], plain, halts) == {A: 1, B: 2}
    assert used_days(turns[:1], day[1], plain, [Halt(from_on=day[1], until_on=day[9])]) == {A: 0}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.data())
def test_used_and_halted_days_make_up_all_days(gaps, data):
    start = date(2026, 3, 2)
    days = [start + timedelta(days=sum(gaps[:n])) for n in range(len(gaps) + 1)]
    turns = [Turn(holder=n % 2, from_on=day) for n, day in enumerate(days[:-1])]
    length = sum(gaps)
    cuts = sorted(data.draw(st.lists(st.integers(0, length + 3), min_size=2, max_size=2)))
    one = Halt(from_on=start + timedelta(days=cuts[0]), until_on=start + timedelta(days=cuts[1]))
    halted = sum(cuts[0] <= n <= cuts[1] for n in range(1, length + 1))
    assert sum(used_days(turns, days[-1], plain, [one]).values()) == length - halted


def test_an_objection_charges_no_day_to_who_had_the_filing(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    agreed = file_it(drawn, drawn.delegate)
    until = agreed.contract().act_by_at
    with agreed.work() as work:
        award = work.session.get_one(Award, drawn.award.id)
        branches.freeze(work, award, "YY-TEST")
    clock.advance(timedelta(days=30))
    with agreed.work() as work:
        award = work.session.get_one(Award, drawn.award.id)
        branches.thaw(work, award)
        extend_filing(work, award)
    assert agreed.contract().act_by_at >= CALENDAR.due_at(beijing_day(clock()), 3) > until
    with agreed.work() as work:
        assert set(used_of(work, agreed.contract()).values()) == {0}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_no_day_is_lost_or_counted_twice(gaps):
    start = date(2026, 3, 2)
    days = [start + timedelta(days=sum(gaps[:n])) for n in range(len(gaps) + 1)]
    turns = [Turn(holder=n % 2, from_on=day) for n, day in enumerate(days[:-1])]
    assert sum(used_days(turns, days[-1], plain).values()) == sum(gaps)


@given(st.integers(1, 30), st.integers(0, 60))
def test_whoever_has_the_turn_has_a_day(allowed, used):
    left = days_left(allowed, used)
    assert 1 <= left <= allowed
    assert left == allowed - used or used >= allowed


def test_returning_starts_no_clock_anew_and_ends(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    sign_by = drawn.award.sign_by_at
    clock.move_to(sign_by - timedelta(hours=1))
    agreed = file_it(drawn, drawn.delegate)
    first = agreed.contract().act_by_at
    assert first == CALENDAR.due_at(beijing_day(clock()), 3)
    clock.move_to(first - timedelta(hours=1))
    agreed.return_filing()
    clock.move_to(agreed.contract().act_by_at - timedelta(hours=1))
    agreed.refile()
    # The owner has used its three days: one is left, not three.
    assert agreed.contract().act_by_at == CALENDAR.due_at(beijing_day(clock()), 1)
    agreed.return_filing()
    assert agreed.contract().act_by_at == CALENDAR.due_at(beijing_day(clock()), 1)
    agreed.refile()
    with pytest.raises(ReturnedOftenError):
        agreed.return_filing()
    with agreed.work() as work:
        contract = agreed.contract()
        deeds = [turn.deed for turn in turns_of(work, contract)]
        used = used_of(work, contract)
    assert deeds == [Deed.FILE, Deed.RETURN, Deed.REFILE, Deed.RETURN, Deed.REFILE]
    assert used == {agreed.owner.actor.org_id: 3, agreed.firm.actor.org_id: 3}
    agreed.confirm()
