"""Why explanations refuse what people ask of them."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


class ExplanationReasonError(MarketError):
    """An answer, an opinion or a decision has its reasons."""

    sentence = msgid("请写明理由（至少 20 个字），它将一并公示。")

    def __init__(self) -> None:
        super().__init__(field="text")


class ExplanationLateError(MarketError):
    """The time to explain is over."""

    sentence = msgid(
        "提交说明的期限已于 %(by)s 届满，按规则视为说明不成立。如有异议，请对结果提出异议。"
    )

    def __init__(self, by_at: datetime) -> None:
        super().__init__(by=in_beijing(by_at))


class NotExplainedError(MarketError):
    """Nothing is signed before an abnormally low price is explained."""

    sentence = msgid(
        "中选报价标注了异常低价，说明成立后才能签订合同。请在“异常低价说明”页面查看办理情况。"
    )
