"""What is refused about covering words: a class per reason, with its own sentence."""

from market.errors import MarketError, msgid


class CoverPendingError(MarketError):
    """Another request waits."""

    sentence = msgid("已有一项隐藏文字的申请待另一人决定，请先由另一人办理。")


class NoCoverError(MarketError):
    """Nothing waits."""

    sentence = msgid("没有待决定的隐藏申请，可能他人已经办理。请刷新页面查看。")


class WhyCoverError(MarketError):
    """It does not say what is personal."""

    sentence = msgid("请写明哪些内容是个人信息（至少 %(least)s 个字）。")

    def __init__(self, least: int) -> None:
        super().__init__(field="why", least=least)
