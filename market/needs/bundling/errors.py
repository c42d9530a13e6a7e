"""Why drafts are not joined, and why a bundle's ceiling is refused."""

from market.errors import MarketError, msgid
from market.money import yuan


class FewDraftsError(MarketError):
    """One draft is no bundle."""

    sentence = msgid("打包须选择至少两个草稿。请勾选要合并的草稿。")

    def __init__(self) -> None:
        super().__init__(field="drafts")


class ManyDraftsError(MarketError):
    """More parts than a reader can survey."""

    sentence = msgid("一次最多打包 %(most)s 个草稿。请分批办理。")

    def __init__(self, most: int) -> None:
        super().__init__(field="drafts", most=most)


class BundleItemError(MarketError):
    """Drafts of different items."""

    sentence = msgid("只能打包同一服务事项的草稿。请只勾选同一事项的草稿。")

    def __init__(self) -> None:
        super().__init__(field="drafts")


class NotDraftError(MarketError):
    """A need that was sent on, or is a bundle itself."""

    sentence = msgid("“%(title)s”已经提交、撤回或者本身就是打包需求，不能打包。请重新选择草稿。")

    def __init__(self, title: str) -> None:
        super().__init__(field="drafts", title=title)


class BundleLongError(MarketError):
    """Together the texts are longer than one notice may be."""

    sentence = msgid(
        "合并后的文字有 %(length)s 个字，超过 %(most)s 个字。请先精简各草稿，或减少份数。"
    )

    def __init__(self, length: int, most: int) -> None:
        super().__init__(field="drafts", length=length, most=most)


class PartsSumError(MarketError):
    """The ceiling is not what the parts come to."""

    sentence = msgid(
        "本需求是打包需求，服务费上限须等于各部分上限之和 %(yuan)s 元。"
        "请在“各部分上限”中修改，合计随之更新。"
    )

    def __init__(self, sum_fen: int) -> None:
        super().__init__(field="ceiling_fen", yuan=yuan(sum_fen))


class PartPriceError(MarketError):
    """Not one positive amount for each part."""

    sentence = msgid("每个部分的上限都须大于 0 元。请逐项填写。")
