"""The versions of a fee: the whole product of states and moves, and which version counts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from market.firms import actions, jobs, queries
from market.firms.entry import ReminderSubject
from market.firms.fee_history import (
    COMPARED,
    VersionState,
    differences,
    in_force,
    state_of,
)
from market.firms.model_entry import FirmReminder
from tests.market.factories.firms import ITEM, a_fee, a_listed_firm

DAY = date(2026, 3, 10)
S = VersionState


@dataclass(frozen=True)
class Version:
    version_no: int
    valid_from_on: date
    valid_to_on: date | None = None
    published_at: datetime = datetime(2026, 3, 1, tzinfo=UTC)


def days(number: int) -> date:
    return DAY + timedelta(days=number)


IN_STATE = {
    S.COMING: (Version(1, days(5), days(9)), []),
    S.IN_FORCE: (Version(1, days(-5), days(5)), []),
    S.EXPIRED: (Version(1, days(-9), days(-1)), []),
    S.SUPERSEDED: (Version(1, days(-9)), [Version(2, days(-3))]),
}
# What becomes of a version: a later one from today, or from a later day; a day after its end
# has come, or the day of its beginning.
MOVES = {
    "another from today": lambda v, later: (v, [*later, Version(9, DAY)], DAY),
    "another from its own first day": lambda v, later: (v, [*later, Version(9, days(5))], DAY),
    "another for later": lambda v, later: (v, [*later, Version(9, days(30))], DAY),
    "its first days pass": lambda v, later: (v, later, days(5)),
    "its end passes": lambda v, later: (v, later, days(10)),
}
PRODUCT = {
    (S.COMING, "another from today"): S.SUPERSEDED,
    (S.COMING, "another from its own first day"): S.SUPERSEDED,
    (S.COMING, "another for later"): S.COMING,
    (S.COMING, "its first days pass"): S.IN_FORCE,
    (S.COMING, "its end passes"): S.EXPIRED,
    (S.IN_FORCE, "another from today"): S.SUPERSEDED,
    (S.IN_FORCE, "another from its own first day"): S.IN_FORCE,
    (S.IN_FORCE, "another for later"): S.IN_FORCE,
    (S.IN_FORCE, "its first days pass"): S.IN_FORCE,
    (S.IN_FORCE, "its end passes"): S.EXPIRED,
    (S.EXPIRED, "another from today"): S.SUPERSEDED,
    (S.EXPIRED, "another from its own first day"): S.EXPIRED,
    (S.EXPIRED, "another for later"): S.EXPIRED,
    (S.EXPIRED, "its first days pass"): S.EXPIRED,
    (S.EXPIRED, "its end passes"): S.EXPIRED,
    **{(S.SUPERSEDED, move): S.SUPERSEDED for move in MOVES},
}


def test_a_coming_version_that_starts_before_it_is_replaced_on_that_day():
    """The one published last is in force from its own day, whatever began in between."""
    versions = [Version(1, days(-5)), Version(2, days(5)), Version(3, days(2))]
    assert [state_of(one, versions, DAY) for one in versions] == [
        S.IN_FORCE,
        S.SUPERSEDED,
        S.COMING,
    ]
    assert in_force(versions, days(6)) == versions[2]


@pytest.mark.parametrize("state", S)
def test_each_state_is_what_it_is(state):
    version, later = IN_STATE[state]
    assert state_of(version, later, DAY) is state


@pytest.mark.parametrize(("state", "move"), [(s, m) for s in S for m in MOVES])
def test_the_whole_product_of_states_and_moves(state, move):
    version, later, day = MOVES[move](*IN_STATE[state])
    assert state_of(version, later, day) is PRODUCT[state, move]


versions_strategy = st.lists(
    st.tuples(st.integers(-9, 9), st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 99)),
    max_size=5,
).map(
    lambda rows: [
        Version(
            number,
            days(begins),
            None if lasts is None else days(begins + lasts),
            datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours),
        )
        for number, (begins, lasts, hours) in enumerate(rows, start=1)
    ]
)


@given(versions_strategy, st.integers(-10, 20))
def test_the_version_that_counts_is_the_one_that_says_it_is_in_force(versions, number):
    day = days(number)
    said = [one for one in versions if state_of(one, versions, day) is S.IN_FORCE]
    found = in_force(versions, day)
    assert said == ([found] if found else [])


@given(versions_strategy, st.integers(-10, 20), st.integers(0, 99))
def test_what_is_published_later_never_changes_what_counted(versions, number, hours):
    day, known_by = days(number), datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
    before = [one for one in versions if one.published_at <= known_by]
    assert in_force(versions, day, known_by) == in_force(before, day)


def test_an_ended_version_is_not_followed_by_the_one_before_it():
    versions = [Version(1, days(-9)), Version(2, days(-5), days(-1))]
    assert in_force(versions, DAY) is None
    assert in_force(versions, days(-1)) == versions[1]
    assert in_force(versions, days(-6)) == versions[0]


def test_differences_name_the_columns_in_the_order_of_the_form():
    before = dict.fromkeys(COMPARED, "")
    after = before | {"min_fee_fen": 5, "basis": "own"}
    found = differences(before, after)
    assert [(one.column, one.before, one.after) for one in found] == [
        ("basis", "", "own"),
        ("min_fee_fen", "", 5),
    ]
    assert differences(before, before) == []


def test_a_fee_that_ends_is_reminded_of_and_missed_when_it_is_over(
    fast_here, clock, sign_in, working
):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        ends_on = work.today + timedelta(days=20)
        fee = a_fee(work.today, valid_to_on=ends_on)
        actions.publish_fee(work, queries.own(work), ITEM, fee)
        assert queries.own(work).next_check_at is not None
    browser = sign_in(delegate)
    assert "公开的收费即将到期，请公开新的收费" in browser.get("/workbench").text
    clock.move_to(clock() + timedelta(days=14))
    jobs.sweep(fast_here)
    with working(fast_here, delegate) as work:
        given = work.session.scalars(select(FirmReminder)).all()
        assert [(one.subject, one.days) for one in given] == [(ReminderSubject.FEE, 7)]
    clock.move_to(clock() + timedelta(days=7))
    browser = sign_in(delegate)
    assert "公开的收费已到期，不能报名" in browser.get("/workbench").text
    with working(fast_here, delegate) as work:
        fee = a_fee(work.today)
        actions.publish_fee(work, queries.own(work), ITEM, fee)
    assert "公开的收费已到期" not in browser.get("/workbench").text
