"""Why an ending is refused: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class EndingReasonError(MarketError):
    """An ending has its reasons."""

    sentence = msgid("请写明事实和理由（至少 20 个字）。")

    def __init__(self) -> None:
        super().__init__(field="text")


class FaultMissingError(MarketError):
    """Whoever proposes to end a contract says whose fault that is."""

    sentence = msgid("提出解除合同的，请选择是谁的责任，或者双方均无责任。")

    def __init__(self) -> None:
        super().__init__(field="fault")


class NotLiveError(MarketError):
    """Only a contract in force whose service is not done can be ended."""

    sentence = msgid("合同没有生效，或者已经验收、解除，不能再解除。请在合同页面查看当前状态。")


class OpenEndingError(MarketError):
    """A side has one at a time."""

    sentence = msgid(
        "贵方的解除申请 %(number)s 还没有办结，不能另行申请。请先等待办结，或者撤回后再申请。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class EndingLateError(MarketError):
    """The time to answer is over."""

    sentence = msgid("答复期限已于 %(at)s 届满，不能再提交。请在本页查看办理情况。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}")
