"""A timeline loses no day: its spans adjoin, and sum to the whole, in whatever order it is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing, beijing_day
from market.clocks.rules import Party
from market.timelines.rules import (
    OF_PARTY,
    Account,
    Late,
    Moment,
    Step,
    charged,
    spans,
    totals,
)

CALENDAR = default_calendar()
FIRST = datetime(2025, 1, 2, tzinfo=UTC)
LAST_ON = date(2026, 12, 31)

instants = st.integers(0, 660 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
moments = st.builds(
    Moment,
    at=instants,
    step=st.sampled_from(Step),
    account=st.none() | st.sampled_from(Account),
    is_start=st.booleans(),
)
some = st.lists(moments, min_size=1, max_size=12)


@given(some)
def test_spans_adjoin_and_sum_to_the_whole(given_moments):
    cut = spans(given_moments, LAST_ON, CALENDAR)
    first_on = beijing_day(min(moment.at for moment in given_moments))
    assert len(cut) == len(given_moments)
    assert cut[0].after_on == first_on
    assert cut[-1].until_on == LAST_ON
    for one, after in pairwise(cut):
        assert one.until_on == after.after_on
    assert all(span.days >= 0 and span.working_days >= 0 for span in cut)
    assert sum(span.days for span in cut) == (LAST_ON - first_on).days
    whole = CALENDAR.working_days_between(first_on, LAST_ON)
    assert sum(span.working_days for span in cut) == whole
    left_out = sum(span.working_days for span in cut if span.account is Account.NOBODY)
    assert sum(totals(cut).values()) == whole - left_out


@given(some)
def test_a_day_belongs_to_what_was_in_force_when_it_began(given_moments):
    given_moments = [replace(moment, is_start=False) for moment in given_moments]
    cut = spans(given_moments, LAST_ON, CALENDAR)
    ordered = sorted(given_moments, key=lambda moment: moment.at)
    for span in cut:
        day = span.after_on + timedelta(days=1)
        if span.days == 0:
            continue
        in_force = [moment for moment in ordered if moment.at <= beijing(day)] or ordered[:1]
        assert span.moment is in_force[-1]


@given(some, st.integers(0, 30))
def test_another_day_only_adds_to_the_last_span(given_moments, more):
    later = max(moment.at for moment in given_moments) + timedelta(days=1)
    until_on = beijing_day(later)
    before = spans(given_moments, until_on, CALENDAR)
    after = spans(given_moments, until_on + timedelta(days=more), CALENDAR)
    assert before[:-1] == after[:-1]
    assert after[-1].days - before[-1].days == more


def test_a_moment_that_says_nothing_leaves_the_turn_where_it_was():
    at = beijing(date(2026, 3, 2), 10)
    told = [
        Moment(at=at, step=Step.NOTICE, account=Account.PROCESS),
        Moment(at=at + timedelta(days=1), step=Step.OFFERED, account=Account.FIRM),
        Moment(at=at + timedelta(days=2), step=Step.OBJECTION),
        Moment(at=at + timedelta(days=3), step=Step.ENDED, account=Account.NOBODY),
    ]
    cut = spans(told, date(2026, 3, 10), CALENDAR)
    accounts = [span.account for span in cut]
    assert accounts == [Account.PROCESS, Account.FIRM, Account.FIRM, Account.NOBODY]
    assert totals(cut)[Account.FIRM] == 2
    assert totals(cut)[Account.PROCESS] == 1
    assert Account.NOBODY not in totals(cut)


def test_what_happens_at_midnight_belongs_to_the_day_before():
    start = beijing(date(2026, 3, 2), 9)
    sharp = [
        Moment(at=start, step=Step.NOTICE, account=Account.PROCESS),
        Moment(at=beijing(date(2026, 3, 4)), step=Step.OFFERED, account=Account.FIRM),
    ]
    first, second = spans(sharp, date(2026, 3, 4), CALENDAR)
    assert (first.until_on, first.working_days) == (date(2026, 3, 3), 1)
    assert (second.until_on, second.working_days) == (date(2026, 3, 4), 1)


def test_a_clock_that_starts_at_midnight_counts_from_the_day_after():
    told = [
        Moment(at=beijing(date(2026, 3, 2), 9), step=Step.NOTICE, account=Account.OWNER),
        Moment(at=beijing(date(2026, 3, 4)), step=Step.CLOCK, account=Account.FIRM, is_start=True),
    ]
    before, service = spans(told, date(2026, 3, 6), CALENDAR)
    assert (before.until_on, before.working_days) == (date(2026, 3, 4), 2)
    assert service.working_days == 2


def test_nothing_told_is_nothing():
    assert spans([], LAST_ON, CALENDAR) == []


def test_a_year_without_a_notice_is_not_guessed():
    told = [Moment(at=FIRST, step=Step.NOTICE, account=Account.PROCESS)]
    with pytest.raises(UnknownYearError):
        spans(told, date(2099, 1, 1), CALENDAR)


def test_every_account_of_a_clock_is_one_of_the_timeline():
    assert {OF_PARTY[party].value for party in Party} == {party.value for party in Party}
    assert OF_PARTY[None] is Account.NOBODY


def test_what_was_entered_on_a_later_day_shows():
    at = beijing(date(2026, 3, 2), 10)
    same_day = Moment(at=at, step=Step.CLOCK, entered_at=beijing(date(2026, 3, 2), 23, 59))
    next_day = Moment(at=at, step=Step.CLOCK, entered_at=beijing(date(2026, 3, 3)))
    assert not same_day.entered_later
    assert next_day.entered_later
    assert not Moment(at=at, step=Step.CLOCK).entered_later


lates = st.lists(
    st.builds(
        lambda at, hours, account, takes: Late(
            from_at=at,
            until_at=None if hours is None else at + timedelta(hours=hours),
            account=account,
            why=("逾期",),
            takes=takes,
        ),
        instants,
        st.none() | st.integers(0, 4000),
        st.sampled_from((Account.REVIEWER, Account.OPERATOR)),
        st.sampled_from((Account.PROCESS, Account.NOBODY)),
    ),
    max_size=4,
)


@given(some, lates)
def test_lateness_moves_days_of_nobody_and_loses_none(given_moments, late):
    before = spans(given_moments, LAST_ON, CALENDAR)
    after = spans(charged(given_moments, late), LAST_ON, CALENDAR)
    first_on = before[0].after_on
    if late and min(one.from_at for one in late) < min(m.at for m in given_moments):
        return  # nobody is late before the notice
    assert after[0].after_on == first_on
    assert sum(span.days for span in after) == sum(span.days for span in before)
    was, now = totals(before), totals(after)
    if all(one.takes is Account.PROCESS for one in late):
        assert sum(was.values()) == sum(now.values())
    else:
        assert sum(was.values()) <= sum(now.values())
    for account in Account:
        if account is Account.PROCESS:
            assert now[account] <= was[account]
        elif account is not Account.NOBODY:
            assert now[account] >= was[account]
    moved = {Account.PROCESS, Account.REVIEWER, Account.OPERATOR}
    assert all(now[one] == was[one] for one in was if one not in moved)


@given(some, lates)
def test_each_day_is_the_late_one_s_exactly_while_it_is_late(given_moments, late):
    told = charged(given_moments, late)
    raw = sorted([*(m for one in late for m in one.marks()), *given_moments], key=lambda m: m.at)
    account = Account.PROCESS
    for was, now in zip(raw, told, strict=True):
        account = was.account or account
        by = [one for one in late if one.covers(was.at) and one.takes is account]
        expected = by[0].account if by else account
        assert now.account is expected


def test_a_term_beyond_midnight_is_the_late_one_s_from_the_next_day_on():
    told = [
        Moment(at=beijing(date(2026, 3, 2), 9), step=Step.FROZEN, account=Account.PROCESS),
        Moment(at=beijing(date(2026, 3, 12), 9), step=Step.GOES_ON, account=Account.FIRM),
    ]
    late = Late(
        from_at=beijing(date(2026, 3, 5)),
        until_at=beijing(date(2026, 3, 12), 9),
        account=Account.REVIEWER,
        why=("逾期",),
    )
    cut = spans(charged(told, [late]), date(2026, 3, 13), CALENDAR)
    days = {span.moment.step: (span.account, span.working_days) for span in cut}
    assert days[Step.FROZEN] == (Account.PROCESS, 2)
    assert days[Step.OVERDUE] == (Account.REVIEWER, 6)
    assert days[Step.GOES_ON] == (Account.FIRM, 1)
