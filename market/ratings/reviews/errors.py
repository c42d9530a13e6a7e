"""Why the examination of a bad rating, or a call-back, refuses what people ask of it."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class AppealLateError(MarketError):
    """The time for an appeal is over."""

    sentence = msgid("申诉期限已于 %(at)s 届满，不能再申诉。运营机构会核查这条差评，结论公开。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}")


class ReviewTextError(MarketError):
    """The reasons are missing."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字），它将公开。")

    def __init__(self, least: int) -> None:
        super().__init__(field="text", least=least)


class PartyToRatingError(MarketError):
    """Whoever gave or got a rating has no part in finding whether it stands."""

    sentence = msgid("本单位是评价方或者被评价方，不能核查这条评价。请由没有关系的单位办理。")


class CallTwiceError(MarketError):
    """Trying again at once is no second attempt."""

    sentence = msgid("同一天已经登记过一次没有联系上，同一天的多次联系只算一次。请改日再联系。")

    def __init__(self) -> None:
        super().__init__(field="called_on")


class CallTimeError(MarketError):
    """A call lies in the future, or before there was anything to call about."""

    sentence = msgid("联系时间不能晚于现在，也不能早于回访任务产生的时间。请核对后填写。")

    def __init__(self) -> None:
        super().__init__(field="called_at")
