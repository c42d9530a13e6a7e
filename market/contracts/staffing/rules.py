"""The rules of the people named in a contract. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.contracts.rules import ContractState
from market.errors import MarketError, msgid

# While its contract is in one of these, a person is held by it.
HOLDING: Final = (
    ContractState.FILED,
    ContractState.RETURNED,
    ContractState.IN_FORCE,
    ContractState.RUNNING,
    ContractState.DELIVERED,
)
# Until the contract is in force the firm may change its mind alone.
FREELY: Final = (ContractState.FILED, ContractState.RETURNED)


class ReplacementState(StrEnum):
    """Where a firm's wish to replace a named person stands."""

    REQUESTED = "requested"
    AGREED = "agreed"
    REFUSED = "refused"
    DROPPED = "dropped"


class ReplacementMove(StrEnum):
    """What can be done to it."""

    AGREE = "agree"
    REFUSE = "refuse"
    DROP = "drop"


S, M = ReplacementState, ReplacementMove
REPLACEMENT_MOVES: Mapping[tuple[ReplacementState, ReplacementMove], ReplacementState] = (
    MappingProxyType(
        {
            (S.REQUESTED, M.AGREE): S.AGREED,
            (S.REQUESTED, M.REFUSE): S.REFUSED,
            (S.REQUESTED, M.DROP): S.DROPPED,
        }
    )
)


class IllegalReplacementMoveError(MarketError):
    """The wish was answered, or dropped."""

    sentence = msgid("该更换申请已经办理，不能重复办理。请刷新页面查看最新状态。")


def advance(state: ReplacementState, move: ReplacementMove) -> ReplacementState:
    """Return the state a move leads a wish to.

    Args:
        state: Where the wish stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalReplacementMoveError: The state does not allow the move.

    Source: handbook domain.md 10.1 row 12; a platform default.
    """
    try:
        return REPLACEMENT_MOVES[state, move]
    except KeyError:
        raise IllegalReplacementMoveError from None
