"""The rules of finding whose fault it is that no contract was signed in time. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from market.errors import MarketError, msgid


class Fault(StrEnum):
    """Why there is no contract: what a side states, and what is found."""

    FIRM = "firm"
    OWNER = "owner"
    # Nobody's: the two sides get the whole time once more, or the next firm is called.
    NEITHER_GO_ON = "neither_go_on"
    NEITHER_NEXT = "neither_next"


class SigningState(StrEnum):
    """Where the finding stands."""

    HEARING = "hearing"
    TO_FIND = "to_find"
    PROPOSED = "proposed"
    FOUND = "found"
    DEFAULTED = "defaulted"
    SIGNED = "signed"
    # The operator proposed nothing in time: an officer of the authority proposes instead.
    ESCALATED = "escalated"
    # The award ended otherwise: there is nothing left to find.
    MOOT = "moot"


class SigningMove(StrEnum):
    """What can be done to it."""

    END_SPOKEN = "end-spoken"
    END_SILENT = "end-silent"
    PROPOSE = "propose"
    SEND_BACK = "send-back"
    FIND = "find"
    SIGN = "sign"
    ESCALATE = "escalate"
    PROPOSE_LATE = "propose-late"
    OVERTAKE = "overtake"


S, M = SigningState, SigningMove
OPEN = (S.HEARING, S.TO_FIND, S.ESCALATED, S.PROPOSED)
SIGNING_MOVES: Mapping[tuple[SigningState, SigningMove], SigningState] = MappingProxyType(
    {
        (S.HEARING, M.END_SPOKEN): S.TO_FIND,
        (S.HEARING, M.END_SILENT): S.DEFAULTED,
        (S.TO_FIND, M.PROPOSE): S.PROPOSED,
        (S.TO_FIND, M.ESCALATE): S.ESCALATED,
        (S.ESCALATED, M.PROPOSE_LATE): S.PROPOSED,
        # What the authority does not agree with it works out itself: nothing goes round in circles.
        (S.PROPOSED, M.SEND_BACK): S.ESCALATED,
        (S.PROPOSED, M.FIND): S.FOUND,
        # The owner confirms, late, what the firm had filed: that is what everybody wants.
        **{(state, M.SIGN): S.SIGNED for state in OPEN},
        **{(state, M.OVERTAKE): S.MOOT for state in OPEN},
    }
)


class IllegalSigningMoveError(MarketError):
    """The finding's state does not allow the move."""

    sentence = msgid("签约责任的认定已进入下一步，不能办理此操作。请刷新页面查看最新状态。")


def advance(state: SigningState, move: SigningMove) -> SigningState:
    """Return the state a move leads a finding to.

    Args:
        state: Where the finding stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalSigningMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 step 12; a platform default (docs/adr/0044).
    """
    try:
        return SIGNING_MOVES[state, move]
    except KeyError:
        raise IllegalSigningMoveError from None


def is_settled_by_silence(
    *, owner: Fault | None, firm: Fault | None, firm_filed: bool, firms_turn: bool
) -> bool:
    """Return whether the hearing's end alone makes it the firm's fault.

    Args:
        owner: Whom the owner blames; None if it said nothing.
        firm: Whom the firm blames; None if it said nothing.
        firm_filed: Whether the firm had filed its contract in time.
        firms_turn: Whether it was the firm's turn: to confirm, or to file again.

    Returns:
        True only if the firm neither filed, as it could have alone, nor says anything, and
        something says that it is the firm's fault: its owner does, or it let its turn pass.
        A firm that speaks never loses its award to what an owner does; and where both had the
        same duty and both are silent, nothing says whose fault it is: two persons find it.

    Source: handbook domain.md 2.3 step 12 and 2.4; a platform default (docs/adr/0044).
    """
    accused = owner is Fault.FIRM or (owner is None and firms_turn)
    return not firm_filed and firm is None and accused
