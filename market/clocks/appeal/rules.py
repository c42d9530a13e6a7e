"""The rules of asking the operator about a refused suspension. Pure functions, no I/O."""

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


class AppealShortError(MarketError):
    """Whoever asks the operator says why the refusal is wrong."""

    sentence = msgid("请写明对方的理由为什么不成立（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="why")


def check_appeal(
    state: SuspensionState, *, by_side: bool, appealed: bool, now: datetime, by_at: datetime
) -> None:
    """Refuse to take a suspension to the operator that is not refused, or not in time.

    Args:
        state: Of the request.
        by_side: Whether the other side refused it, and not the operator.
        appealed: Whether the operator was asked before.
        now: When it is asked.
        by_at: Until when it may be.

    Raises:
        AppealedError: The other side did not refuse it, or the operator was asked before.
        AppealLateError: It is too late.

    Source: platform default; docs/adr/0103.
    """
    if state is not SuspensionState.REFUSED or not by_side or appealed:
        raise AppealedError
    if now >= by_at:
        raise AppealLateError(by_at)
