"""Why a declaration is not taken; each says what to do next."""

from market.errors import MarketError, msgid


class OverOpenError(MarketError):
    """One declaration is decided before the next is made."""

    sentence = msgid("对这项挂起已有一项声明，还没有结果。请等它有了结果再办理。")


class NoFactsError(MarketError):
    """A declaration needs its facts."""

    sentence = msgid("请写明条件何时、怎样具备和有何凭据（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="why")
