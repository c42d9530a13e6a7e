"""Examining a round: every state with every move, and what each move needs."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.clocks.rules import Party
from market.contracts.examining.rules import (
    ASKED,
    EXAM_MOVES,
    OPEN,
    TOLERATED,
    ExamMove,
    ExamState,
    IllegalExamMoveError,
    LackDayError,
    NoClauseError,
    NothingListedError,
    NotOverdueError,
    SameReasonError,
    SupplementedOftenError,
    account_of,
    advance,
    check_end,
    check_lack_day,
    check_reason,
    check_supplements,
    clause_of,
    listed,
)
from market.contracts.rules import ReturnReason

S, M = ExamState, ExamMove
ALLOWED = {
    (S.SUBMITTED, M.SUPPLEMENT): S.SUPPLEMENTING,
    (S.SUBMITTED, M.TOLERATE): S.LACKING,
    (S.SUBMITTED, M.APPROVE): S.UNDER_REVIEW,
    (S.SUBMITTED, M.ACCEPT): S.ACCEPTED,
    (S.SUBMITTED, M.SILENT_APPROVE): S.UNDER_REVIEW,
    (S.SUBMITTED, M.SILENT_ACCEPT): S.ACCEPTED,
    (S.SUBMITTED, M.RETURN): S.RETURNED,
    (S.SUBMITTED, M.CLOSE): S.CLOSED,
    (S.SUPPLEMENTING, M.SUPPLY): S.SUBMITTED,
    (S.SUPPLEMENTING, M.OVERDUE): S.SUPPLEMENTING,
    (S.SUPPLEMENTING, M.RETURN): S.RETURNED,
    (S.SUPPLEMENTING, M.CLOSE): S.CLOSED,
    (S.LACKING, M.SUPPLY): S.SUBMITTED,
    (S.LACKING, M.LAPSE): S.SUPPLEMENTING,
    (S.LACKING, M.CLOSE): S.CLOSED,
    (S.UNDER_REVIEW, M.PASS): S.ACCEPTED,
    (S.UNDER_REVIEW, M.REVISE): S.REVISING,
    (S.UNDER_REVIEW, M.TOLERATE): S.REVIEW_LACKING,
    (S.UNDER_REVIEW, M.FAIL): S.FAILED,
    (S.UNDER_REVIEW, M.OVERDUE): S.UNDER_REVIEW,
    (S.UNDER_REVIEW, M.CLOSE): S.CLOSED,
    (S.REVISING, M.SUPPLY): S.UNDER_REVIEW,
    (S.REVISING, M.OVERDUE): S.REVISING,
    (S.REVISING, M.FAIL): S.FAILED,
    (S.REVISING, M.CLOSE): S.CLOSED,
    (S.REVIEW_LACKING, M.SUPPLY): S.UNDER_REVIEW,
    (S.REVIEW_LACKING, M.LAPSE): S.REVISING,
    (S.REVIEW_LACKING, M.CLOSE): S.CLOSED,
    (S.RETURNED, M.OVERTURN): S.SUBMITTED,
    (S.FAILED, M.OVERTURN): S.UNDER_REVIEW,
}
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(("state", "move"), list(product(ExamState, ExamMove)))
def test_each_state_allows_exactly_its_moves(state, move):
    if (state, move) in ALLOWED:
        assert advance(state, move) is ALLOWED[state, move]
    else:
        with pytest.raises(IllegalExamMoveError):
            advance(state, move)


def test_every_open_round_can_end_and_a_closed_one_moves_only_if_its_return_falls():
    assert {state for state, move in EXAM_MOVES if move is not M.OVERTURN} == OPEN
    assert {(state, M.CLOSE) for state in OPEN} <= EXAM_MOVES.keys()
    ends = {to for to in EXAM_MOVES.values() if to not in OPEN}
    assert ends == {S.ACCEPTED, S.RETURNED, S.FAILED, S.CLOSED}


def test_a_reason_that_fell_does_not_return_the_round_again():
    check_reason(ReturnReason.FORMAT, {ReturnReason.DATA_ERROR})
    with pytest.raises(SameReasonError):
        check_reason(ReturnReason.DATA_ERROR, {ReturnReason.DATA_ERROR})


def test_only_an_owner_or_an_authority_accepts_and_uploading_never_does():
    accepting = {(state, move) for (state, move), to in EXAM_MOVES.items() if to is S.ACCEPTED}
    assert accepting == {
        (S.SUBMITTED, M.ACCEPT),
        (S.SUBMITTED, M.SILENT_ACCEPT),
        (S.UNDER_REVIEW, M.PASS),
    }


def test_time_passes_on_one_account_until_a_round_is_accepted():
    standing = TOLERATED | {S.ACCEPTED, S.CLOSED}
    assert {state for state in S if account_of(state) is None} == standing
    assert account_of(S.SUBMITTED) is Party.OWNER
    assert account_of(S.UNDER_REVIEW) is Party.REVIEWER
    assert {account_of(s) for s in ASKED - TOLERATED} == {Party.FIRM}
    # A rejection, and a tolerance that lapsed, open the firm's account again.
    for (_, move), to in EXAM_MOVES.items():
        if move in {M.RETURN, M.FAIL, M.LAPSE}:
            assert account_of(to) is Party.FIRM


@pytest.mark.parametrize("state", list(S))
def test_a_firm_asked_for_a_supplement_has_its_whole_term(state):
    check_end(state, overdue=True)
    if state in {S.SUPPLEMENTING, S.REVISING}:
        with pytest.raises(NotOverdueError):
            check_end(state, overdue=False)
    else:
        check_end(state, overdue=False)


def test_a_round_is_supplemented_so_often_and_no_more():
    check_supplements(1, 2)
    with pytest.raises(SupplementedOftenError):
        check_supplements(2, 2)


@given(st.lists(st.text("甲乙丙丁", min_size=2, max_size=9), min_size=1, max_size=20))
def test_what_is_listed_is_kept_line_by_line(lines):
    assert listed("\n \n".join(f"  {line} " for line in lines)) == tuple(lines)


@pytest.mark.parametrize("text", ["", " \n ", "附图一\n表", "\n".join(["附图"] * 21)])
def test_a_list_says_something_in_each_line_and_is_not_endless(text):
    with pytest.raises(NothingListedError):
        listed(text)


@pytest.mark.parametrize("text", ["", "   ", "第3条", "合同 "])
def test_a_clause_is_named(text):
    with pytest.raises(NoClauseError):
        clause_of(text)


def test_a_clause_is_kept_without_blanks():
    assert clause_of(" 合同第5条 ") == "合同第5条"
    assert clause_of("第五条款") == "第五条款"


@given(st.integers(-30, 60), st.integers(1, 30))
def test_a_missing_document_comes_after_today_and_not_beyond_the_limit(days, most):
    by_on, latest = TODAY + timedelta(days=days), TODAY + timedelta(days=most)
    if 1 <= days <= most:
        assert check_lack_day(by_on, today=TODAY, latest=latest) == by_on
    else:
        with pytest.raises(LackDayError):
            check_lack_day(by_on, today=TODAY, latest=latest)


def test_a_day_is_said():
    with pytest.raises(LackDayError):
        check_lack_day(None, today=TODAY, latest=TODAY)
