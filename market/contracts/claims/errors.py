"""Why an answer to a claimed day is refused."""

from market.errors import MarketError, msgid


class NoDenialError(MarketError):
    """Whoever denies a day says why."""

    sentence = msgid("不认可的，请写明理由（至少 5 个字），例如实际何时、以何种方式收到。")

    def __init__(self) -> None:
        super().__init__(field="words")
