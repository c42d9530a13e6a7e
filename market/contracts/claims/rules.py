"""Whose time an earlier day may change: nobody moves a day onto another's account alone. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from market.errors import MarketError, msgid


class ClaimState(StrEnum):
    """Where a claimed day stands. Silence is no consent: until it is confirmed it moves nothing."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    MOOT = "moot"


class ClaimMove(StrEnum):
    """What becomes of a claimed day."""

    CONFIRM = "confirm"
    DENY = "deny"
    OVERTAKE = "overtake"


CLAIM_MOVES: Mapping[tuple[ClaimState, ClaimMove], ClaimState] = MappingProxyType(
    {
        (ClaimState.OPEN, ClaimMove.CONFIRM): ClaimState.CONFIRMED,
        (ClaimState.OPEN, ClaimMove.DENY): ClaimState.DENIED,
        # The contract is over, and nobody answered.
        (ClaimState.OPEN, ClaimMove.OVERTAKE): ClaimState.MOOT,
    }
)


class IllegalClaimMoveError(MarketError):
    """The claimed day was answered, or the contract is over."""

    sentence = msgid("对方自称的提交日期已经答复，或者合同已经办结。请刷新页面查看最新状态。")


def advance(state: ClaimState, move: ClaimMove) -> ClaimState:
    """Return the state a move leads a claimed day to.

    Raises:
        IllegalClaimMoveError: It is not open to that move.

    Source: platform default; docs/adr/0095.
    """
    try:
        return CLAIM_MOVES[state, move]
    except KeyError:
        raise IllegalClaimMoveError from None
