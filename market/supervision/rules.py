"""The rules of supervision: who judges a card, interviews, withdrawals, and quarterly grades.

Pure functions, no I/O. Where a card stands is in ``market.clocks.card_rules``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clocks.card_rules import Trigger
from market.clocks.rules import CardStage
from market.errors import MarketError, msgid

MONTHS_OF_QUARTER: Final = 3


class InterviewState(StrEnum):
    """Where an interview (约谈) stands."""

    INVITED = "invited"
    HELD = "held"
    ABSENT = "absent"
    CALLED_OFF = "called-off"


class InterviewMove(StrEnum):
    """What can be done to an interview."""

    HOLD = "hold"
    MISS = "miss"
    CALL_OFF = "call-off"


INTERVIEW_MOVES: Mapping[tuple[InterviewState, InterviewMove], InterviewState] = MappingProxyType(
    {
        (InterviewState.INVITED, InterviewMove.HOLD): InterviewState.HELD,
        (InterviewState.INVITED, InterviewMove.MISS): InterviewState.ABSENT,
        (InterviewState.INVITED, InterviewMove.CALL_OFF): InterviewState.CALLED_OFF,
    }
)
RECORDED: Final = frozenset({InterviewState.HELD, InterviewState.ABSENT})


class WithdrawalState(StrEnum):
    """Where a proposal to take back a card stands."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


class WithdrawalMove(StrEnum):
    """What another person decides about it, or its proposer."""

    GRANT = "grant"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"


WITHDRAWAL_MOVES: Mapping[tuple[WithdrawalState, WithdrawalMove], WithdrawalState] = (
    MappingProxyType(
        {
            (WithdrawalState.PROPOSED, WithdrawalMove.GRANT): WithdrawalState.GRANTED,
            (WithdrawalState.PROPOSED, WithdrawalMove.REFUSE): WithdrawalState.REFUSED,
            (WithdrawalState.PROPOSED, WithdrawalMove.TAKE_BACK): WithdrawalState.TAKEN_BACK,
        }
    )
)


class Grade(StrEnum):
    """A quarter's grade. handbook domain.md section 6, "Supervisor's assessment"."""

    EXCELLENT = "excellent"
    GOOD = "good"
    QUALIFIED = "qualified"
    FAILED = "failed"


class IllegalSupervisionMoveError(MarketError):
    """It was done already, or the state does not allow it."""

    sentence = msgid("此事项当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


def advance_interview(state: InterviewState, move: InterviewMove) -> InterviewState:
    """Return the state a move leads an interview to.

    Raises:
        IllegalSupervisionMoveError: The state does not allow the move.

    Source: handbook domain.md section 6, 督办 (约谈); a platform default.
    """
    try:
        return INTERVIEW_MOVES[state, move]
    except KeyError:
        raise IllegalSupervisionMoveError from None


def advance_withdrawal(state: WithdrawalState, move: WithdrawalMove) -> WithdrawalState:
    """Return the state a decision leads a proposal to.

    Raises:
        IllegalSupervisionMoveError: It was decided already.

    Source: platform default.
    """
    try:
        return WITHDRAWAL_MOVES[state, move]
    except KeyError:
        raise IllegalSupervisionMoveError from None


def needs_interview(stage: CardStage) -> bool:
    """Return whether a card of a stage is closed only after an interview.

    Args:
        stage: Of the card.

    Returns:
        Whether it is: what is supervised (督办) is spoken about.

    Source: handbook domain.md section 6, "督办 (overdue ≥3 WD: 约谈)"; a platform default.
    """
    return stage is CardStage.SUPERVISE


def stage_key(trigger: Trigger) -> str:
    """Return the key of the regulation that says which card a trigger gives.

    Args:
        trigger: Any but time, whose ladder is the clock's.

    Returns:
        The key.

    Raises:
        ValueError: It is time.

    Source: platform default.
    """
    if trigger is Trigger.TIME:
        raise ValueError("a clock's ladder says which card time gives")
    return f"trigger.{trigger}"


def back_fills(*, late: int, entries: int, share_percent: int, least: int) -> bool:
    """Return whether an organisation enters too much of what it does only afterwards.

    Args:
        late: How many of its entries were typed on a later day than they happened.
        entries: How many entries it made in the same time, the late ones among them.
        share_percent: From which share on it is too much.
        least: And from how many late entries on.

    Returns:
        Whether both are reached.

    Source: handbook domain.md section 6, "back-filled entries"; a platform default.
    """
    return late >= max(least, 1) and late * 100 >= share_percent * entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What cards weigh in a quarter, up to which sum each grade goes, and what bounds it."""

    yellow_weight: int
    red_weight: int
    excellent_most: int
    good_most: int
    qualified_most: int
    overdue_most_days: int


def weight_of(stages: Iterable[CardStage], scale: Scale) -> int:
    """Return what the cards of a quarter weigh together.

    Args:
        stages: Of the cards that were not withdrawn.
        scale: What each weighs.

    Returns:
        The sum; supervision and referral weigh as a red card each.

    Source: platform default.
    """
    return sum(
        scale.yellow_weight if stage is CardStage.YELLOW else scale.red_weight for stage in stages
    )


def grade_of(weight: int, scale: Scale) -> Grade:
    """Return the grade of a quarter.

    Args:
        weight: What its cards weigh.
        scale: Up to which sum each grade goes.

    Returns:
        One of the four grades; more weight is never a better one.

    Source: handbook domain.md section 6, four grades; the sums are a platform default.
    """
    if weight <= scale.excellent_most:
        return Grade.EXCELLENT
    if weight <= scale.good_most:
        return Grade.GOOD
    return Grade.QUALIFIED if weight <= scale.qualified_most else Grade.FAILED


def bounded(grade: Grade, worst_days: int, scale: Scale) -> Grade:
    """Return the grade of one who lets duties lie: never above qualified beyond some days.

    Args:
        grade: By its cards.
        worst_days: For how many days the duty that lies longest is late.
        scale: For how many days a duty may be late.

    Returns:
        The grade, or a lower one.

    Source: platform default.
    """
    if worst_days <= scale.overdue_most_days or grade is Grade.FAILED:
        return grade
    return Grade.QUALIFIED


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's quarter, and of the quarter after it.

    Args:
        day: In Beijing.

    Returns:
        Both days.

    Source: the calendar.
    """
    month = day.month - (day.month - 1) % MONTHS_OF_QUARTER
    first = date(day.year, month, 1)
    last = month + MONTHS_OF_QUARTER
    return first, date(day.year + last // 13, (last - 1) % 12 + 1, 1)
