"""Which moves a proposed change allows, and what it changes. Pure functions, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from market.errors import MarketError, msgid


class ChangeState(StrEnum):
    """Where a proposed change of a notice stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"
    LAPSED = "lapsed"


class ChangeMove(StrEnum):
    """What is done to a proposed change."""

    APPROVE = "approve"
    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"
    LAPSE = "lapse"


S, M = ChangeState, ChangeMove
MOVES: Mapping[tuple[ChangeState, ChangeMove], ChangeState] = MappingProxyType(
    {
        (S.PROPOSED, M.APPROVE): S.APPROVED,
        (S.APPROVED, M.ACCEPT): S.ACCEPTED,
        # By the owner's second person, or by the operator.
        (S.PROPOSED, M.REFUSE): S.REFUSED,
        (S.APPROVED, M.REFUSE): S.REFUSED,
        (S.PROPOSED, M.TAKE_BACK): S.TAKEN_BACK,
        (S.APPROVED, M.TAKE_BACK): S.TAKEN_BACK,
        # Enrolment closed, or the notice was withdrawn, before the operator accepted it.
        (S.PROPOSED, M.LAPSE): S.LAPSED,
        (S.APPROVED, M.LAPSE): S.LAPSED,
    }
)
OPEN = frozenset({S.PROPOSED, S.APPROVED})


class IllegalChangeMoveError(MarketError):
    """The change's state does not allow the move."""

    sentence = msgid("变更当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


def advance(state: ChangeState, move: ChangeMove) -> ChangeState:
    """Return the state a move leads to.

    Args:
        state: Where the change stands.
        move: What is to be done.

    Raises:
        IllegalChangeMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 step 4; the table is a platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalChangeMoveError from None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a change changes."""

    field: str
    before: object
    after: object


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[Difference]:
    """Return what differs between two sets of facts, field by field, in the order of the first.

    Args:
        before: The facts of the notice that is out, by field.
        after: The facts proposed, with the same fields.

    Source: handbook domain.md 2.3 step 4, "clarification/change notice".
    """
    return [
        Difference(name, value, after[name])
        for name, value in before.items()
        if after[name] != value
    ]
