"""The rules of a reported breach: it counts once the firm was heard and another confirmed it. Pure.

One person's word puts no breach into a ledger, and takes none out of it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.credit.reports.errors import ReportMovedError


class ReportState(StrEnum):
    """Where a reported breach stands between the report and what became of it."""

    HEARING = "hearing"
    HEARD = "heard"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    TAKEN_BACK = "taken-back"
    UNDOING = "undoing"
    UNDONE = "undone"


class ReportMove(StrEnum):
    """What can be done to a reported breach."""

    STATE = "state"
    STATE_LAST = "state-last"
    TAKE_BACK = "take-back"
    CONFIRM = "confirm"
    DROP = "drop"
    ASK_UNDO = "ask-undo"
    UNDO = "undo"
    KEEP = "keep"


_S, _M = ReportState, ReportMove
REPORT_MOVES: Final[Mapping[tuple[ReportState, ReportMove], ReportState]] = MappingProxyType(
    {
        (_S.HEARING, _M.STATE): _S.HEARING,
        (_S.HEARING, _M.STATE_LAST): _S.HEARD,
        (_S.HEARING, _M.TAKE_BACK): _S.TAKEN_BACK,
        (_S.HEARING, _M.CONFIRM): _S.CONFIRMED,
        (_S.HEARING, _M.DROP): _S.DROPPED,
        (_S.HEARD, _M.TAKE_BACK): _S.TAKEN_BACK,
        (_S.HEARD, _M.CONFIRM): _S.CONFIRMED,
        (_S.HEARD, _M.DROP): _S.DROPPED,
        (_S.CONFIRMED, _M.ASK_UNDO): _S.UNDOING,
        (_S.UNDOING, _M.UNDO): _S.UNDONE,
        (_S.UNDOING, _M.KEEP): _S.CONFIRMED,
    }
)
# Nobody has decided it: the firm's ledger knows nothing of it.
OPEN: Final = (_S.HEARING, _S.HEARD)


def advance_report(state: ReportState, move: ReportMove) -> ReportState:
    """Return the state a move leads a reported breach to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        Where it stands then.

    Raises:
        ReportMovedError: The state does not allow the move.

    Source: issue 5, "no one is judged unheard"; a platform default.
    """
    try:
        return REPORT_MOVES[state, move]
    except KeyError:
        raise ReportMovedError from None


def may_state(state: ReportState, state_by_at: datetime, now: datetime) -> bool:
    """Whether the firm may say something now.

    Args:
        state: Where the report stands.
        state_by_at: The end of the firm's time, aware.
        now: The instant, aware.

    Source: the regulation's ``report.hearing_working_days``; a platform default.
    """
    return state is _S.HEARING and now < state_by_at


def is_heard(state: ReportState, state_by_at: datetime, now: datetime) -> bool:
    """Whether the firm has said that it adds nothing, or its time is over.

    Args:
        state: Where the report stands.
        state_by_at: The end of the firm's time, aware.
        now: The instant, aware.

    Source: the regulation's ``report.hearing_working_days``; a platform default.
    """
    return state is _S.HEARD or (state is _S.HEARING and now >= state_by_at)
