"""What is refused about the texts of model contracts: a class per reason."""

from market.errors import MarketError, msgid


class IllegalTextMoveError(MarketError):
    """The text's state does not allow the move."""

    sentence = msgid("该文本的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class TextWaitsError(MarketError):
    """A text for the same model of the same item waits for its second person."""

    sentence = msgid("该事项的这份示范文本已有一版等待复核。请先由同事复核，再上传新版。")

    def __init__(self) -> None:
        super().__init__(field="model_id")


class UnknownModelError(MarketError):
    """The catalogue names no such model contract for the item."""

    sentence = msgid(
        "服务事项清单没有为该事项列出这份示范文本。请重新选择，或选“本平台编制的文本”。"
    )

    def __init__(self) -> None:
        super().__init__(field="model_id")


class NoTextWordsError(MarketError):
    """It is not said why."""

    sentence = msgid("请写明理由（至少 5 个字），同事和日后的核查据此了解经过。")

    def __init__(self) -> None:
        super().__init__(field="words")
