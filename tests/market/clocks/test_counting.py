"""Counting: monotone, additive, the inverse of adding, and the same as walking day by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from market.calendar import UnknownYearError, default_calendar
from market.clock import BEIJING, beijing
from market.clocks.counting import (
    GRAINS,
    INSTANT,
    MaterialsOpenError,
    Ruler,
    StartRule,
    Unit,
    end_of,
    last_day_before,
    starts_at,
)
from market.clocks.kinds import ClockKind, declare, every, kind_of

CALENDAR = default_calendar()
# A machine that is busy is slow, not wrong.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HALF = timedelta(hours=12)
RULERS = {unit: Ruler(unit, CALENDAR) for unit in Unit}
UNITS = st.sampled_from(Unit)
FIRST = datetime(2024, 2, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 880 * 86_400_000_000).map(lambda number: FIRST + number * INSTANT)
# Instants at which something begins are where mistakes are.
EDGES = st.builds(
    lambda day, hour, by: beijing(day, hour) + by * INSTANT,
    st.dates(date(2024, 2, 1), date(2026, 6, 30)),
    st.sampled_from([0, 12]),
    st.sampled_from([-1, 0, 1]),
)
ANY = INSTANTS | EDGES


def marks(unit, from_at, until_at):
    """Walk half a day at a time: which grains begin from an instant on, before another?"""
    day = last_day_before(from_at)
    at, found = beijing(day), []
    while at < until_at:
        local = at.astimezone(BEIJING)
        works = CALENDAR.is_working_day(local.date())
        counts = {
            Unit.WORKING_DAY: works and local.hour == 0,
            Unit.HALF_DAY: works,
            Unit.CALENDAR_DAY: local.hour == 0,
        }[unit]
        if counts and at >= from_at:
            found.append(at)
        at += HALF
    return found


@settings(PATIENT)
@given(UNITS, ANY, ANY)
def test_counting_never_goes_back_and_adds_up(unit, one, other):
    ruler = RULERS[unit]
    first, last = sorted((one, other))
    middle = first + (last - first) / 2
    assert ruler.before(first) <= ruler.before(middle) <= ruler.before(last)
    assert ruler.between(first, middle) + ruler.between(middle, last) == ruler.between(first, last)
    assert ruler.between(last, first) == 0


@settings(PATIENT)
@given(UNITS, ANY, st.integers(0, 100))
def test_counting_is_the_inverse_of_adding(unit, at, number):
    ruler = RULERS[unit]
    grains = number * GRAINS[unit] + number % 7
    reached_at = ruler.add(at, grains)
    assert ruler.before(reached_at) == ruler.before(at) + grains
    assert reached_at >= at
    if grains:  # An instant before its end the last grain has begun, but is not over.
        assert ruler.add(at, grains - 1) < reached_at
        assert ruler.between(at, ruler.add(at, grains - 1)) == grains - 1


@settings(PATIENT)
@given(UNITS, ANY, st.integers(0, 40), st.integers(0, 40))
def test_adding_twice_is_adding_the_sum(unit, at, one, other):
    ruler = RULERS[unit]
    assert ruler.add(ruler.add(at, one), other) == ruler.add(at, one + other)


@settings(PATIENT, max_examples=60)
@given(st.sampled_from([u for u in Unit if u is not Unit.HOUR]), ANY, st.integers(0, 45 * 48))
def test_counting_is_what_a_walk_finds(unit, at, half_hours):
    until_at = at + timedelta(minutes=30) * half_hours
    begun = marks(unit, at, until_at)
    assert RULERS[unit].between(at, until_at) == len(begun)
    length = HALF if unit is Unit.HALF_DAY else 2 * HALF
    for number, began_at in enumerate(begun, start=1):
        assert RULERS[unit].add(at, number) == began_at + length


@settings(PATIENT)
@given(UNITS, ANY)
def test_what_begins_now_has_begun(unit, at):
    ruler = RULERS[unit]
    begins_now = unit is not Unit.HOUR and ruler.before(at + INSTANT) > ruler.before(at)
    assert ruler.by(at) - ruler.before(at) == begins_now


@settings(PATIENT)
@given(INSTANTS, st.integers(1, 100))
def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day(at, days):
    due_on = last_day_before(RULERS[Unit.CALENDAR_DAY].due(at, days))
    counted = last_day_before(RULERS[Unit.CALENDAR_DAY].add(at, days))
    assert CALENDAR.is_working_day(due_on)
    assert CALENDAR.working_days_between(counted - timedelta(days=1), due_on) == 1


@settings(PATIENT)
@given(st.sampled_from([u for u in Unit if u is not Unit.CALENDAR_DAY]), ANY, st.integers(0, 60))
def test_other_units_are_due_when_they_are_over(unit, at, number):
    ruler = RULERS[unit]
    assert ruler.due(at, number) == ruler.add(at, number)


def on(month, day, hour=0, minute=0):
    return beijing(date(2026, month, day), hour, minute)


@pytest.mark.parametrize(
    ("unit", "at", "count", "due"),
    [
        # 2026-02-14 and 2026-02-28 are make-up Saturdays of the Spring Festival of 2026.
        (Unit.WORKING_DAY, end_of(date(2026, 2, 13)), 1, on(2, 15)),
        (Unit.WORKING_DAY, end_of(date(2026, 2, 13)), 5, on(2, 28)),
        (Unit.WORKING_DAY, end_of(date(2026, 2, 13)), 6, on(3, 1)),
        (Unit.HALF_DAY, on(3, 6, 9), 0, on(3, 6, 12)),
        (Unit.HALF_DAY, on(3, 6, 9), 1, on(3, 7)),
        (Unit.HALF_DAY, on(3, 6, 12), 1, on(3, 7)),
        (Unit.HALF_DAY, on(3, 6, 12, 1), 1, on(3, 9, 12)),
        (Unit.HALF_DAY, on(3, 6, 13), 0, on(3, 7)),
        (Unit.HALF_DAY, on(3, 7, 9), 2, on(3, 10)),
        (Unit.CALENDAR_DAY, end_of(date(2026, 3, 2)), 5, on(3, 10)),
        (Unit.CALENDAR_DAY, end_of(date(2026, 3, 2)), 4, on(3, 7)),
        (Unit.HOUR, on(3, 6, 17, 30), 48 * GRAINS[Unit.HOUR], on(3, 8, 17, 30)),
    ],
)
def test_examples_that_a_clerk_would_work_out(unit, at, count, due):
    assert RULERS[unit].due(at, count) == due


def test_what_cannot_be_counted_is_refused():
    for unit in Unit:
        with pytest.raises(ValueError, match="count them back"):
            RULERS[unit].add(on(3, 6), -1)
    for unit in (Unit.WORKING_DAY, Unit.HALF_DAY):
        with pytest.raises(UnknownYearError):
            RULERS[unit].add(on(12, 30), 90)
    assert RULERS[Unit.CALENDAR_DAY].add(on(12, 30), 90) == beijing(date(2027, 3, 30))


def test_each_start_rule():
    at = on(3, 6, 9)
    assert starts_at(StartRule.AT_ONCE, at, None) == at
    assert starts_at(StartRule.DAY_AFTER, at, None) == on(3, 7)
    assert starts_at(StartRule.DAY_AFTER, on(3, 6), None) == on(3, 7)  # 民法典 第二百零一条
    complete = starts_at(StartRule.MATERIALS_COMPLETE, at, on(3, 9, 15))
    assert (complete, starts_at(StartRule.MATERIALS_COMPLETE, at, at)) == (on(3, 10), on(3, 7))
    assert starts_at(StartRule.MATERIALS_COMPLETE, at, on(3, 2)) == on(3, 7)
    with pytest.raises(MaterialsOpenError):
        starts_at(StartRule.MATERIALS_COMPLETE, at, None)


def test_kinds_are_declared_once_and_count_what_their_ladder_counts():
    assert [kind_of(kind.code) for kind in every()] == list(every())
    with pytest.raises(ValueError, match="two kinds"):
        declare(every()[0])
    for wrong in ({"ladder": True}, {"suspendable": True}):
        with pytest.raises(ValueError, match="working days"):
            ClockKind(code="wrong", title="", public=True, unit=Unit.HOUR, **wrong)


@settings(PATIENT)
@given(ANY, ANY)
def test_hours_are_the_time_itself(one, other):
    assume(one <= other)
    assert RULERS[Unit.HOUR].between(one, other) * INSTANT == other - one


def test_an_hour_is_as_fine_as_an_instant_and_no_day_is_divided():
    hour = timedelta(hours=1) // INSTANT
    assert {unit: GRAINS[unit] for unit in Unit} == {
        Unit.WORKING_DAY: 1,
        Unit.HALF_DAY: 1,
        Unit.CALENDAR_DAY: 1,
        Unit.HOUR: hour,
    }


def test_counts_of_days_and_hours_have_one_origin_whatever_the_version():
    # What a page showed yesterday is compared with what is counted today.
    assert RULERS[Unit.CALENDAR_DAY].before(beijing(date(1970, 1, 1)) + INSTANT) == 1
    assert RULERS[Unit.HOUR].before(datetime(1970, 1, 1, tzinfo=UTC)) == 0


def test_no_half_day_from_a_saturday_morning_on_is_over_at_its_noon():
    saturday = date(2026, 3, 7)
    assert not CALENDAR.is_working_day(saturday)
    assert RULERS[Unit.HALF_DAY].add(beijing(saturday, 9), 0) == beijing(saturday, 12)
