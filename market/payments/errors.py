"""Why invoices and payments refuse what people ask of them."""

from market.errors import MarketError, msgid


class NotInForceError(MarketError):
    """Money belongs to a contract in force."""

    sentence = msgid("合同尚未生效，不能登记发票或付款。请先由对方确认合同。")


class VoucherDayError(MarketError):
    """The day is impossible."""

    sentence = msgid("日期须在合同签订日（含）之后且不晚于今天。请按票据上的日期填写。")

    def __init__(self) -> None:
        super().__init__(field="dated_on")


class ReferenceUsedError(MarketError):
    """The number was recorded before."""

    sentence = msgid("号码 %(reference)s 已经登记过，同一张票据不能登记两次。请核对号码。")

    def __init__(self, reference: str) -> None:
        super().__init__(field="reference", reference=reference)


class VoucherReasonError(MarketError):
    """A dispute or a correction needs its facts."""

    sentence = msgid("请写明具体理由（至少 10 个字），对方将据此处理。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class NotCorrectableError(MarketError):
    """A correction is not corrected."""

    sentence = msgid("冲红和冲正本身不能再冲销，也不需要确认。登记有误的，请重新登记正确的票据。")
