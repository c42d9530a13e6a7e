"""Which moves a request to withdraw a notice allows. Pure functions, no I/O."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from market.errors import MarketError, msgid


class WithdrawalState(StrEnum):
    """Where a request to withdraw a notice stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"
    LAPSED = "lapsed"


class WithdrawalMove(StrEnum):
    """What is done to a request."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"
    LAPSE = "lapse"


S, M = WithdrawalState, WithdrawalMove
MOVES: Mapping[tuple[WithdrawalState, WithdrawalMove], WithdrawalState] = MappingProxyType(
    {
        (S.ASKED, M.CONFIRM): S.CONFIRMED,
        (S.ASKED, M.REFUSE): S.REFUSED,
        (S.ASKED, M.TAKE_BACK): S.TAKEN_BACK,
        # Enrolment closed, or the notice was changed, before anybody decided.
        (S.ASKED, M.LAPSE): S.LAPSED,
    }
)


class WithdrawalOverError(MarketError):
    """The request is not open any more."""

    sentence = msgid("这项撤回申请已经办结或失效，可能他人已经办理。请刷新页面查看最新状态。")


def advance(state: WithdrawalState, move: WithdrawalMove) -> WithdrawalState:
    """Return the state a move leads to.

    Args:
        state: Where the request stands.
        move: What is to be done.

    Raises:
        WithdrawalOverError: The state does not allow the move.

    Source: handbook domain.md 2.3 step 3 (two-person approval) and 2.4; the table is a platform
    default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise WithdrawalOverError from None
