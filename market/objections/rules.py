"""The rules of an objection to a result: who may raise which, and what becomes of it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class Party(StrEnum):
    """As what somebody objects."""

    FIRM = "firm"
    OWNER = "owner"
    REPORTER = "reporter"


class Ground(StrEnum):
    """Why a result should not stand. Platform default, a closed list; handbook domain.md 2.4."""

    LACKS_CONDITION = "lacks_condition"
    FALSE_MATERIALS = "false_materials"
    AFFILIATION = "affiliation"
    COLLUSION = "collusion"
    PROCEDURE = "procedure"
    LOTTERY = "lottery"
    FORCE_MAJEURE = "force_majeure"


# The only grounds on which an owner may ask that its winner be taken away: domain.md 2.4.
OWNERS_GROUNDS: Final = frozenset(
    {Ground.LACKS_CONDITION, Ground.FALSE_MATERIALS, Ground.COLLUSION, Ground.FORCE_MAJEURE}
)
OTHERS_GROUNDS: Final = frozenset(Ground) - {Ground.FORCE_MAJEURE}
# What concerns the result itself, and not only the firm that has the place.
OF_THE_RESULT: Final = frozenset({Ground.PROCEDURE, Ground.LOTTERY})


class Outcome(StrEnum):
    """What is proposed or decided."""

    DISMISS = "dismiss"
    ANNUL = "annul"
    ANNUL_RESULT = "annul_result"


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    ANSWERED = "answered"
    COMPLAINED = "complained"
    EXAMINING = "examining"
    PROPOSED = "proposed"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    MOOT = "moot"


class ObjectionMove(StrEnum):
    """What can be done to an objection."""

    ANSWER = "answer"
    FIND_RIGHT = "find-right"
    ACCEPT = "accept"
    COMPLAIN = "complain"
    TAKE_UP = "take-up"
    REFUSE = "refuse"
    PROPOSE = "propose"
    SEND_BACK = "send-back"
    DISMISS = "dismiss"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"
    OVERTAKE = "overtake"


S, M = ObjectionState, ObjectionMove
NOT_OVER: Final = (S.OPEN, S.ANSWERED, S.COMPLAINED, S.EXAMINING, S.PROPOSED)
OBJECTION_MOVES: Mapping[tuple[ObjectionState, ObjectionMove], ObjectionState] = MappingProxyType(
    {
        (S.OPEN, M.ANSWER): S.ANSWERED,
        # The operator finds it right: an authority has to say so too.
        (S.OPEN, M.FIND_RIGHT): S.PROPOSED,
        (S.OPEN, M.WITHDRAW): S.WITHDRAWN,
        (S.ANSWERED, M.ACCEPT): S.SETTLED,
        (S.ANSWERED, M.COMPLAIN): S.COMPLAINED,
        (S.COMPLAINED, M.TAKE_UP): S.EXAMINING,
        (S.COMPLAINED, M.REFUSE): S.DISMISSED,
        (S.COMPLAINED, M.WITHDRAW): S.WITHDRAWN,
        (S.EXAMINING, M.PROPOSE): S.PROPOSED,
        (S.EXAMINING, M.WITHDRAW): S.WITHDRAWN,
        (S.PROPOSED, M.SEND_BACK): S.EXAMINING,
        (S.PROPOSED, M.DISMISS): S.DISMISSED,
        (S.PROPOSED, M.UPHOLD): S.UPHELD,
        # Another objection, or the firm itself, ended the award: there is nothing left to decide.
        **{(state, M.OVERTAKE): S.MOOT for state in NOT_OVER},
    }
)


class IllegalObjectionMoveError(MarketError):
    """The objection's state does not allow the move."""

    sentence = msgid("该异议的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


def advance(state: ObjectionState, move: ObjectionMove) -> ObjectionState:
    """Return the state a move leads an objection to.

    Args:
        state: Where the objection stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalObjectionMoveError: The state does not allow the move.

    Source: handbook domain.md 2.4; a platform default (docs/adr/0043).
    """
    try:
        return OBJECTION_MOVES[state, move]
    except KeyError:
        raise IllegalObjectionMoveError from None


def grounds_of(party: Party) -> frozenset[Ground]:
    """Return the grounds on which a party may object.

    Args:
        party: As what somebody objects.

    Returns:
        The listed grounds; an owner has fewer, and force majeure is its alone.

    Source: handbook domain.md 2.4, "Owner refuses winner".
    """
    match party:
        case Party.OWNER:
            return OWNERS_GROUNDS
        case Party.FIRM | Party.REPORTER:
            return OTHERS_GROUNDS


def outcomes_of(ground: Ground, *, is_ordered: bool, verifies: bool | None) -> tuple[Outcome, ...]:
    """Return what may be proposed or decided about an objection.

    Args:
        ground: What it says.
        is_ordered: Whether the result has an order in which alternates are called.
        verifies: What the published verifier found of the draw; None if it was not run.

    Returns:
        Dismissal always. A draw that verifies is never annulled on the ground that it was not
        drawn rightly, and a result as a whole only on a ground that concerns it.

    Source: docs/spec/lottery-v1.md V11 and V12: no VOID follows a RESULT; docs/adr/0043.
    """
    if ground is Ground.LOTTERY and verifies is not False:
        return (Outcome.DISMISS,)
    if ground in OF_THE_RESULT and is_ordered:
        return (Outcome.DISMISS, Outcome.ANNUL_RESULT)
    return (Outcome.DISMISS, Outcome.ANNUL)


def freezes(*, party: Party, dismissed: int, most: int) -> bool:
    """Return whether an objection stops the award's terms as soon as it is raised.

    Args:
        party: As what somebody objects.
        dismissed: How many objections of the organisation were dismissed in the period.
        most: From how many on another one stops nothing.

    Returns:
        False for a report by somebody who did not take part, and for an organisation whose
        objections were dismissed again and again: both are handled in public all the same.

    Source: platform default, ``repeat.dismissed_most``; handbook domain.md 2.4.
    """
    return party is not Party.REPORTER and dismissed < most
