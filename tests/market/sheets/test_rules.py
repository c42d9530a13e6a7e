"""An import's life: every state with every move."""

from itertools import product

import pytest

from market.sheets.rules import (
    ENDED,
    MOVES,
    IllegalImportMoveError,
    ImportMove,
    ImportState,
    advance,
    first_state,
)


@pytest.mark.parametrize(("state", "move"), list(product(ImportState, ImportMove)))
def test_every_state_with_every_move(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalImportMoveError):
            advance(state, move)


def test_what_has_ended_stays_so_and_nothing_is_entered_without_a_confirmation():
    assert not [state for state, _ in MOVES if state in ENDED]
    assert [pair for pair, after in MOVES.items() if after is ImportState.RUNNING] == [
        (ImportState.PREVIEWED, ImportMove.CONFIRM),
        (ImportState.OFFERED, ImportMove.CONFIRM),
    ]


@pytest.mark.parametrize(
    ("problems", "fresh", "state"),
    [(1, 0, "faulty"), (1, 5, "faulty"), (0, 0, "done"), (0, 5, "previewed")],
)
def test_there_is_a_confirmation_only_where_there_is_something_to_confirm(problems, fresh, state):
    assert first_state(problems, fresh) == state
