"""The rules of asking the operator about a refused suspension. Pure functions, no I/O."""

from collections.abc import Callable, Sequence
from datetime import datetime

from market.clock import BEIJING
from market.clocks.rules import SuspensionState
from market.errors import MarketError, msgid


class AppealLateError(MarketError):
    """The time to ask the operator is over."""

    sentence = msgid(
        "申请裁定的期限已于 %(by)s 届满。情况有变化的，可以写明新的事实和依据，重新申请挂起。"
    )

    def __init__(self, by_at: datetime) -> None:
        super().__init__(by=f"{by_at.astimezone(BEIJING):%Y-%m-%d %H:%M}")


class AppealedError(MarketError):
    """Only what the other side refused goes to the operator, and once."""

    sentence = msgid("只有对方未同意、还没有请运营机构裁定过的挂起申请，才可以申请裁定。")


class UnheardError(MarketError):
    """Whoever refused is heard on the new reasons first."""

    sentence = msgid(
        "对方可以就裁定请求作出说明，到 %(at)s 为止。请在对方说明以后、或者期满以后再决定。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}")


class NoAppealError(MarketError):
    """There is no appeal to speak to, or it was done."""

    sentence = msgid("现在没有等待您方说明的裁定请求：运营机构已经决定，或者您方已经说明过。")


class RejoinderShortError(MarketError):
    """What is said to an appeal can be followed."""

    sentence = msgid("请针对裁定请求的理由作出说明（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="text")


class AppealShortError(MarketError):
    """Whoever asks the operator says why the refusal is wrong."""

    sentence = msgid("请写明对方的理由为什么不成立（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="why")


def check_appeal(
    state: SuspensionState,
    *,
    by_side: bool,
    appealed: bool,
    now: datetime,
    by_at: datetime | None,
) -> None:
    """Refuse to take a suspension to the operator that is not refused, or not in time.

    Args:
        state: Of the request.
        by_side: Whether the other side refused it, and not the operator.
        appealed: Whether the operator was asked before.
        now: When it is asked.
        by_at: Until when it may be; none while its term cannot end.

    Raises:
        AppealedError: The other side did not refuse it, or the operator was asked before.
        AppealLateError: It is too late.

    Source: platform default; docs/adr/0103.
    """
    if state is not SuspensionState.REFUSED or not by_side or appealed:
        raise AppealedError
    if by_at is not None and now >= by_at:
        raise AppealLateError(by_at)


def appeal_until(
    refused_at: datetime,
    without: Sequence[tuple[datetime, datetime | None]],
    due_after: Callable[[datetime], datetime],
) -> datetime | None:
    """Return until when the operator may be asked about a refusal.

    While another request of the same clock is open nothing is asked beside it, nor while time
    passes on another account; so that nobody loses the term by waiting, it begins anew after that.

    Args:
        refused_at: When the other side refused.
        without: From when until when nothing could be asked; none: still nothing can.
        due_after: When the term ends that begins after an instant.

    Returns:
        The end of the term; none while nothing can be asked since before it was over.

    Source: platform default; docs/adr/0103, 0118.
    """
    by_at = due_after(refused_at)
    for since_at, until_at in sorted(without, key=lambda one: one[0]):
        if since_at >= by_at:
            continue
        if until_at is None:
            return None
        if until_at > refused_at:
            by_at = max(by_at, due_after(until_at))
    return by_at
