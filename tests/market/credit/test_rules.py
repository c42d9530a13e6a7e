from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.clock import BEIJING, beijing
from market.credit.rules import (
    GRAVE_POINTS,
    REPORTED,
    SERIOUS,
    BreachKind,
    Evidence,
    LedgerEntry,
    Level,
    Measure,
    NoGroundsError,
    Term,
    TermError,
    check_measure,
    counting,
    counts_until,
    crossed,
    earliest_counting,
    lacking,
    level_of,
    prevailing,
    score,
)

few = settings(max_examples=60)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
instants = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(BEIJING))  # noqa: DTZ001 - the strategy adds the zone
entries = st.lists(
    st.builds(LedgerEntry, st.just(BreachKind.RED_CARD), st.integers(0, 20), instants), max_size=12
)
TERMS = {
    Measure.SUSPENSION: (1, 3),
    Measure.BLACKLIST: (3, 12),
    Measure.SERIOUS_BLACKLIST: (12, 36),
}
NOON = datetime(2026, 3, 2, 12, tzinfo=BEIJING)


def an_entry(kind=BreachKind.RED_CARD, points=5, at=NOON) -> LedgerEntry:
    return LedgerEntry(kind, points, at)


CLOSED_LIST = {"false-materials", "collusion", "lent-name", "bribery", "subcontracted-all"}


def test_what_an_authority_enters_is_the_closed_list_and_what_no_system_sees():
    assert {BreachKind(value) for value in CLOSED_LIST} == SERIOUS
    assert {BreachKind.STAFF_CHANGED, BreachKind.EXTRA_CHARGE} == REPORTED - SERIOUS


def test_a_grave_breach_weighs_as_the_handbook_says():
    assert GRAVE_POINTS == 10


def test_the_bound_of_a_search_loses_no_breach_that_counts():
    now = datetime(2026, 3, 1, 12, tzinfo=BEIJING)
    first = datetime(2025, 3, 1, 12, 0, 1, tzinfo=BEIJING)
    assert counting([an_entry(at=first)], now, 12)
    assert earliest_counting(now, 12) < first
    assert first - earliest_counting(now, 12) < timedelta(days=5)


BOTH = {Evidence.DOCUMENT, Evidence.MATERIAL}


@pytest.mark.parametrize(
    ("required", "given", "lacks"),
    [
        (BOTH, {}, [Evidence.DOCUMENT, Evidence.MATERIAL]),
        (BOTH, {Evidence.DOCUMENT: "某决定书"}, [Evidence.MATERIAL]),
        (BOTH, {Evidence.DOCUMENT: " ", Evidence.MATERIAL: "笔录"}, [Evidence.DOCUMENT]),
        (BOTH, {Evidence.DOCUMENT: "某决定书", Evidence.MATERIAL: "笔录"}, []),
        ({Evidence.DOCUMENT}, {Evidence.MATERIAL: "笔录"}, [Evidence.DOCUMENT]),
        (set(), {}, []),
    ],
)
def test_a_report_names_what_its_rule_asks_for(required, given, lacks):
    assert lacking(required, given) == lacks


@pytest.mark.parametrize(
    ("before", "after", "reached"),
    [
        (100, 90, None),
        (100, 81, None),
        (100, 80, 80),
        (81, 80, 80),
        (80, 75, None),
        (85, 60, 60),
        (100, 0, 40),
        (60, 41, None),
        (60, 40, 40),
        (40, 0, None),
    ],
)
def test_a_firm_is_warned_once_of_each_threshold(before, after, reached):
    assert crossed(before, after, (80, 60, 40)) == reached


def test_a_breach_counts_until_the_very_second():
    entry = an_entry(at=datetime(2025, 3, 2, 9, 15, 42, tzinfo=BEIJING))
    end = datetime(2026, 3, 2, 9, 15, 42, tzinfo=BEIJING)
    assert counts_until(entry.occurred_at, 12) == end
    assert counting([entry], end - timedelta(microseconds=1), 12) == [entry]
    assert counting([entry], end, 12) == []
    assert counting([entry], entry.occurred_at, 12) == [entry]
    assert counting([entry], entry.occurred_at - timedelta(microseconds=1), 12) == []


def test_a_leap_day_counts_until_the_last_of_february():
    at = datetime(2024, 2, 29, 23, 59, tzinfo=BEIJING)
    assert counts_until(at, 12) == datetime(2025, 2, 28, 23, 59, tzinfo=BEIJING)


@few
@given(entries, instants)
def test_the_score_is_the_start_less_what_counts(found, now):
    value = score(found, now, start=100, window_months=12)
    assert 0 <= value <= 100
    assert value == max(100 - sum(e.points for e in counting(found, now, 12)), 0)


@few
@given(entries, instants, st.timedeltas(timedelta(0), timedelta(days=800)))
def test_time_only_heals(found, now, passed):
    past = [entry for entry in found if entry.occurred_at <= now]
    later = score(past, now + passed, start=100, window_months=12)
    assert later >= score(past, now, start=100, window_months=12)
    if passed > timedelta(days=366):
        assert later == 100


@few
@given(entries, instants, st.integers(1, 24))
def test_nothing_that_counts_lies_before_the_bound_of_the_search(found, now, months):
    bound = earliest_counting(now, months)
    assert all(entry.occurred_at > bound for entry in counting(found, now, months))


def refused(measure, months, breaches, current_score=100):
    check_measure(
        measure, months, breaches, current_score=current_score, suspend_at=60, terms=TERMS
    )


@pytest.mark.parametrize("measure", [*Measure])
def test_each_term_has_its_limits(measure):
    least, most = TERMS[measure]
    breach = an_entry(kind=BreachKind.BRIBERY, points=0)
    for months in (least, most):
        refused(measure, months, [breach], current_score=60)
    for months in (least - 1, most + 1):
        with pytest.raises(TermError):
            refused(measure, months, [breach], current_score=60)


def test_a_suspension_needs_a_score_at_the_threshold():
    refused(Measure.SUSPENSION, 1, [an_entry()], current_score=60)
    with pytest.raises(NoGroundsError):
        refused(Measure.SUSPENSION, 1, [an_entry()], current_score=61)
    with pytest.raises(NoGroundsError):
        refused(Measure.SUSPENSION, 1, [], current_score=0)


def test_a_blacklisting_needs_a_grave_breach():
    refused(Measure.BLACKLIST, 3, [an_entry(), an_entry(points=GRAVE_POINTS)])
    with pytest.raises(NoGroundsError):
        refused(Measure.BLACKLIST, 3, [an_entry(points=GRAVE_POINTS - 1)] * 5)


@pytest.mark.parametrize("kind", [*BreachKind])
def test_only_the_closed_list_carries_the_serious_blacklisting(kind):
    if kind in SERIOUS:
        refused(Measure.SERIOUS_BLACKLIST, 12, [an_entry(kind=kind, points=0)])
    else:
        with pytest.raises(NoGroundsError):
            refused(Measure.SERIOUS_BLACKLIST, 12, [an_entry(kind=kind, points=20)])


def a_term(case_id=1, measure=Measure.SUSPENSION, begins=0, ends=10) -> Term:
    midnight = beijing(date(2026, 3, 2))
    return Term(
        case_id=case_id,
        measure=measure,
        effective_at=midnight + timedelta(days=begins),
        ends_at=midnight + timedelta(days=ends),
    )


def test_a_graver_measure_hides_a_milder_one_that_outlasts_it():
    suspended = a_term(1, Measure.SUSPENSION, ends=90)
    listed = a_term(2, Measure.BLACKLIST, begins=10, ends=30)
    both = [listed, suspended]
    assert prevailing(both, suspended.effective_at) == suspended
    assert prevailing(both, listed.effective_at) == listed
    assert prevailing(both, listed.ends_at) == suspended
    assert prevailing(both, suspended.ends_at) is None
    assert prevailing(both, suspended.effective_at - timedelta(microseconds=1)) is None


def test_of_two_blacklistings_the_longer_prevails():
    short, long = a_term(1, Measure.SERIOUS_BLACKLIST), a_term(2, Measure.BLACKLIST, ends=11)
    assert prevailing([short, long], short.effective_at) == long


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (100, "AA"),
        (90, "AA"),
        (89, "A"),
        (80, "A"),
        (79, "B"),
        (70, "B"),
        (69, "C"),
        (60, "C"),
        (59, "D"),
        (0, "D"),
    ],
)
def test_a_level_begins_at_its_floor(value, level):
    floors = [(Level.C, 60), (Level.AA, 90), (Level.B, 70), (Level.A, 80)]
    assert level_of(value, floors) is Level(level)


def test_a_score_never_falls_below_zero():
    found = [an_entry(points=60), an_entry(points=60)]
    assert score(found, NOON, start=100, window_months=12) == 0


def test_without_floors_every_score_is_of_the_lowest_level():
    assert level_of(100, []) is Level.D
