"""The states of a model contract's text. Pure functions, no I/O."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.catalogue.contract_texts.errors import IllegalTextMoveError


class TextState(StrEnum):
    """Where a text stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    REPLACED = "replaced"
    ENDED = "ended"


class TextMove(StrEnum):
    """What becomes of a text."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    REPLACE = "replace"
    END = "end"


_S, _M = TextState, TextMove
MOVES: Final[Mapping[tuple[TextState, TextMove], TextState]] = MappingProxyType(
    {
        (_S.PROPOSED, _M.CONFIRM): _S.IN_FORCE,
        (_S.PROPOSED, _M.REFUSE): _S.REFUSED,
        (_S.IN_FORCE, _M.REPLACE): _S.REPLACED,
        (_S.IN_FORCE, _M.END): _S.ENDED,
    }
)
# What has once been published stays to be had: filed contracts say that they follow it.
PUBLIC: Final = frozenset({_S.IN_FORCE, _S.REPLACED, _S.ENDED})


def advance(state: TextState, move: TextMove) -> TextState:
    """Return the state a move leads a text to.

    Args:
        state: Where it stands.
        move: What is to become of it.

    Returns:
        Where it stands then.

    Raises:
        IllegalTextMoveError: The state does not allow the move.

    Source: platform default (two people publish what others will sign).
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalTextMoveError from None
