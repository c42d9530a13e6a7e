"""The rules of a draw, an enrolment and an award: which moves each allows. Pure functions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid

# docs/spec/lottery-v1.md V5: the list is witnessed this long before the last value.
CUT_MARGIN: Final = timedelta(seconds=60)
# V12: a VOID is witnessed by then too. A list without a quorum this long before the last value is
# called off, which leaves two minutes for the VOID.
STOP_MARGIN: Final = timedelta(seconds=180)
# A list frozen later than this before the last value leaves the witnesses too little time.
LATEST_FREEZE: Final = timedelta(seconds=300)
# V12: when a last value that never came counts as lost.
LOST_AFTER: Final = timedelta(days=7)
# Section 4: a replacement's value comes at least this long after the firm left.
SHORTEST_NEXT: Final = timedelta(seconds=600)


class DrawMode(StrEnum):
    """Where a draw's last, unpredictable value comes from. handbook lottery.md section 10."""

    A = "A"
    B = "B"
    C = "C"
    D2 = "D2"
    D1 = "D1"


class AlternatesKind(StrEnum):
    """How a selected firm that leaves is replaced. docs/spec/lottery-v1.md section 4."""

    ORDERED = "ordered"
    FRESH = "fresh"


class DrawState(StrEnum):
    """Where a draw stands between its notice and its result."""

    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"
    DRAWN = "drawn"
    VOID = "void"


class DrawMove(StrEnum):
    """What time, and nobody's will, does to a draw."""

    CLOSE = "close"
    FREEZE = "freeze"
    DRAW = "draw"
    VOID = "void"


DRAW_MOVES: Mapping[tuple[DrawState, DrawMove], DrawState] = MappingProxyType(
    {
        (DrawState.OPEN, DrawMove.CLOSE): DrawState.CLOSED,
        (DrawState.CLOSED, DrawMove.FREEZE): DrawState.FROZEN,
        (DrawState.FROZEN, DrawMove.DRAW): DrawState.DRAWN,
        # Withdrawn by the owner, or too few enrolments: only before the list is frozen.
        (DrawState.OPEN, DrawMove.VOID): DrawState.VOID,
        (DrawState.CLOSED, DrawMove.VOID): DrawState.VOID,
        # Without a quorum of witnesses, before the last value; or when that value is lost.
        # ``may_void_frozen`` says when.
        (DrawState.FROZEN, DrawMove.VOID): DrawState.VOID,
        # No move leaves DRAWN: nothing is drawn twice.
    }
)


class EnrolmentState(StrEnum):
    """Whether an enrolment takes part."""

    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"


class ExclusionGround(StrEnum):
    """Why an officer may exclude a firm before the freeze. Platform default, a closed list."""

    FALSE_MATERIALS = "false_materials"
    COLLUSION = "collusion"
    AFFILIATED = "affiliated"
    LOST_QUALIFICATION = "lost_qualification"


class VoidReason(StrEnum):
    """Why a draw was called off."""

    WITHDRAWN = "owner_withdrew"
    CHANGED = "notice_changed"
    TOO_FEW = "too_few_enrolled"
    TOO_FEW_ELIGIBLE = "too_few_eligible"
    LOWEST_LOST = "lowest_bid_lost"
    NOT_SCORED = "not_scored"
    PANEL_LATE = "panel_late"
    FREEZE_MISSED = "freeze_missed"
    EXHAUSTED = "alternates_exhausted"
    NO_QUORUM = "no_quorum"
    PHI_LOST = "phi_lost"


class ReplacementState(StrEnum):
    """Where the drawing of a replacement stands, in a draw with fresh alternates."""

    WAITING = "waiting"
    WITNESSED = "witnessed"
    DRAWN = "drawn"
    STOPPED = "stopped"


class Absence(StrEnum):
    """What a contributor named in a notice left undone."""

    NO_COMMIT = "no_commit"
    NO_REVEAL = "no_reveal"


class Wait(StrEnum):
    """What a draw waits for, or what keeps it from going on: one line of the operator's desk."""

    UNVERIFIABLE = "unverifiable"
    STEP_OVERDUE = "step_overdue"
    FREEZE_LATE = "freeze_late"
    REVEALS = "reveals"
    QUORUM = "quorum"
    NO_QUORUM = "no_quorum"
    ROUND = "round"
    NUMBERS = "numbers"
    NUMBERS_SECOND = "numbers_second"
    NUMBERS_DIFFER = "numbers_differ"
    PROOFS = "proofs"
    PLATFORM_PROOF = "platform_proof"
    PHI_LOST = "phi_lost"
    REPLACEMENT = "replacement"


class AwardState(StrEnum):
    """Where an award stands between its publication and the signed contract."""

    PUBLICITY = "publicity"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    DISQUALIFIED = "disqualified"
    SIGNED = "signed"
    # An objection or the owner's application is being handled: no term runs.
    FROZEN = "frozen"
    # The time to sign ended without a contract: the reasons are heard, then the fault is found.
    UNSIGNED = "unsigned"
    # The firm left without a breach: the fault was not its own.
    RELEASED = "released"


class AwardMove(StrEnum):
    """What can be done to an award."""

    OFFER = "offer"
    CONFIRM = "confirm"
    DECLINE = "decline"
    LAPSE = "lapse"
    SIGN = "sign"
    DISQUALIFY = "disqualify"
    FREEZE = "freeze"
    SHOW_AGAIN = "show-again"
    OFFER_AGAIN = "offer-again"
    SIGN_AGAIN = "sign-again"
    EXPIRE = "expire"
    RELEASE = "release"
    HEAR_AGAIN = "hear-again"
    STAND_AGAIN = "stand-again"


AWARD_MOVES: Mapping[tuple[AwardState, AwardMove], AwardState] = MappingProxyType(
    {
        (AwardState.PUBLICITY, AwardMove.OFFER): AwardState.OFFERED,
        (AwardState.PUBLICITY, AwardMove.DECLINE): AwardState.DECLINED,
        # A freshly drawn firm that no longer meets the rules has the place, and loses it at once.
        (AwardState.PUBLICITY, AwardMove.DISQUALIFY): AwardState.DISQUALIFIED,
        (AwardState.OFFERED, AwardMove.CONFIRM): AwardState.CONFIRMED,
        (AwardState.OFFERED, AwardMove.DECLINE): AwardState.DECLINED,
        (AwardState.OFFERED, AwardMove.LAPSE): AwardState.LAPSED,
        (AwardState.CONFIRMED, AwardMove.LAPSE): AwardState.LAPSED,
        (AwardState.CONFIRMED, AwardMove.SIGN): AwardState.SIGNED,
        # docs/adr/0043: a freeze keeps the days that were left, and gives them back.
        (AwardState.PUBLICITY, AwardMove.FREEZE): AwardState.FROZEN,
        (AwardState.OFFERED, AwardMove.FREEZE): AwardState.FROZEN,
        (AwardState.CONFIRMED, AwardMove.FREEZE): AwardState.FROZEN,
        # What an authority takes up holds the award also where nobody, or both sides, signed first.
        (AwardState.UNSIGNED, AwardMove.FREEZE): AwardState.FROZEN,
        (AwardState.SIGNED, AwardMove.FREEZE): AwardState.FROZEN,
        (AwardState.FROZEN, AwardMove.HEAR_AGAIN): AwardState.UNSIGNED,
        (AwardState.FROZEN, AwardMove.STAND_AGAIN): AwardState.SIGNED,
        (AwardState.FROZEN, AwardMove.SHOW_AGAIN): AwardState.PUBLICITY,
        (AwardState.FROZEN, AwardMove.OFFER_AGAIN): AwardState.OFFERED,
        (AwardState.FROZEN, AwardMove.SIGN_AGAIN): AwardState.CONFIRMED,
        (AwardState.FROZEN, AwardMove.DISQUALIFY): AwardState.DISQUALIFIED,
        # docs/adr/0044: whose fault it is that nobody signed.
        (AwardState.CONFIRMED, AwardMove.EXPIRE): AwardState.UNSIGNED,
        (AwardState.UNSIGNED, AwardMove.SIGN): AwardState.SIGNED,
        (AwardState.UNSIGNED, AwardMove.SIGN_AGAIN): AwardState.CONFIRMED,
        (AwardState.UNSIGNED, AwardMove.LAPSE): AwardState.LAPSED,
        (AwardState.UNSIGNED, AwardMove.RELEASE): AwardState.RELEASED,
        (AwardState.CONFIRMED, AwardMove.RELEASE): AwardState.RELEASED,
    }
)


class IllegalDrawMoveError(MarketError):
    """The draw's state does not allow the move."""

    sentence = msgid("摇号已进入下一阶段，不能办理此操作。请刷新页面查看最新状态。")


class IllegalAwardMoveError(MarketError):
    """The award's state does not allow the move."""

    sentence = msgid("中选结果已有后续处理，不能办理此操作。请刷新页面查看最新状态。")


def minimum_firms(*, attempt: int, scarce: bool, usual: int, if_scarce: int, second: int) -> int:
    """Return how many eligible firms a draw needs.

    Args:
        attempt: 1 for the first notice of a need.
        scarce: Whether the catalogue marks the item as scarce.
        usual: The minimum of a first notice.
        if_scarce: The minimum for a scarce item.
        second: The minimum from the second notice on.

    Returns:
        The least of those that apply, never below 2: a draw among fewer is none.

    Source: handbook domain.md 2.4; platform default.
    """
    wanted = [usual]
    if scarce:
        wanted.append(if_scarce)
    if attempt > 1:
        wanted.append(second)
    return max(2, min(wanted))


def is_brought(mode: DrawMode) -> bool:
    """Return whether people bring the last value, so that no worker can obtain it alone.

    Source: handbook lottery.md section 10.
    """
    match mode:
        case DrawMode.A | DrawMode.D1:
            return False
        case DrawMode.B | DrawMode.C | DrawMode.D2:
            return True


def advance_draw(state: DrawState, move: DrawMove) -> DrawState:
    """Return the state a move leads a draw to.

    Raises:
        IllegalDrawMoveError: The state does not allow the move.

    Source: handbook lottery.md sections 3 to 5.
    """
    try:
        return DRAW_MOVES[state, move]
    except KeyError:
        raise IllegalDrawMoveError from None


def may_void_frozen(*, now: datetime, phi_at: datetime) -> bool:
    """Return whether a draw with a frozen list may be called off at this instant.

    Args:
        now: The instant.
        phi_at: When the last value could first be known.

    Returns:
        True while witnesses can still see the VOID 60 seconds before the value, and from seven
        days after it, when it counts as lost; between them nobody may stop the draw.

    Source: docs/spec/lottery-v1.md V12; handbook lottery.md section 5.
    """
    return now < phi_at - CUT_MARGIN or now >= phi_at + LOST_AFTER


def may_be_followed(
    *, voided_at: datetime, phi_at: datetime, is_kept: bool, is_looked_for: bool
) -> bool:
    """Return whether a notice may follow a draw that was called off.

    Args:
        voided_at: When it was called off.
        phi_at: When its last value could first be known.
        is_kept: Whether a checkpoint that witnesses saw in time, and that holds the VOID, is kept.
        is_looked_for: Whether such a checkpoint may still be found.

    Returns:
        False if the verifier would fail every further attempt: the VOID came later than 60
        seconds before the value, or no quorum saw it by then. A VOID from seven days after the
        value says that it was lost, and needs no witness.

    Source: docs/spec/lottery-v1.md V3 and V12.
    """
    if voided_at >= phi_at + LOST_AFTER:
        return True
    return voided_at <= phi_at - CUT_MARGIN and (is_kept or is_looked_for)


def advance_award(state: AwardState, move: AwardMove) -> AwardState:
    """Return the state a move leads an award to.

    Raises:
        IllegalAwardMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 steps 9 to 12 and 2.4; a platform default.
    """
    try:
        return AWARD_MOVES[state, move]
    except KeyError:
        raise IllegalAwardMoveError from None
