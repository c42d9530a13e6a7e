"""The rules of an extension: why, when, how often, by how much, and that silence is no consent."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid

PERCENT: Final = 100


class ExtensionReason(StrEnum):
    """Why a service needs more time: a closed list. Platform default."""

    SCOPE_ADDED = "scope-added"
    DIFFICULT_SITE = "difficult-site"
    REVIEW_COMMENTS = "review-comments"
    MORE_TESTS = "more-tests"
    OWN_STAFF = "own-staff"


class ExtensionState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    MOOT = "moot"


class ExtensionMove(StrEnum):
    """What becomes of a request."""

    GRANT = "grant"
    REFUSE = "refuse"
    LAPSE = "lapse"
    OVERTAKE = "overtake"


EXTENSION_MOVES: Mapping[tuple[ExtensionState, ExtensionMove], ExtensionState] = MappingProxyType(
    {
        (ExtensionState.REQUESTED, ExtensionMove.GRANT): ExtensionState.GRANTED,
        (ExtensionState.REQUESTED, ExtensionMove.REFUSE): ExtensionState.REFUSED,
        # Nobody answered: silence is not consent.
        (ExtensionState.REQUESTED, ExtensionMove.LAPSE): ExtensionState.LAPSED,
        # The clock was stopped before anybody answered.
        (ExtensionState.REQUESTED, ExtensionMove.OVERTAKE): ExtensionState.MOOT,
    }
)


class IllegalExtensionMoveError(MarketError):
    """The request was answered, or its time to be answered is over."""

    sentence = msgid("此延期申请已经办结或者答复期限已过。请刷新页面查看最新状态。")


class ExtensionLateError(MarketError):
    """It is asked for when the time is up, or does not run."""

    sentence = msgid(
        "只有在计中介机构的时间、并且到期日之前，才能申请延期。已经逾期的，请尽快提交成果并说明原因。"
    )


class ExtensionTimesError(MarketError):
    """The clock has been extended as often as it may be."""

    sentence = msgid("本服务已延期 %(times)s 次，最多延期 %(most)s 次。请按现在的期限办理。")

    def __init__(self, *, times: int, most: int) -> None:
        super().__init__(times=times, most=most)


class ExtensionCapError(MarketError):
    """It would be extended by too much."""

    sentence = msgid("延期合计最多 %(cap)s 个工作日，此前已延期 %(used)s 个。请缩短天数。")

    def __init__(self, *, cap: int, used: int) -> None:
        super().__init__(field="working_days", cap=cap, used=used)


def advance(state: ExtensionState, move: ExtensionMove) -> ExtensionState:
    """Return the state a move leads a request to.

    Args:
        state: Where the request stands.
        move: What becomes of it.

    Returns:
        The next state; each but the first is the last.

    Raises:
        IllegalExtensionMoveError: The request is over.

    Source: handbook domain.md 2.4, "Extension"; a platform default (docs/adr/0059).
    """
    try:
        return EXTENSION_MOVES[state, move]
    except KeyError:
        raise IllegalExtensionMoveError from None


def cap_of(agreed_working_days: int, percent: int) -> int:
    """Return by how many working days a limit may be extended in all; part of a day is none.

    Args:
        agreed_working_days: The limit as agreed, without extensions.
        percent: The share that may be added.

    Returns:
        Working days.

    Source: platform default, ``extension.cap_percent_of_limit``; handbook domain.md 2.4.
    """
    return agreed_working_days * percent // PERCENT


def check_extension(*, working_days: int, times: int, used: int, most_times: int, cap: int) -> None:
    """Refuse an extension beyond what may be agreed.

    Args:
        working_days: By how much.
        times: How often the clock has been extended.
        used: By how many working days.
        most_times: How often it may be.
        cap: By how many working days in all.

    Raises:
        ExtensionTimesError: It has been extended as often as it may be.
        ExtensionCapError: The sum would exceed the cap, or the number is not positive.

    Source: handbook domain.md 2.4, "max 2 times / +50 %"; a platform default.
    """
    if times >= most_times:
        raise ExtensionTimesError(times=times, most=most_times)
    if working_days < 1 or used + working_days > cap:
        raise ExtensionCapError(cap=cap, used=used)


def answer_by(*, now: datetime, due_at: datetime | None, confirm_by_at: datetime) -> datetime:
    """Return by when the other side must have consented.

    Args:
        now: When it is asked for.
        due_at: When the holder's time is up; None while it does not run.
        confirm_by_at: When the time to answer is over.

    Returns:
        The earlier of both: what nobody granted before the due date leaves it as it is, so no
        card that was dealt is made wrong afterwards.

    Raises:
        ExtensionLateError: The time is up already, or does not run.

    Source: handbook domain.md 2.4, "request before due date"; docs/adr/0059.
    """
    if due_at is None or now >= due_at:
        raise ExtensionLateError
    return min(due_at, confirm_by_at)


def is_answerable(state: ExtensionState, *, now: datetime, answer_by_at: datetime) -> bool:
    """Return whether the other side may still answer.

    Source: platform default, ``extension.silence_consents``; handbook domain.md 2.4.
    """
    return state is ExtensionState.REQUESTED and now < answer_by_at
