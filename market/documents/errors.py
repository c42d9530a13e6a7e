"""What is refused about documents, owners and buyers, besides what the rules refuse."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from market.documents.owner_rules import BuyerDeed, Shortfall
from market.errors import MarketError, msgid


class DocumentsClosedError(MarketError):
    """While the operator checks, nothing is exchanged under its hands."""

    sentence = msgid("运营机构正在核对，暂时不能上传或更换材料。请等核对结果；被退回后即可更换。")


class TooManyUploadsError(MarketError):
    """Nobody hands in that much in a day."""

    sentence = msgid("24 小时内最多上传 %(most)s 份材料，本单位已达上限。请明天再上传。")

    def __init__(self, most: int) -> None:
        super().__init__(field="file", most=most)


class NotOpenedError(MarketError):
    """A look at the document must be written down first."""

    sentence = msgid("请先在材料页面点“登记并打开”，登记后 15 分钟内可以下载。")


class SuspiciousWaitingError(MarketError):
    """Files that a machine found odd are decided one by one."""

    sentence = msgid("以下材料被系统提示可疑，须逐份放行或退回后才能通过：%(names)s。")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names="、".join(names))


class OwnerIncompleteError(MarketError):
    """The registration lacks documents."""

    sentence = msgid("还缺以下材料，不能提交：%(names)s。请先逐项上传。")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names="、".join(names))


class OwnerReasonError(MarketError):
    """A refusal needs its reasons."""

    sentence = msgid("请至少选择一项退回原因；选“其他”的，须在说明中写清楚（至少 5 个字）。")

    def __init__(self) -> None:
        super().__init__(field="reasons")


class OwnerUncheckedError(MarketError):
    """The owner registered itself and has not been checked yet."""

    sentence = msgid(
        "依据“%(rules)s”，单位登记经运营机构核对后才能发布采购需求。"
        "请在“本单位登记”页面查看进度，或按退回原因补正。"
    )

    def __init__(self, rules: str) -> None:
        super().__init__(rules=rules)


class BuyerTermError(MarketError):
    """The term is over, too long, or turned round."""

    sentence = msgid("授权的起止日期有误：止日不早于今天和起日，且不晚于 %(latest)s。请重新填写。")

    def __init__(self, latest: date) -> None:
        super().__init__(field="valid_to_on", latest=latest)


class BuyerEmptyError(MarketError):
    """It allows nothing."""

    sentence = msgid("请至少选择一项授权事项。")

    def __init__(self) -> None:
        super().__init__(field="deeds")


class BuyerEndedError(MarketError):
    """It ended before."""

    sentence = msgid("这项授权已经终止。需要恢复的，请重新授权。")


_LACKING: Final = {
    Shortfall.NONE: msgid("没有有效的授权"),
    Shortfall.DEED: msgid("授权不包括此事"),
    Shortfall.TERM: msgid("授权不在有效期内"),
    Shortfall.ITEM: msgid("授权不包括这个服务事项"),
    Shortfall.CEILING: msgid("金额超过授权上限"),
}
_DEEDS: Final = {BuyerDeed.POST: msgid("提交采购需求"), BuyerDeed.APPROVE: msgid("审批采购需求")}


class NotAuthorisedBuyerError(MarketError):
    """The person's authority does not reach as far as this deed."""

    sentence = msgid(
        "您不能%(deed)s：%(lacking)s（依据“%(rules)s”的采购授权规则）。"
        "请由本单位管理人员在“采购授权”页面补充授权，或交由有授权的同事办理。"
    )

    def __init__(self, deed: BuyerDeed, lacking: Shortfall, rules: str) -> None:
        self.lacking = lacking
        super().__init__(deed=_DEEDS[deed], lacking=_LACKING[lacking], rules=rules)


class DocumentErasedError(MarketError):
    """The bytes were deleted by the rules of retention."""

    sentence = msgid("这份材料已按保存期限规则删除，只保留登记和摘要。需要时请重新上传。")
