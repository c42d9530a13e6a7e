"""The laws of scored selection: when what may be done, how totals come about, who is highest."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.needs.criteria import Criterion
from market.scoring import rules
from market.scoring.rules import (
    MOVES,
    IllegalSheetMoveError,
    Marks,
    Phase,
    PointsError,
    ReasonError,
    SheetMove,
    SheetState,
    UnscoredError,
    Verdict,
    advance,
    check_sheet,
    commitment,
    document,
    phase,
    read_document,
    total,
    totals,
    verdicts,
)

CLOSE = datetime(2026, 3, 10, 2, tzinfo=UTC)
UNTIL = CLOSE + timedelta(days=3)
SECOND = timedelta(seconds=1)
CRITERIA = (Criterion(name="方案", points_max=60), Criterion(name="人员", points_max=40))
SALT = "ab" * 32
POINTS = st.integers(0, 100)
SUMS = st.lists(POINTS, min_size=1, max_size=9)
ORDERS = SUMS.flatmap(lambda sums: st.tuples(st.just(sums), st.permutations(sums)))


@pytest.mark.parametrize(
    ("is_open", "is_closed", "now", "expected"),
    [
        (True, False, CLOSE - SECOND, Phase.HANDING_IN),
        (True, False, CLOSE, Phase.WAITING),
        (False, True, CLOSE, Phase.SCORING),
        (False, True, UNTIL - SECOND, Phase.SCORING),
        (False, True, UNTIL, Phase.OVER),
        (False, False, CLOSE, Phase.OVER),
    ],
)
def test_the_phases_follow_the_log_and_the_clock(is_open, is_closed, now, expected):
    found = phase(
        is_open=is_open, is_closed=is_closed, now=now, close_at=CLOSE, scoring_by_at=UNTIL
    )
    assert found is expected


@pytest.mark.parametrize(("now", "state", "move"), list(product(Phase, SheetState, SheetMove)))
def test_every_move_in_every_state_is_allowed_or_refused(now, state, move):
    if (now, state, move) in MOVES:
        assert advance(now, state, move) is MOVES[now, state, move]
        return
    with pytest.raises(IllegalSheetMoveError):
        advance(now, state, move)


def test_nothing_changes_a_sheet_that_was_handed_in_and_none_is_taken_out_of_time():
    for (now, state, move), to in MOVES.items():
        assert state is not SheetState.PUBLISHED
        assert state is not SheetState.HANDED_IN or to is SheetState.PUBLISHED
        assert now is Phase.SCORING or move is SheetMove.PUBLISH


@given(
    SUMS.flatmap(lambda sums: st.tuples(st.just(sums), st.permutations(sums))), st.integers(0, 9)
)
def test_the_order_of_the_members_is_irrelevant(orders, trim_from):
    sums, mixed = orders
    assert total(sums, trim_from) == total(mixed, trim_from)


@given(SUMS, st.integers(0, 9), st.integers(0, 8), st.integers(0, 100))
def test_more_points_never_lower_a_total(sums, trim_from, place, more):
    better = list(sums)
    better[place % len(sums)] += more
    assert total(better, trim_from) >= total(sums, trim_from)


@given(SUMS, st.integers(0, 9))
def test_a_total_lies_between_the_least_and_the_most(sums, trim_from):
    assert min(sums) <= total(sums, trim_from) <= max(sums)


def test_totals_are_exact_and_extremes_are_left_out_from_a_number_of_members_on():
    assert total([90, 80, 80], 5) == Fraction(250, 3)
    assert total([100, 90, 80, 70, 0], 5) == 80
    assert total([100, 90, 80, 70, 0], 0) == 68
    assert total([100, 0], 2) == 50
    with pytest.raises(ValueError, match="nobody"):
        total([], 0)


def test_every_member_scores_every_proposal():
    marks = Marks(points=(50, 30), reason="")
    assert totals([{0: marks, 2: marks}] * 3, 5) == {0: 80, 2: 80}
    for wrong in ([], [{0: marks}, {1: marks}]):
        with pytest.raises(ValueError, match="every"):
            totals(wrong, 5)


@given(
    st.dictionaries(st.integers(0, 9), st.fractions(0, 100), max_size=6),
    st.sets(st.integers(0, 9)),
    st.integers(0, 100),
)
def test_the_highest_are_those_whom_nobody_exceeds(found, listed, least):
    judged = verdicts(found, sorted(listed), least)
    assert set(judged) == listed
    highest = {each for each, verdict in judged.items() if verdict is Verdict.HIGHEST}
    counting = {each for each in listed if found.get(each, -1) >= least}
    assert highest == {
        each for each in counting if all(found[each] >= found[other] for other in counting)
    }
    assert bool(highest) == bool(counting)
    without = {each for each, verdict in judged.items() if verdict is Verdict.NO_PROPOSAL}
    assert without == listed - set(found)


def a_mark(*points, reason="方案完整，措施具体可行。"):
    return Marks(points=points, reason=reason)


@pytest.mark.parametrize(
    ("sheet", "error", "said"),
    [
        ({0: a_mark(60, 40)}, UnscoredError, "报名序号 2"),
        ({0: a_mark(60, 40), 1: a_mark(60)}, UnscoredError, "报名序号 2"),
        ({0: a_mark(61, 40), 1: a_mark(1, 1)}, PointsError, "“方案”须为 0 至 60"),
        ({0: a_mark(60, 40), 1: a_mark(0, -1)}, PointsError, "“人员”须为 0 至 40"),
        ({0: a_mark(60, 40), 1: a_mark(1, 1, reason="好")}, ReasonError, "至少 10 个字"),
    ],
)
def test_an_incomplete_sheet_is_refused_in_words(sheet, error, said):
    with pytest.raises(error, match=said):
        check_sheet(sheet, CRITERIA, [0, 1], reason_least=10)


def test_a_whole_sheet_is_taken_also_with_no_points_at_all():
    check_sheet({0: a_mark(0, 0), 1: a_mark(60, 40)}, CRITERIA, [0, 1], reason_least=10)


def test_a_sheet_is_read_back_from_its_bytes_and_opens_its_commitment():
    sheet = {1: a_mark(3, 4), 0: a_mark(60, 40)}
    data = document(notice="GG-1", panel="PS-1", expert="EX2026", sheet=sheet)
    assert read_document(data) == sheet
    sealed = commitment(data, SALT)
    assert sealed != commitment(data, "cd" * 32)
    other = document(notice="GG-1", panel="PS-1", expert="EX2026", sheet={**sheet, 0: a_mark(1, 1)})
    assert sealed != commitment(other, SALT)


@pytest.mark.parametrize("wrong", [b"[]", b"{}", b'{"format":"x"}', b"no"])
def test_bytes_that_are_no_sheet_are_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        read_document(wrong)


@pytest.mark.parametrize("salt", ["", "AB" * 32, "ab" * 31, "xy" * 32])
def test_a_salt_has_one_form(salt):
    with pytest.raises(ValueError, match="salt"):
        commitment(b"", salt)


def test_the_format_names_its_version():
    assert rules.FORMAT.endswith("/v1")
