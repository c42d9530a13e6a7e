"""Milestones: how a plan is read, every state with every move, and the templates."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.contracts.reports.rules import (
    OPEN,
    IllegalMilestoneMoveError,
    MilestoneMove,
    MilestoneState,
    PlanLineError,
    PlanLongError,
    Planned,
    advance,
    read_plan,
    written,
)

S, M = MilestoneState, MilestoneMove
ALLOWED = {
    (S.PLANNED, M.START): S.DUE,
    (S.DUE, M.REPORT): S.REPORTED,
    (S.DUE, M.MISS): S.MISSED,
    (S.MISSED, M.REPORT): S.LATE,
    (S.PLANNED, M.CLOSE): S.CLOSED,
    (S.DUE, M.CLOSE): S.CLOSED,
    (S.MISSED, M.CLOSE): S.CLOSED,
}
NAMES = st.text("初稿踏勘AB（）", min_size=1, max_size=60)
PLANNED = st.one_of(
    st.builds(Planned, name=NAMES, after_working_days=st.integers(1, 2000)),
    st.builds(Planned, name=NAMES, due_on=st.dates(date(2024, 1, 1), date(2030, 12, 31))),
)


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_each_state_allows_exactly_its_moves(state, move):
    if (state, move) in ALLOWED:
        assert advance(state, move) is ALLOWED[state, move]
    else:
        with pytest.raises(IllegalMilestoneMoveError):
            advance(state, move)


def test_a_late_report_stays_late():
    assert {state for (state, _), to in ALLOWED.items() if to is S.LATE} == {S.MISSED}
    assert not {S.REPORTED, S.LATE, S.CLOSED} & OPEN


@given(st.lists(PLANNED, max_size=10))
def test_a_plan_that_is_written_is_read_again(plan):
    assert read_plan(written(plan), 10) == tuple(plan)


@pytest.mark.parametrize("between", [" ", "：", "，", ":", ",", "\t", "　", "： "])
def test_name_and_term_are_set_apart_as_people_do(between):
    assert read_plan(f"\n 初稿{between}10 \n\n", 10) == (
        Planned(name="初稿", after_working_days=10),
    )


@pytest.mark.parametrize(
    "line",
    ["初稿", "10", "初稿 0", "初稿 2001", "初稿 2026-02-30", "初稿10", "初稿 十", "长" * 61 + " 1"],
)
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(PlanLineError) as refused:
        read_plan(f"初稿 5\n\n{line}", 10)
    assert refused.value.facts["line"] == 3


def test_there_are_so_many_milestones_and_no_more():
    assert len(read_plan("甲 1\n" * 3, 3)) == 3
    with pytest.raises(PlanLongError):
        read_plan("甲 1\n" * 4, 3)
