"""Why add-on contracts refuse what people ask of them."""

from market.errors import MarketError, msgid


class NotRunningError(MarketError):
    """Only a contract in force, whose work is not accepted, can be added to."""

    sentence = msgid(
        "合同尚未生效或成果已经验收，不能再签补充合同。需要新的服务，请发布新的采购需求。"
    )


class EndedMeanwhileError(MarketError):
    """The contract was ended before its add-on contract was approved."""

    sentence = msgid(
        "原合同已经解除，补充合同不能再批准。请选择不予批准；需要新的服务的，由业主发布新的采购需求。"
    )


class SupplementReasonError(MarketError):
    """The reason is missing."""

    sentence = msgid("请写明原因（至少 10 个字），它将与补充合同一并公示。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class OpenSupplementError(MarketError):
    """One at a time."""

    sentence = msgid("该合同有一份补充合同（%(number)s）尚未办结。请先办结，再提出新的。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)
