"""No time disappears, none is counted twice, and the same events give the same accounts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks.counting import GRAINS, INSTANT, Ruler, StartRule, Unit, starts_at
from market.clocks.replay import (
    Correction,
    Segment,
    accounts,
    beyond,
    elapsed,
    reached_at,
    replay,
    spans,
)
from market.clocks.rules import Party
from tests.lengths import length
from tests.market.clocks.oracle import HALF, walked

CALENDAR = default_calendar()
# A machine that is busy is slow, not wrong.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULERS = {unit: Ruler(unit, CALENDAR) for unit in Unit}
BEGIN = datetime(2024, 2, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    party: Party | None
    happened_at: datetime


@st.composite
def histories(draw, most=8):
    """Events at any instant, often at 0:00 or noon sharp, often several at one instant."""
    half_days = draw(st.lists(st.integers(0, 1_000), min_size=1, max_size=most))
    odd = draw(st.lists(st.sampled_from([0, 0, 1, -1, 7_200_000_000]), min_size=1, max_size=3))
    start = beijing(beijing_day(BEGIN))
    instants = sorted(
        start + number * HALF + odd[place % len(odd)] * INSTANT
        for place, number in enumerate(half_days)
    )
    parties = st.sampled_from([*Party, None])
    return [Happened(draw(parties), at) for at in instants]


UNITS = st.sampled_from(Unit)
RULES = st.sampled_from([StartRule.DAY_AFTER, StartRule.AT_ONCE])
LATER = st.integers(-40, 1_100)


def segments_of(events, rule):
    return replay(events, starts_at(rule, events[0].happened_at, None))


@settings(PATIENT, max_examples=200)
@given(histories(), UNITS, RULES, LATER)
def test_at_every_instant_the_accounts_sum_to_the_elapsed_time(events, unit, rule, later):
    segments, ruler = segments_of(events, rule), RULERS[unit]
    until_at = events[0].happened_at + later * HALF
    used = accounts(segments, until_at, ruler)
    assert sum(used.values()) == elapsed(segments, until_at, ruler)
    assert min(spans(segments, until_at, ruler)) >= 0
    stood = [
        s for s, e in zip(spans(segments, until_at, ruler), events, strict=True) if not e.party
    ]
    whole = max(0, ruler.by(until_at) - ruler.before(segments[0].since_at))
    assert sum(used.values()) + sum(stood) == whole


@settings(PATIENT, max_examples=length(150, 20_000))
@given(histories(), st.sampled_from([u for u in Unit if u is not Unit.HOUR]), RULES, LATER)
def test_the_accounts_are_what_a_walk_finds(events, unit, rule, later):
    until_at = events[0].happened_at + later * HALF
    used = accounts(segments_of(events, rule), until_at, RULERS[unit])
    assert used == walked(events, unit, rule, until_at, CALENDAR)


@settings(PATIENT)
@given(histories(), UNITS, RULES, LATER, st.integers(0, 90))
def test_no_account_ever_shrinks(events, unit, rule, later, more):
    segments, ruler = segments_of(events, rule), RULERS[unit]
    at = events[0].happened_at + later * HALF
    before, after = (accounts(segments, t, ruler) for t in (at, at + more * HALF))
    assert all(before[party] <= after[party] for party in Party)
    assert elapsed(segments, at, ruler) <= elapsed(segments, at + more * HALF, ruler)


@settings(PATIENT)
@given(histories(), UNITS, RULES, LATER)
def test_what_is_replayed_again_says_the_same_and_what_changes_nothing_changes_nothing(
    events, unit, rule, later
):
    ruler, until_at = RULERS[unit], events[0].happened_at + later * HALF
    said = accounts(segments_of(events, rule), until_at, ruler)
    assert accounts(segments_of(list(events), rule), until_at, ruler) == said
    # An event that hands the clock to whom it is with already.
    last = events[-1]
    doubled = [*events, Happened(last.party, last.happened_at + 3 * HALF)]
    assert accounts(segments_of(doubled, rule), until_at, ruler) == said


@settings(PATIENT)
@given(histories(), UNITS, RULES, st.integers(1, 60))
def test_when_the_limit_is_reached_the_holder_has_used_it_exactly(events, unit, rule, number):
    segments, ruler = segments_of(events, rule), RULERS[unit]
    limit = number * GRAINS[unit]
    at = reached_at(segments, Party.FIRM, limit, ruler)
    if segments[-1].party is not Party.FIRM:
        assert at is None
        return
    used = accounts(segments, at - INSTANT, ruler)[Party.FIRM]
    if unit is Unit.CALENDAR_DAY:  # One that ends on a day off ends on the next working day.
        assert used >= limit
    else:
        assert used == limit - (unit is Unit.HOUR)  # The last instant of an hour is yet to pass.
    later = accounts(segments, at + timedelta(days=30), ruler)[Party.FIRM]
    began_after = segments[-1].since_at >= at
    assert later > limit or began_after


def test_with_exactly_the_limit_used_it_is_due_when_the_time_began_again():
    monday = beijing(datetime(2026, 3, 2, tzinfo=UTC).date())
    day = timedelta(days=1)
    events = [
        Segment(monday, Party.FIRM),
        Segment(monday + 2 * day, Party.OWNER),
        Segment(monday + 3 * day + HALF, Party.FIRM),
    ]
    ruler = RULERS[Unit.WORKING_DAY]
    assert reached_at(events, Party.FIRM, 2, ruler) == monday + 4 * day
    assert reached_at(events, Party.FIRM, 1, ruler) == monday + day
    assert reached_at(events, Party.FIRM, 3, ruler) == monday + 5 * day
    assert reached_at(events, Party.OWNER, 3, ruler) is None
    assert reached_at([], Party.FIRM, 3, ruler) is None
    assert (elapsed([], monday, ruler), accounts([], monday, ruler)[Party.FIRM]) == (0, 0)
    assert spans(events, monday - day, ruler) == [0, 0, 0]


@settings(PATIENT, max_examples=200)
@given(histories(), UNITS, RULES, LATER, st.data())
def test_a_correction_moves_time_between_two_accounts_and_loses_none(
    events, unit, rule, later, data
):
    begin, end = sorted(
        data.draw(st.lists(st.integers(0, len(events) - 1), min_size=2, max_size=2))
    )
    of, to = data.draw(st.sampled_from(list(Party))), data.draw(st.sampled_from(list(Party)))
    one = Correction(events[begin].happened_at, events[end].happened_at, of, to)
    counts_from, ruler = starts_at(rule, events[0].happened_at, None), RULERS[unit]
    until_at = events[0].happened_at + later * HALF
    before = replay(events, counts_from)
    after = replay(events, counts_from, [one])
    assert spans(before, until_at, ruler) == spans(after, until_at, ruler)
    was, now = accounts(before, until_at, ruler), accounts(after, until_at, ruler)
    assert sum(now.values()) == elapsed(after, until_at, ruler) == sum(was.values())
    assert all(was[party] == now[party] for party in set(Party) - {of, to})
    within = [
        grains
        for grains, event in zip(spans(before, until_at, ruler), events, strict=True)
        if event.party is of and one.from_at <= event.happened_at < one.until_at
    ]
    assert now[to] - was[to] == (sum(within) if of is not to else 0)


@settings(PATIENT, max_examples=200)
@given(histories(), st.sampled_from([Unit.WORKING_DAY, Unit.HOUR]), st.integers(0, 60), LATER)
def test_beyond_a_term_lies_what_was_used_more_than_it(events, unit, days, later):
    segments, ruler = segments_of(events, StartRule.DAY_AFTER), RULERS[unit]
    limit = days * GRAINS[unit]
    until_at = events[0].happened_at + later * HALF
    late = beyond(segments, Party.FIRM, limit, until_at, ruler)
    used = accounts(segments, until_at, ruler)[Party.FIRM]
    last = ruler.by(until_at)
    found = sum(
        max(0, (last if ends_at is None else min(last, ruler.before(ends_at))) - ruler.before(at))
        for at, ends_at in late
    )
    assert found == max(0, used - limit)
    assert all(ends_at is None or at < ends_at for at, ends_at in late)


def test_a_payment_that_ends_on_a_day_off_is_late_after_the_next_working_day():
    since = beijing(date(2026, 3, 2), 9)  # five calendar days end on Saturday 7 March
    ruler = RULERS[Unit.CALENDAR_DAY]
    late = beyond([Segment(since, Party.OWNER)], Party.OWNER, 5, beijing(date(2026, 3, 20)), ruler)
    assert late == [(beijing(date(2026, 3, 10)), None)]
    assert beyond([Segment(since, Party.OWNER)], Party.OWNER, 5, late[0][0], ruler) == []
