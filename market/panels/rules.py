"""The rules of a panel: its timetable, its seats, who is called next. Pure functions, no I/O."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid

# From the close of enrolment to the last moment of freezing the list of experts, and from there
# to the value: docs/spec/lottery-v1.md section 1 asks for 600 s. Platform default.
FREEZE_WITHIN: Final = timedelta(minutes=20)
FREEZE_TO_PHI: Final = timedelta(minutes=10)
RESULT_WITHIN: Final = timedelta(minutes=10)
# How many experts the order names beside those who are selected, for each seat. Platform default.
ALTERNATES_PER_SEAT: Final = 4


class PanelSubject(StrEnum):
    """What a panel is drawn for."""

    # The proposals of the firms of one draw.
    SELECTION = "selection"
    # Work that was returned, and whose return is disputed.
    REREVIEW = "rereview"


# The time of these begins when their experts are called: a value that comes late costs them none.
PATIENT: Final = frozenset({PanelSubject.REREVIEW})


class SeatState(StrEnum):
    """What an expert who was drawn has answered."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    # Called, and no longer of the pool, or tied to somebody who takes part.
    UNFIT = "unfit"


class SeatMove(StrEnum):
    """What an expert, or time, or a rule, does to a seat."""

    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    STRIKE = "strike"


class DeclineGround(StrEnum):
    """Why an expert does not sit. Platform default, a closed list."""

    CONFLICT = "conflict"
    UNAVAILABLE = "unavailable"
    NOT_MY_FIELD = "not_my_field"


class VoidGround(StrEnum):
    """Why a panel's draw was called off."""

    NEED_OVER = "need_over"
    TOO_FEW_ELIGIBLE = "too_few_eligible"
    FREEZE_MISSED = "freeze_missed"
    NO_QUORUM = "no_quorum"


SEAT_MOVES: Mapping[tuple[SeatState, SeatMove], SeatState] = MappingProxyType(
    {
        (SeatState.OFFERED, SeatMove.ACCEPT): SeatState.ACCEPTED,
        (SeatState.OFFERED, SeatMove.DECLINE): SeatState.DECLINED,
        (SeatState.OFFERED, SeatMove.LAPSE): SeatState.LAPSED,
        # An expert who finds a conflict while reading says so; the sheet must not be in yet.
        (SeatState.ACCEPTED, SeatMove.DECLINE): SeatState.DECLINED,
        # Who may not sit any more does not, whatever was answered.
        (SeatState.OFFERED, SeatMove.STRIKE): SeatState.UNFIT,
        (SeatState.ACCEPTED, SeatMove.STRIKE): SeatState.UNFIT,
        # No move leads back: who left a seat is not asked again.
    }
)


class IllegalSeatMoveError(MarketError):
    """The seat's state does not allow this."""

    sentence = msgid("这个评审席位的状态已经变化，不能这样办理。请刷新页面查看最新状态。")


def advance_seat(state: SeatState, move: SeatMove) -> SeatState:
    """Return the state a move leads to.

    Raises:
        IllegalSeatMoveError: The state does not know the move.

    Source: platform default.
    """
    try:
        return SEAT_MOVES[state, move]
    except KeyError:
        raise IllegalSeatMoveError from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTimes:
    """When each step of a panel's draw is due; all of it is fixed with the need's notice."""

    enrol_close_at: datetime
    freeze_by_at: datetime
    phi_at: datetime
    result_by_at: datetime
    scoring_by_at: datetime


def panel_times(
    *, enrol_close_at: datetime, panel_minutes: int, scoring_minutes: int
) -> PanelTimes:
    """Return a panel's timetable.

    Args:
        enrol_close_at: When firms stop enrolling: who is recused can be told from then on.
        panel_minutes: From there to the value that draws the experts.
        scoring_minutes: From there to the end of scoring.

    Returns:
        The timetable; the value never comes sooner than the protocol allows after the freeze.

    Source: docs/spec/lottery-v1.md section 1; platform default.
    """
    freeze_by_at = enrol_close_at + FREEZE_WITHIN
    phi_at = max(enrol_close_at + timedelta(minutes=panel_minutes), freeze_by_at + FREEZE_TO_PHI)
    return PanelTimes(
        enrol_close_at=enrol_close_at,
        freeze_by_at=freeze_by_at,
        phi_at=phi_at,
        result_by_at=phi_at + RESULT_WITHIN,
        scoring_by_at=enrol_close_at + timedelta(minutes=scoring_minutes),
    )


def call_by(*, call_from_at: datetime, scoring_by_at: datetime) -> datetime:
    """Return until when a panel's experts may be called: half of their time must be left.

    A value that is brought later comes too late for its notice. Who brings it at the last minute
    would leave the experts no time, and so get another panel.

    Args:
        call_from_at: When they are called if nothing is late.
        scoring_by_at: When scoring ends.

    Returns:
        The instant in the middle.

    Source: docs/adr/0055-a-panel-is-a-draw-of-its-own.md; platform default.
    """
    return call_from_at + (scoring_by_at - call_from_at) / 2


def answer_by(now: datetime, *, minutes: int, scoring_by_at: datetime) -> datetime:
    """Return by when an expert who is called now answers: never later than scoring ends.

    Source: platform default.
    """
    return min(now + timedelta(minutes=minutes), scoring_by_at)


def next_rank(called: Collection[int], last: int) -> int | None:
    """Return the rank that is called next; None where the order names nobody more.

    Args:
        called: The ranks that were ever called, from 1.
        last: The last rank of the order that may be called.

    Source: docs/spec/lottery-v1.md section 4 (ordered alternates).
    """
    following = max(called, default=0) + 1
    return following if following <= last else None


def is_hopeless(states: Sequence[SeatState], *, seats: int, more: bool) -> bool:
    """Whether a panel can no longer be filled.

    Args:
        states: Those of all seats that were ever called.
        seats: How many experts must sit.
        more: Whether the order names somebody who was not called yet.

    Source: platform default (fail closed).
    """
    live = sum(state in {SeatState.OFFERED, SeatState.ACCEPTED} for state in states)
    return live < seats and not more
