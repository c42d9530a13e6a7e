"""The rules of a clock: who may do what to it, why it may stand still, how it looks.

Pure functions, no I/O. How time is counted is in ``counting``, who used it in ``replay``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import beijing_day
from market.errors import MarketError, msgid


class Party(StrEnum):
    """Whose account a working day goes to. handbook domain.md section 6."""

    OWNER = "owner"
    FIRM = "firm"
    REVIEWER = "reviewer"
    THIRD_PARTY = "third-party"
    FORCE_MAJEURE = "force-majeure"


class ClockState(StrEnum):
    """Whether a clock runs."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    STOPPED = "stopped"


class ClockMove(StrEnum):
    """What can be done to a clock."""

    HAND = "hand"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"
    REOPEN = "reopen"
    CORRECT = "correct"
    DECLARE = "declare"
    CLAIM = "claim"
    ASK = "ask"


CLOCK_MOVES: Mapping[tuple[ClockState, ClockMove], ClockState] = MappingProxyType(
    {
        (ClockState.RUNNING, ClockMove.HAND): ClockState.RUNNING,
        (ClockState.RUNNING, ClockMove.SUSPEND): ClockState.SUSPENDED,
        (ClockState.SUSPENDED, ClockMove.RESUME): ClockState.RUNNING,
        (ClockState.RUNNING, ClockMove.STOP): ClockState.STOPPED,
        (ClockState.SUSPENDED, ClockMove.STOP): ClockState.STOPPED,
        (ClockState.STOPPED, ClockMove.REOPEN): ClockState.RUNNING,
        (ClockState.RUNNING, ClockMove.CORRECT): ClockState.RUNNING,
        # That the cause is over, says the side that did not ask: nothing goes on yet.
        (ClockState.SUSPENDED, ClockMove.DECLARE): ClockState.SUSPENDED,
        # That its part was done on an earlier day, says the side whose time it is: it stays so.
        (ClockState.RUNNING, ClockMove.CLAIM): ClockState.RUNNING,
        # When a suspension was asked for that is still open as the clock moves on.
        (ClockState.RUNNING, ClockMove.ASK): ClockState.RUNNING,
    }
)


class Stage(StrEnum):
    """What the time after signing was spent on: before the service, in it, after it."""

    MATERIALS = "materials"
    SERVICE = "service"
    PAYMENT = "payment"


class SuspensionReason(StrEnum):
    """Why a clock may be suspended (挂起): a closed list. handbook domain.md section 6."""

    OWNER_MATERIALS = "owner-materials"
    OWNER_CHANGE = "owner-change"
    AWAITING_REVIEW = "awaiting-review"
    POLICY_CHANGE = "policy-change"
    SITE_NOT_READY = "site-not-ready"
    SEASON = "season"
    PUBLICITY = "publicity"
    THIRD_PARTY_TEST = "third-party-test"
    FORCE_MAJEURE = "force-majeure"
    DISPUTE = "dispute"


RESPONSIBLE: Final[Mapping[SuspensionReason, Party]] = MappingProxyType(
    {
        SuspensionReason.OWNER_MATERIALS: Party.OWNER,
        SuspensionReason.OWNER_CHANGE: Party.OWNER,
        SuspensionReason.AWAITING_REVIEW: Party.REVIEWER,
        SuspensionReason.POLICY_CHANGE: Party.FORCE_MAJEURE,
        SuspensionReason.SITE_NOT_READY: Party.OWNER,
        SuspensionReason.SEASON: Party.FORCE_MAJEURE,
        SuspensionReason.PUBLICITY: Party.THIRD_PARTY,
        SuspensionReason.THIRD_PARTY_TEST: Party.THIRD_PARTY,
        SuspensionReason.FORCE_MAJEURE: Party.FORCE_MAJEURE,
        SuspensionReason.DISPUTE: Party.THIRD_PARTY,
    }
)


class SuspensionState(StrEnum):
    """Where a suspension stands. Silence, or a disputed refusal, goes to the operator."""

    REQUESTED = "requested"
    ESCALATED = "escalated"
    RUNNING = "running"
    REFUSED = "refused"
    ENDED = "ended"
    MOOT = "moot"


class SuspensionMove(StrEnum):
    """What becomes of a request to suspend, and of the suspension."""

    ESCALATE = "escalate"
    APPEAL = "appeal"
    GRANT = "grant"
    REFUSE = "refuse"
    END = "end"
    OVERTAKE = "overtake"


SUSPENSION_MOVES: Mapping[tuple[SuspensionState, SuspensionMove], SuspensionState] = (
    MappingProxyType(
        {
            # The other side was silent.
            (SuspensionState.REQUESTED, SuspensionMove.ESCALATE): SuspensionState.ESCALATED,
            (SuspensionState.REQUESTED, SuspensionMove.GRANT): SuspensionState.RUNNING,
            (SuspensionState.REQUESTED, SuspensionMove.REFUSE): SuspensionState.REFUSED,
            (SuspensionState.ESCALATED, SuspensionMove.GRANT): SuspensionState.RUNNING,
            (SuspensionState.ESCALATED, SuspensionMove.REFUSE): SuspensionState.REFUSED,
            # Whoever would bear the days has not the last word: the operator decides, once.
            (SuspensionState.REFUSED, SuspensionMove.APPEAL): SuspensionState.ESCALATED,
            (SuspensionState.RUNNING, SuspensionMove.END): SuspensionState.ENDED,
            # The clock was stopped, or handed over, before anybody answered.
            (SuspensionState.REQUESTED, SuspensionMove.OVERTAKE): SuspensionState.MOOT,
            (SuspensionState.ESCALATED, SuspensionMove.OVERTAKE): SuspensionState.MOOT,
        }
    )
)


class CardStage(StrEnum):
    """The ladder of supervision."""

    YELLOW = "yellow"
    RED = "red"
    SUPERVISE = "supervise"
    REFER = "refer"


class Light(StrEnum):
    """How a clock looks on the board: the rung of the ladder it stands on."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    SUSPENDED = "suspended"
    STOPPED = "stopped"


class IllegalClockMoveError(MarketError):
    """The clock's state does not allow the move."""

    sentence = msgid("时限当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class ClockSuspendedError(IllegalClockMoveError):
    """The clock stands still: it must be resumed first."""

    sentence = msgid("服务时限正在挂起。请先在时限页面恢复计时，再办理此事。")


class NotHoldersTimeError(IllegalClockMoveError):
    """Time passes on the other side's account: there is nothing to suspend."""

    sentence = msgid("现在计的是对方的时间，不需要挂起。轮到中介机构计时后可以申请。")


class OthersTimeError(MarketError):
    """Nobody moves days onto the other side's account alone."""

    sentence = msgid(
        "恢复后计的是对方的时间，对方不知道已经可以继续，所以不能填以前的日期。"
        "请不填日期，从现在起恢复。"
    )

    def __init__(self) -> None:
        super().__init__(field="happened_on")


class SuspensionCapError(MarketError):
    """The suspension would exceed a cap."""

    sentence = msgid(
        "挂起天数超过上限：同一事由累计最多 %(per_reason)s 个工作日，全部事由累计最多 "
        "%(total)s 个工作日；此前已用 %(used_reason)s 和 %(used)s 个。请缩短天数。"
    )

    def __init__(self, *, per_reason: int, total: int, used_reason: int, used: int) -> None:
        super().__init__(
            field="working_days", per_reason=per_reason, total=total,
            used_reason=used_reason, used=used,
        )  # fmt: skip


class EventOrderError(MarketError):
    """An event would lie before the one that is already recorded, or in the future."""

    sentence = msgid("发生时间须在上一事件之后且不晚于现在。请核对时间。")

    def __init__(self) -> None:
        super().__init__(field="happened_on")


def advance(state: ClockState, move: ClockMove) -> ClockState:
    """Return the state a move leads a clock to.

    Raises:
        IllegalClockMoveError: The state does not allow the move.

    Source: handbook domain.md section 6; a platform default.
    """
    try:
        return CLOCK_MOVES[state, move]
    except KeyError:
        suspended = state is ClockState.SUSPENDED
        raise (ClockSuspendedError if suspended else IllegalClockMoveError) from None


def advance_suspension(state: SuspensionState, move: SuspensionMove) -> SuspensionState:
    """Return the state a move leads a suspension to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        Where it stands then.

    Raises:
        IllegalClockMoveError: It was answered, or is over.

    Source: handbook domain.md section 6, "Suspension control"; a platform default.
    """
    try:
        return SUSPENSION_MOVES[state, move]
    except KeyError:
        raise IllegalClockMoveError from None


def is_late(*, happened_at: datetime, entered_at: datetime) -> bool:
    """Return whether an event was entered on a later day than it happened: back-filling shows.

    Source: platform default; handbook domain.md section 6 (补登).
    """
    return beijing_day(entered_at) > beijing_day(happened_at)


def overtakes(
    *, happened_at: datetime, entered_at: datetime, reached_at: datetime, issued_at: datetime
) -> bool:
    """Return whether a late entry lies before a card that had been dealt when it was made.

    Args:
        happened_at: When the event happened.
        entered_at: When it was entered.
        reached_at: When the card's rung was reached, as far as was known.
        issued_at: When the card was dealt.

    Returns:
        True: with the event the rung may have been reached on another day, or not at all. The
        card stays, and its page says so.

    Source: platform default; docs/adr/0059.
    """
    return happened_at < reached_at and entered_at > issued_at


def light_of(state: ClockState, next_stage: CardStage | None) -> Light:
    """Return how a clock looks on the board.

    Args:
        state: Of the clock.
        next_stage: The next card of the ladder that has not been dealt; None after the last.

    Returns:
        Its light: a rung counts from the moment its card was dealt.

    Source: handbook domain.md section 6, the ladder; a platform default.
    """
    match state:
        case ClockState.STOPPED:
            return Light.STOPPED
        case ClockState.SUSPENDED:
            return Light.SUSPENDED
        case ClockState.RUNNING if next_stage is CardStage.YELLOW:
            return Light.GREEN
        case ClockState.RUNNING if next_stage is CardStage.RED:
            return Light.YELLOW
        case ClockState.RUNNING:
            return Light.RED


def yellow_threshold(limit_working_days: int, percent: int, least_days: int) -> int:
    """Return with how many working days left the yellow card is due.

    The larger of a share of the limit (rounded down) and a fixed number of days, but always
    less than the limit: a clock is never yellow when it starts.
    """
    return min(max(limit_working_days * percent // 100, least_days), limit_working_days - 1)


def check_suspension(
    *, working_days: int, used_reason: int, used: int, cap_per_reason: int, cap_total: int
) -> None:
    """Refuse a suspension that exceeds a cap.

    Args:
        working_days: How long it is to last.
        used_reason: Working days of earlier suspensions of this clock for the same reason.
        used: Working days of all its earlier suspensions.
        cap_per_reason: Most working days per reason.
        cap_total: Most working days in total.

    Raises:
        SuspensionCapError: The sum would exceed a cap, or the number is not positive.

    Source: handbook domain.md section 6, "Suspension control"; a platform default.
    """
    over = used_reason + working_days > cap_per_reason or used + working_days > cap_total
    if working_days < 1 or over:
        raise SuspensionCapError(
            per_reason=cap_per_reason, total=cap_total, used_reason=used_reason, used=used
        )


def may_ask_at(waits: Sequence[datetime], after_refusals: int) -> datetime | None:
    """Return from when on the like may be asked again.

    Args:
        waits: For each refusal, when the wait after it is over.
        after_refusals: So many refusals lead to a wait.

    Returns:
        The instant; None: it may be asked at any time.

    Source: platform default, ``asked_again``; docs/adr/0080.
    """
    return max(waits) if waits and len(waits) >= after_refusals else None
