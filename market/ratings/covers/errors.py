"""What is refused about covering words: a class per reason, with its own sentence."""

from market.errors import MarketError, msgid


class CoverPendingError(MarketError):
    """Another request waits."""

    sentence = msgid("已有一项隐藏文字的申请待另一人决定，请先由另一人办理。")


class NoCoverError(MarketError):
    """Nothing waits."""

    sentence = msgid("没有待决定的隐藏申请，可能他人已经办理。请刷新页面查看。")


class NotPersonalError(MarketError):
    """The supervisor has found that these words hold nothing of a person."""

    sentence = msgid("监督机构已经决定恢复这条评价的文字，不能再次隐藏。")


class CoverReasonError(MarketError):
    """Whoever agrees, refuses, objects or rules says why."""

    sentence = msgid("请写明理由（至少 %(least)s 个字）。")

    def __init__(self, least: int, field: str) -> None:
        super().__init__(field=field, least=least)


class CoverRepeatedError(MarketError):
    """The public reason does not repeat what is covered."""

    sentence = msgid("理由将公开，请勿重复其中的%(found)s。")

    def __init__(self, found: str) -> None:
        super().__init__(field="reason", found=found)


class CoverHeardError(MarketError):
    """There is nothing to object to, or to rule on."""

    sentence = msgid("这条评价没有可以办理的异议，可能已经提出或者已有决定。请刷新页面查看。")


class WhyCoverError(MarketError):
    """It does not say what is personal."""

    sentence = msgid("请写明哪些内容是个人信息（至少 %(least)s 个字）。")

    def __init__(self, least: int) -> None:
        super().__init__(field="why", least=least)
