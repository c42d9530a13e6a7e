"""Why no more time is given; each says what to do next."""

from market.errors import MarketError, msgid


class NoReasonGivenError(MarketError):
    """A request for more time needs its facts."""

    sentence = msgid("请写明为什么需要延期、已经完成到哪一步（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="why")


class ExtensionOpenError(MarketError):
    """One request for more time is answered before the next is made."""

    sentence = msgid("已有一项延期申请等待对方答复。请等它有了结果再申请。")
