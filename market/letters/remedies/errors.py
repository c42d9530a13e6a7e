"""What is refused about remedies: a class per reason, with its own sentence."""

from market.errors import MarketError, msgid


class RemediesMissingError(MarketError):
    """Whoever decides has not confirmed where and until when the decision may be contested."""

    sentence = msgid(
        "本单位还没有确认救济告知内容（受理机关和期限），决定书不能签发。"
        "请先在“救济告知”页面由一人填写、另一人确认，再办理。"
    )


class UncheckedWordsError(MarketError):
    """A field is empty, or says that it is still to be looked up."""

    sentence = msgid("请填写查对过的完整内容，不能留空，也不能写“待核”“另行”等字样。")

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class OddWordsError(MarketError):
    """What was filled in is no term, no authority, no court or no clause."""

    sentence = msgid(
        "请核对：受理机关、法院写全称（法院含“法院”二字）；期限写明从何时起算、多少日或者月内；"
        "依据写明法律名称和第几条。填写的内容会印在每一份决定书上。"
    )

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class ClausePendingError(MarketError):
    """Another version waits for its second person."""

    sentence = msgid("本单位已有一份救济告知内容待确认，请先由另一人确认或者退回。")


class NoClauseError(MarketError):
    """Nothing waits for a second person."""

    sentence = msgid("没有待确认的救济告知内容，可能他人已经办理。请刷新页面查看。")


class ReasonMissingError(MarketError):
    """What is sent back needs a reason."""

    sentence = msgid("退回的，请写明理由。")

    def __init__(self) -> None:
        super().__init__(field="reason")
