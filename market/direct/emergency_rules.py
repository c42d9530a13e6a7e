"""What an emergency is, and its way from the commission to the supervisor's decision. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.direct.errors import IllegalEmergencyMoveError


class EmergencyGround(StrEnum):
    """What happened: a closed list, after handbook domain.md 2.4; secrets stay outside."""

    NATURAL_DISASTER = "natural_disaster"
    ACCIDENT_RESCUE = "accident_rescue"
    PUBLIC_HEALTH = "public_health"
    PUBLIC_SAFETY = "public_safety"


class EmergencyState(StrEnum):
    """Where the after-filing of a commission stands."""

    TO_FILE = "to_file"
    OVERDUE = "overdue"
    FILED = "filed"
    EXAMINED = "examined"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    # The operator let its time pass: the supervisor decides without an opinion of it.
    ESCALATED = "escalated"
    ESCALATED_UNFILED = "escalated_unfiled"


class EmergencyMove(StrEnum):
    """What can be done about a commission."""

    EXPIRE = "expire"
    FILE = "file"
    EXAMINE = "examine"
    ESCALATE = "escalate"
    ACCEPT = "accept"
    REJECT = "reject"


E, M = EmergencyState, EmergencyMove
EMERGENCY_MOVES: Final[Mapping[tuple[EmergencyState, EmergencyMove], EmergencyState]] = (
    MappingProxyType(
        {
            (E.TO_FILE, M.FILE): E.FILED,
            (E.TO_FILE, M.EXPIRE): E.OVERDUE,
            (E.OVERDUE, M.FILE): E.FILED,
            (E.FILED, M.EXAMINE): E.EXAMINED,
            (E.EXAMINED, M.ACCEPT): E.ACCEPTED,
            (E.EXAMINED, M.REJECT): E.REJECTED,
            # What was never filed is examined too: nothing escapes the review.
            (E.OVERDUE, M.EXAMINE): E.EXAMINED,
            # And nothing waits for an operator that says nothing.
            (E.FILED, M.ESCALATE): E.ESCALATED,
            (E.OVERDUE, M.ESCALATE): E.ESCALATED_UNFILED,
            (E.ESCALATED_UNFILED, M.FILE): E.ESCALATED,
            **{(state, M.ACCEPT): E.ACCEPTED for state in (E.ESCALATED, E.ESCALATED_UNFILED)},
            **{(state, M.REJECT): E.REJECTED for state in (E.ESCALATED, E.ESCALATED_UNFILED)},
        }
    )
)

# Whose turn it is: the owner's to file, the operator's to examine, the supervisor's to decide.
TO_FILE: Final = (E.TO_FILE, E.OVERDUE, E.ESCALATED_UNFILED)
TO_EXAMINE: Final = (E.FILED, E.OVERDUE)
TO_DECIDE: Final = (E.EXAMINED, E.ESCALATED, E.ESCALATED_UNFILED)
# What was not filed in its time, and still is not.
UNFILED: Final = (E.OVERDUE, E.ESCALATED_UNFILED)


class Opinion(StrEnum):
    """What the operator finds; the supervisor decides."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


def advance_emergency(state: EmergencyState, move: EmergencyMove) -> EmergencyState:
    """Return the state a move leads the after-filing to.

    Args:
        state: Where it stands.
        move: What is to be done.

    Raises:
        IllegalEmergencyMoveError: The state does not allow the move.

    Source: handbook domain.md 2.4 (Emergency) and 10.1 row 21; a platform default.
    """
    try:
        return EMERGENCY_MOVES[state, move]
    except KeyError:
        raise IllegalEmergencyMoveError from None
