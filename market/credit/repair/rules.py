"""The rules of credit repair: after the least term, by two people, never by silence.

Pure functions, no I/O.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from market.credit.cases.errors import IllegalCaseMoveError


class RepairState(StrEnum):
    """Where an application for repair stands."""

    APPLIED = "applied"
    DRAFTED = "drafted"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


class RepairMove(StrEnum):
    """What can be done to an application."""

    DRAFT = "draft"
    SEND_BACK = "send-back"
    GRANT = "grant"
    REFUSE = "refuse"
    END = "end"


_S, _M = RepairState, RepairMove
REPAIR_MOVES: Mapping[tuple[RepairState, RepairMove], RepairState] = MappingProxyType(
    {
        (_S.APPLIED, _M.DRAFT): _S.DRAFTED,
        (_S.APPLIED, _M.END): _S.ENDED,
        (_S.DRAFTED, _M.SEND_BACK): _S.APPLIED,
        (_S.DRAFTED, _M.GRANT): _S.GRANTED,
        (_S.DRAFTED, _M.REFUSE): _S.REFUSED,
        (_S.DRAFTED, _M.END): _S.ENDED,
    }
)
PENDING = (_S.APPLIED, _S.DRAFTED)


def advance_repair(state: RepairState, move: RepairMove) -> RepairState:
    """Return the state a move leads an application to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        Where it stands then.

    Raises:
        IllegalCaseMoveError: The state does not allow the move.

    Source: handbook domain.md 7.2, "Repair"; a platform default.
    """
    try:
        return REPAIR_MOVES[state, move]
    except KeyError:
        raise IllegalCaseMoveError from None


def next_look(
    decide_by_at: datetime, measure_ends_at: datetime, escalated_at: datetime | None
) -> datetime:
    """Return when time must look at a pending application again.

    Args:
        decide_by_at: When it should be decided, aware.
        measure_ends_at: When the measure ends by itself, aware.
        escalated_at: When it was reported as late; none if it was not.

    Returns:
        The end of the measure once it was reported, else whichever of both comes first.

    Source: handbook domain.md 7.2, "10 WD decision"; silence grants nothing: platform default.
    """
    if escalated_at is not None:
        return measure_ends_at
    return min(decide_by_at, measure_ends_at)
