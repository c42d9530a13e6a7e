"""Cards, interviews, withdrawals and grades: every state and move, and what always holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.accounts.operators import Backlog, backlog_of
from market.accounts.todo import Todo
from market.clocks.card_rules import (
    CARD_MOVES,
    WAITING,
    CardMove,
    CardState,
    IllegalCardMoveError,
    Trigger,
    advance_card,
    when_silent,
)
from market.clocks.rules import CardStage
from market.regulations import in_force
from market.supervision.rules import (
    Grade,
    IllegalSupervisionMoveError,
    InterviewMove,
    InterviewState,
    Scale,
    WithdrawalMove,
    WithdrawalState,
    advance_interview,
    advance_withdrawal,
    back_fills,
    bounded,
    grade_of,
    needs_interview,
    quarter_of,
    stage_key,
    weight_of,
)

# One row for each state, one letter for each move: what may be done to a card.
CARDS = {
    "issued": {"reply": "replied", "lapse": "unanswered", "note": "closed"},
    "replied": {"uphold": "upheld"},
    "unanswered": {"reply": "replied", "uphold": "upheld"},
    "upheld": {"close": "closed"},
    "closed": {},
    "withdrawn": None,
}
SCALE = Scale(
    yellow_weight=1,
    red_weight=5,
    excellent_most=0,
    good_most=5,
    qualified_most=15,
    overdue_most_days=10,
)


@pytest.mark.parametrize(("state", "move"), [*product(CardState, CardMove)])
def test_every_card_state_and_move(state, move):
    allowed = CARDS[state]
    if allowed is not None:
        allowed = allowed | {"withdraw": "withdrawn"}
    if allowed and move in allowed:
        assert advance_card(state, move) == allowed[move]
    else:
        with pytest.raises(IllegalCardMoveError):
            advance_card(state, move)


@given(st.lists(st.sampled_from(CardMove), max_size=12))
def test_nobody_is_judged_unheard_and_no_withdrawn_card_comes_back(moves):
    state, seen = CardState.ISSUED, [CardState.ISSUED]
    for move in moves:
        if (state, move) in CARD_MOVES:
            state = advance_card(state, move)
            seen.append(state)
    if CardState.UPHELD in seen:
        before = seen[: seen.index(CardState.UPHELD)]
        assert {CardState.REPLIED, CardState.UNANSWERED} & set(before)
    if CardState.WITHDRAWN in seen:
        assert seen[-1] is CardState.WITHDRAWN


def test_only_a_warning_is_done_with_when_nobody_answers():
    moves = {stage: when_silent(stage) for stage in CardStage}
    assert moves.pop(CardStage.YELLOW) is CardMove.NOTE
    assert set(moves.values()) == {CardMove.LAPSE}


def test_a_party_replies_where_nobody_has_judged():
    assert {state for state in CardState if "reply" in (CARDS[state] or {})} == WAITING


@pytest.mark.parametrize(("state", "move"), [*product(InterviewState, InterviewMove)])
def test_every_interview_state_and_move(state, move):
    ends = {"hold": "held", "miss": "absent", "call-off": "called-off"}
    if state == "invited":
        assert advance_interview(state, move) == ends[move]
    else:
        with pytest.raises(IllegalSupervisionMoveError):
            advance_interview(state, move)


@pytest.mark.parametrize(("state", "move"), [*product(WithdrawalState, WithdrawalMove)])
def test_every_withdrawal_state_and_move(state, move):
    if state == "proposed":
        leads = {"grant": "granted", "refuse": "refused", "take-back": "taken-back"}
        assert advance_withdrawal(state, move) == leads[move]
    else:
        with pytest.raises(IllegalSupervisionMoveError):
            advance_withdrawal(state, move)


def test_only_supervision_is_spoken_about():
    assert [stage for stage in CardStage if needs_interview(stage)] == [CardStage.SUPERVISE]


@pytest.mark.parametrize("trigger", [each for each in Trigger if each is not Trigger.TIME])
def test_the_regulation_says_which_card_a_trigger_gives(trigger):
    rules = in_force("supervision", date(2026, 3, 2))
    assert CardStage(rules.text(stage_key(trigger))) in {CardStage.YELLOW, CardStage.RED}


def test_time_has_its_ladder():
    with pytest.raises(ValueError, match="ladder"):
        stage_key(Trigger.TIME)


@pytest.mark.parametrize(
    ("late", "entries", "expected"),
    [
        (0, 0, False),
        (2, 2, False),
        (3, 10, True),
        (3, 11, False),
        (30, 100, True),
        (29, 100, False),
    ],
)
def test_back_filling_needs_a_share_and_a_number(late, entries, expected):
    assert back_fills(late=late, entries=entries, share_percent=30, least=3) is expected


@pytest.mark.parametrize(
    ("stages", "weight", "grade"),
    [
        ("", 0, Grade.EXCELLENT),
        ("y", 1, Grade.GOOD),
        ("r", 5, Grade.GOOD),
        ("ry", 6, Grade.QUALIFIED),
        ("rrr", 15, Grade.QUALIFIED),
        ("rrry", 16, Grade.FAILED),
        ("sf", 10, Grade.QUALIFIED),
    ],
)
def test_what_cards_weigh_and_how_a_quarter_is_graded(stages, weight, grade):
    letters = dict(zip("yrsf", CardStage, strict=True))
    assert weight_of([letters[one] for one in stages], SCALE) == weight
    assert grade_of(weight, SCALE) is grade


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_weight_is_never_a_better_grade(one, other):
    order = list(Grade)
    low, high = sorted((one, other))
    assert order.index(grade_of(low, SCALE)) <= order.index(grade_of(high, SCALE))


@given(st.sampled_from(Grade), st.integers(0, 300))
def test_who_lets_duties_lie_too_long_is_never_above_qualified(grade, days):
    order = list(Grade)
    found = bounded(grade, days, SCALE)
    assert order.index(found) >= order.index(grade)
    if days > SCALE.overdue_most_days:
        assert found in {Grade.QUALIFIED, Grade.FAILED}
    else:
        assert found is grade


def test_a_backlog_counts_what_was_late_at_an_instant():
    at = datetime(2026, 7, 1, tzinfo=UTC)
    found = [
        Todo("审核", "甲", "/", due_at=at - timedelta(days=89), count=2),
        Todo("审核", "乙", "/", due_at=at - timedelta(hours=1)),
        Todo("审核", "丙", "/", due_at=at + timedelta(days=1)),
        Todo("审核", "丁", "/"),
    ]
    assert backlog_of(found, at) == Backlog(late=3, worst_days=89)
    assert backlog_of(found, at - timedelta(days=90)) == Backlog(late=0, worst_days=0)


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_quarter_holds_its_day_and_the_next_begins_where_it_ends(day):
    first_on, next_on = quarter_of(day)
    assert first_on <= day < next_on
    assert first_on.day == next_on.day == 1
    assert quarter_of(next_on)[0] == next_on
    assert quarter_of(next_on - timedelta(days=1))[0] == first_on
