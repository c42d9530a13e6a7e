"""Why no more time is given; each says what to do next."""

from market.errors import MarketError, msgid


class NoReasonGivenError(MarketError):
    """A request for more time needs its facts."""

    sentence = msgid("请写明为什么需要延期、已经完成到哪一步（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="why")
