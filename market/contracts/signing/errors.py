"""What is refused about findings: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class StatementShortError(MarketError):
    """A statement needs its facts."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字）。")

    def __init__(self, least: int) -> None:
        super().__init__(field="text", least=least)


class StatementOverError(MarketError):
    """The time to state the reasons is over."""

    sentence = msgid("说明原因的期限已于 %(at)s 届满，不能再提交。请等待认定结果。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}")


class SpokenError(MarketError):
    """A side states its reasons once."""

    sentence = msgid("贵单位已经说明过原因，不能再次提交。请等待认定结果。")


class NotHeldUpError(MarketError):
    """There is nothing to complain of: the owner still has time to confirm."""

    sentence = msgid("业主确认合同的期限还没有过，或者合同不是贵机构提交的，现在不能申请认定责任。")


class NotFreeError(MarketError):
    """A firm may leave without a breach only where the owner was found at fault."""

    sentence = msgid(
        "没有认定未能签约是业主的责任，不能不计违约退出。请继续签约；业主逾期的，可以申请认定责任。"
    )


class ObstructedError(MarketError):
    """A need whose owner did not sign is not announced again."""

    sentence = msgid(
        "本需求曾认定业主无正当理由不签订合同，不能再次公告选取。"
        "确需采购的，请另行发布需求，运营机构审核时将一并查看业主档案。"
    )
