"""Why contracts refuse what people ask of them."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


class SignedOnError(MarketError):
    """The day of signing is impossible."""

    sentence = msgid("签订日期须在中选公告日（含）之后且不晚于今天。请核对签订日期。")

    def __init__(self) -> None:
        super().__init__(field="signed_on")


class ContractDaysError(MarketError):
    """The contract gives the firm more time than the notice."""

    sentence = msgid("合同服务时限须为 1 至 %(days)s 个工作日，不得超过公告。请核对服务时限。")

    def __init__(self, days: int) -> None:
        super().__init__(field="service_working_days", days=days)


class AlreadyFiledError(MarketError):
    """There is a contract for this award."""

    sentence = msgid("该中选项目的合同已经提交。请在合同页面查看或确认。")


class AwardHeldError(MarketError):
    """The award stands still for an objection or a complaint; nothing settles it meanwhile."""

    sentence = msgid(
        "中选结果因异议或者投诉（%(why)s）暂停，办结前不能签订合同、移交资料、验收或者解除合同。"
        "暂停的天数不计入您方的期限；办理情况在该编号的页面公开。"
    )

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class ReturnedOftenError(MarketError):
    """A contract does not go back and forth for ever."""

    sentence = msgid(
        "合同已经退回 %(count)s 次，达到规则“%(rules)s”的上限，不能再退回。"
        "请确认合同；不能确认的，期满后由双方说明原因，按签约责任认定办理。"
    )

    def __init__(self, count: int, rules: str) -> None:
        super().__init__(count=count, rules=rules)


class FirmBarredError(MarketError):
    """A firm that has left or is sanctioned signs nothing new."""

    sentence = msgid(
        "该机构现在不能签订新合同：%(reasons)s。已生效的合同继续履行；如有异议，请联系运营机构。"
    )

    def __init__(self, reasons: str) -> None:
        super().__init__(reasons=reasons)


class SignLateError(MarketError):
    """The time to sign and file is over."""

    sentence = msgid("签订并提交合同的期限已于 %(by)s 届满，不能再办理。如有异议，请联系运营机构。")

    def __init__(self, by_at: datetime) -> None:
        super().__init__(by=in_beijing(by_at))


class NoCommentError(MarketError):
    """A return needs its facts."""

    sentence = msgid("退回须写明具体问题（至少 10 个字），中介机构将据此修改。")

    def __init__(self) -> None:
        super().__init__(field="comment")


class NoMaterialsError(MarketError):
    """What is handed over must be listed."""

    sentence = msgid("请列明移交的资料（至少 5 个字）。资料齐全后才开始计时。")

    def __init__(self) -> None:
        super().__init__(field="materials")


class ReviewLateError(MarketError):
    """The owner's silence has accepted the work already."""

    sentence = msgid(
        "验收期限已于 %(by)s 届满，按公告适用的规则视为接收，不能再退回。如有争议，请联系运营机构。"
    )

    def __init__(self, by_at: datetime) -> None:
        super().__init__(by=in_beijing(by_at))
