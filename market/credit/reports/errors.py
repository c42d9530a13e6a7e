"""Why something cannot be done to a reported breach, and what to do next."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


class ReportMovedError(MarketError):
    """The report's state does not allow the move."""

    sentence = msgid("这项登记的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class ReportStillHeardError(MarketError):
    """The firm may still speak."""

    sentence = msgid(
        "机构陈述意见的期限到 %(until)s 为止，期满前还可以补充；机构表示不再补充的除外。"
        "请期满后再确认。"
    )

    def __init__(self, until: datetime) -> None:
        super().__init__(until=in_beijing(until))


class StatementLateError(MarketError):
    """The time to speak is over."""

    sentence = msgid("陈述意见的期限已满，不能再提交。请等待确认结果；结果会通知贵单位。")


class NotYourReportError(MarketError):
    """Only whoever reported takes the report back."""

    sentence = msgid("登记只能由提出人撤回。不同意的，由另一人不予登记。")


class BreachHeldError(MarketError):
    """A case rests on the breach: it goes with the case's decision."""

    sentence = msgid(
        "案件 %(number)s 以这项失信行为为依据，不能单独撤销。"
        "请在该案件中撤销决定，或者等该案件办结。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(number=number)
