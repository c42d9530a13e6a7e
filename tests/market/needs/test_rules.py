"""The rules of a need: the whole table of moves, the timetable, and the limits of its facts."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market import regulations
from market.calendar import UnknownYearError, default_calendar, provisional_calendar
from market.catalogue.queries import item
from market.clock import BEIJING, beijing, beijing_day
from market.needs.labels import MODES as MODE_WORDS
from market.needs.labels import NEXT_STEP, failure_words
from market.needs.limits import agreed_timetable, ahead, due_at, notice_clause, timetable_at
from market.needs.rules import (
    MODES,
    AlternatesError,
    CeilingError,
    FailureReason,
    IllegalMoveError,
    ModeError,
    Move,
    MustTenderError,
    NeedFactsError,
    NeedState,
    ServiceDaysError,
    StaffError,
    advance,
    check_facts,
)

S, M = NeedState, Move

# Written out once more by hand, from handbook domain.md 2.3 and 2.4: what is not here is refused.
ALLOWED = {
    S.DRAFT: {M.SUBMIT: S.APPROVAL, M.WITHDRAW: S.WITHDRAWN, M.CHOOSE: S.DIRECT},
    S.RETURNED: {M.SUBMIT: S.APPROVAL, M.WITHDRAW: S.WITHDRAWN, M.CHOOSE: S.DIRECT},
    S.APPROVAL: {
        M.APPROVE: S.CHECK,
        M.SEND_BACK: S.RETURNED,
        M.TAKE_BACK: S.DRAFT,
        M.WITHDRAW: S.WITHDRAWN,
    },
    S.CHECK: {M.PUBLISH: S.OPEN, M.RETURN: S.RETURNED, M.WITHDRAW: S.WITHDRAWN},
    S.OPEN: {
        M.CHANGE: S.CHECK,
        M.CLOSE: S.DRAWING,
        M.FAIL: S.FAILED,
        M.WITHDRAW: S.WITHDRAWN,
    },
    S.DRAWING: {M.DRAW: S.PUBLICITY, M.FAIL: S.FAILED},
    S.PUBLICITY: {
        M.OFFER: S.AWARDED,
        M.SUBSTITUTE: S.PUBLICITY,
        M.FAIL: S.FAILED,
        M.DROP: S.RETURNED,
    },
    S.AWARDED: {
        M.SUBSTITUTE: S.PUBLICITY,
        M.CONTRACT: S.CONTRACTED,
        M.FAIL: S.FAILED,
        M.DROP: S.RETURNED,
    },
    S.CONTRACTED: {
        M.COMPLETE: S.COMPLETED,
        M.TERMINATE: S.TERMINATED,
        M.SUBSTITUTE: S.PUBLICITY,
        M.FAIL: S.FAILED,
        M.DROP: S.RETURNED,
    },
    S.TERMINATED: {},
    S.COMPLETED: {},
    S.FAILED: {M.RENOTICE: S.APPROVAL, M.CHOOSE: S.DIRECT},
    S.WITHDRAWN: {},
    S.DIRECT: {M.NAME: S.PUBLICITY, M.DROP: S.RETURNED, M.FAIL: S.FAILED},
}


@pytest.mark.parametrize(("state", "move"), list(product(NeedState, Move)))
def test_every_move_from_every_state(state: NeedState, move: Move):
    expected = ALLOWED[state].get(move)
    if expected is None:
        with pytest.raises(IllegalMoveError) as refusal:
            advance(state, move)
        assert (refusal.value.state, refusal.value.move) == (state, move)
    else:
        assert advance(state, move) is expected


def test_an_owner_can_never_have_a_draw_repeated():
    """From the close of enrolment on, every way on is the draw's, the firms' or the contract's."""
    owners = {M.SUBMIT, M.APPROVE, M.SEND_BACK, M.WITHDRAW, M.RENOTICE, M.CHANGE, M.CHOOSE}
    for state in (S.DRAWING, S.PUBLICITY, S.AWARDED, S.CONTRACTED, S.COMPLETED):
        assert not owners & set(ALLOWED[state])


def test_every_state_and_mode_has_its_words():
    assert set(NEXT_STEP) == set(NeedState)
    assert set(MODE_WORDS) == set(MODES)
    assert "演示" in MODE_WORDS["D1"].name
    assert failure_words("too_few_enrolled") != "too_few_enrolled"
    assert failure_words("a code of a later version") == "a code of a later version"
    assert {failure_words(reason) for reason in FailureReason}.isdisjoint(FailureReason)


def closes(published: datetime, ceiling_fen: int) -> datetime:
    return timetable_at(published, ceiling_fen).enrol_close_at


@pytest.mark.parametrize(
    ("ceiling_fen", "clause", "close_day"),
    [
        (1, "small", 4),
        (5_000_000, "small", 4),
        (5_000_001, "default", 6),
        (49_999_999, "default", 6),
        (50_000_000, "large", 10),
    ],
)
def test_a_notice_stands_longer_the_dearer_the_service(ceiling_fen, clause, close_day):
    monday = beijing(date(2026, 3, 2), 9)
    rules = regulations.in_force("market-process", date(2026, 3, 2))
    assert notice_clause(rules, ceiling_fen) == f"notice.{clause}_working_days"
    assert closes(monday, ceiling_fen) == beijing(date(2026, 3, close_day), 10)


def test_a_make_up_saturday_counts_and_a_holiday_does_not():
    # 国办发明电〔2025〕7号: 9 May 2026, a Saturday, is worked; 1 to 5 May are off.
    assert closes(beijing(date(2026, 5, 7), 9), 10_000_000) == beijing(date(2026, 5, 12), 10)
    assert closes(beijing(date(2026, 4, 29), 9), 10_000_000) == beijing(date(2026, 5, 8), 10)
    assert closes(beijing(date(2026, 5, 7), 9), 1) == beijing(date(2026, 5, 9), 10)


def test_the_beijing_day_of_publication_counts_not_the_utc_day():
    late, early = beijing(date(2026, 3, 2), 23, 59), beijing(date(2026, 3, 3))
    assert late.date() == early.date() == date(2026, 3, 2)  # one day in UTC
    assert closes(late, 1) == beijing(date(2026, 3, 4), 10)
    assert closes(early, 1) == beijing(date(2026, 3, 5), 10)


def test_an_instant_of_a_draw_never_lies_in_a_year_without_a_notice():
    with pytest.raises(UnknownYearError) as refusal:
        timetable_at(beijing(date(2026, 12, 29), 9), 10_000_000)
    assert refusal.value.year == 2027
    assert "2027年" in str(refusal.value)
    # A check's term is worked out anew whenever it is asked, and shown as provisional.
    days = regulations.in_force("market-process", date(2026, 12, 31))
    assert due_at(S.CHECK, beijing(date(2026, 12, 31), 9)) == provisional_calendar().due_at(
        date(2026, 12, 31), days.integer("approval.operator_check_working_days")
    )
    # What follows a result is counted again: only the timetable itself must be certain.
    soon = beijing(date(2026, 12, 28), 9)
    assert agreed_timetable(soon, 1, None).result_by_at < beijing(date(2027, 1, 1))
    late = timetable_at(beijing(date(2026, 3, 2), 9), 1)
    on = timedelta(days=308)
    wanted = replace(
        late, **{f.name: at + on for f in fields(late) if (at := getattr(late, f.name)) is not None}
    )
    assert wanted.result_by_at > beijing(date(2027, 1, 1))
    with pytest.raises(UnknownYearError):
        agreed_timetable(soon, 1, wanted)
    with pytest.raises(UnknownYearError):
        ahead(S.DRAFT, *[beijing(date(2026, 12, 24), 9)] * 2, 10_000_000, "A")


instants = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: beijing(date(2026, 1, 1)) + timedelta(minutes=minutes)
)


@settings(max_examples=200, deadline=None)
@given(instants, st.integers(1, 100_000_000))
def test_the_laws_of_every_timetable(published: datetime, ceiling_fen: int):
    times = timetable_at(published, ceiling_fen)
    calendar = default_calendar()
    rules = regulations.in_force("market-process", beijing_day(published))
    days = rules.integer(notice_clause(rules, ceiling_fen))
    close_day = beijing_day(times.enrol_close_at)
    assert times.enrol_open_at == published
    assert calendar.is_working_day(close_day)
    assert times.enrol_close_at.astimezone(BEIJING).timetz().isoformat() == "10:00:00+08:00"
    # The whole notice period lies strictly between the day of publication and that of the close.
    assert calendar.working_days_between(beijing_day(published), close_day) == days + 1
    assert times.enrol_close_at < times.freeze_by_at < times.reveal_by_at < times.phi_at
    assert times.phi_at < times.result_by_at
    assert times.phi_at - times.freeze_by_at >= timedelta(minutes=30)
    assert times.freeze_by_at - times.enrol_close_at == timedelta(minutes=5)


@settings(max_examples=100, deadline=None)
@given(instants, instants, st.integers(1, 100_000_000))
def test_who_publishes_later_never_closes_earlier(one: datetime, other: datetime, fen: int):
    first, second = sorted((one, other))
    assert closes(first, fen) <= closes(second, fen)
    assert closes(first, fen) <= closes(first, fen + 45_000_000)


@settings(max_examples=100, deadline=None)
@given(instants, st.sampled_from([S.DRAFT, S.RETURNED, S.APPROVAL, S.CHECK]), st.integers(0, 20))
def test_what_is_ahead_comes_in_order_and_is_still_ahead(since, state, waited_days):
    now = since + timedelta(days=waited_days)
    steps = ahead(state, since, now, 10_000_000, "A")
    times = [step.at for step in steps]
    assert times == sorted(times)
    assert times[-1] > now
    assert len(steps) == (3 if state is S.CHECK else 4)


BEFORE_A_NOTICE = {S.DRAFT, S.RETURNED, S.APPROVAL, S.CHECK, S.FAILED}


@pytest.mark.parametrize("state", [s for s in NeedState if s not in BEFORE_A_NOTICE])
def test_once_the_notice_is_out_its_timetable_counts(state: NeedState):
    monday = beijing(date(2026, 3, 2), 9)
    assert ahead(state, monday, monday, 1, "A") == []
    assert due_at(state, monday) is None


def test_a_step_is_due_at_the_end_of_its_last_working_day():
    thursday = beijing(date(2026, 3, 5), 17)
    assert due_at(S.APPROVAL, thursday) == beijing(date(2026, 3, 10))
    assert due_at(S.CHECK, thursday) == beijing(date(2026, 3, 10))


def facts(**differences) -> None:
    usual = {
        "mode": "A",
        "ceiling_fen": 99_999_999,
        "tender_from_fen": 100_000_000,
        "service_working_days": 40,
        "limit_working_days": 40,
        "staff_required": 1,
        "least_staff": 1,
        "alternates": 2,
        "most_alternates": 2,
    }
    check_facts(**(usual | differences))


@pytest.mark.parametrize(
    ("differences", "error", "field"),
    [
        ({"mode": "Z"}, ModeError, "mode"),
        ({"mode": ""}, ModeError, "mode"),
        ({"ceiling_fen": 0}, CeilingError, "ceiling_fen"),
        ({"ceiling_fen": -1}, CeilingError, "ceiling_fen"),
        ({"ceiling_fen": 100_000_000}, MustTenderError, "ceiling_fen"),
        ({"ceiling_fen": 100_000_001}, MustTenderError, "ceiling_fen"),
        ({"service_working_days": 0}, ServiceDaysError, "service_working_days"),
        ({"service_working_days": 41}, ServiceDaysError, "service_working_days"),
        ({"staff_required": 0}, StaffError, "staff_required"),
        ({"alternates": -1}, AlternatesError, "alternates"),
        ({"alternates": 3}, AlternatesError, "alternates"),
    ],
)
def test_facts_that_break_a_rule_are_refused_at_their_field(differences, error, field):
    with pytest.raises(error) as refusal:
        facts(**differences)
    assert refusal.value.field == field
    assert isinstance(refusal.value, NeedFactsError)


def refused_at(**differences) -> str | None:
    """Return the field at which facts are refused; nothing if they are taken."""
    try:
        facts(**differences)
    except NeedFactsError as refusal:
        return refusal.field
    return None


EDGES = [
    ("ceiling_fen", 1, 0),
    ("ceiling_fen", 99_999_999, 100_000_000),
    ("service_working_days", 1, 0),
    ("service_working_days", 40, 41),
    ("alternates", 0, -1),
    ("alternates", 2, 3),
    ("staff_required", 1, 0),
    ("mode", "D1", "D0"),
    ("mode", "D2", "D3"),
]


@pytest.mark.parametrize(("field", "within", "beyond"), EDGES)
def test_facts_at_the_edge_of_a_rule_are_taken_and_a_step_further_are_not(field, within, beyond):
    assert refused_at(**{field: within}) is None
    assert refused_at(**{field: beyond}) == field


def test_more_people_than_the_least_and_any_sum_without_a_threshold_are_taken():
    assert refused_at(staff_required=3) is None
    assert refused_at(ceiling_fen=100_000_000, tender_from_fen=None) is None


def test_the_threshold_is_the_regulations_and_includes_the_amount_itself():
    """第五条第一款第（三）项: from 1,000,000 yuan; 民法典 1259: "以上" includes the number."""
    rules = regulations.in_force("procurement-threshold", date(2026, 3, 2))
    assert rules.integer("engineering_services.single_contract_from_fen") == 100 * 10_000 * 100
    assert item("ZJ-05-001-01", date(2026, 3, 2)).tender_class == "设计"
    assert "1,000,000" in str(MustTenderError(100_000_000))


def test_what_is_ahead_of_public_numbers_comes_in_the_evening():
    now = beijing(date(2026, 3, 2), 9)
    at = {mode: ahead(S.CHECK, now, now, 10_000_000, mode)[-1].at for mode in ("A", "B")}
    published = at["B"] - timedelta(hours=2)
    assert f"{at['A'].astimezone(BEIJING):%H:%M}" == "10:45"
    assert f"{published.astimezone(BEIJING):%H:%M}" == "21:15"
