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


class EmergencyMove(StrEnum):
    """What can be done about a commission."""

    EXPIRE = "expire"
    FILE = "file"
    EXAMINE = "examine"
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
        }
    )
)


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
