"""What is refused about panels: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


class PoolTooSmallError(MarketError):
    """There are not enough experts for the item to draw a panel from."""

    sentence = msgid(
        "专家库中本事项的有效专家只有 %(found)s 名，抽取评审小组至少需要 %(needed)s 名。"
        "请改选其他选取方式，或请运营机构充实专家库后再发布。"
    )

    def __init__(self, found: int, needed: int) -> None:
        super().__init__(found=found, needed=needed)


class AnswerOverError(MarketError):
    """The term for the expert's answer is over."""

    sentence = msgid("答复期限已于 %(at)s 结束，席位已转给下一位专家。无需再办理。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class PanelOverError(MarketError):
    """The panel's work is over, or never began."""

    sentence = msgid("本次评审已经结束，席位不再接受、辞谢或递补。无需再办理。")


class NewAccountError(MarketError):
    """The account was opened after the notice: nobody knows whose it was when it was drawn."""

    sentence = msgid("本账号是公告发布以后才开通的，不能担任本次评审。请辞谢，由下一位专家递补。")


class DeclarationMissingError(MarketError):
    """An expert sits only with the declaration that nothing ties it to anybody involved."""

    sentence = msgid("接受前须确认与业主、参加机构没有利害关系并承诺保密。请勾选后再提交。")

    def __init__(self) -> None:
        super().__init__(field="declared")


class SheetInError(MarketError):
    """Who has handed in the scores does not leave the panel any more."""

    sentence = msgid("您已经提交评分，不能再辞谢。发现利害关系的，请书面告知运营机构。")


class NoPanelBundleError(MarketError):
    """The panel's draw has nothing to verify yet."""

    sentence = msgid("专家抽取还没有结果，暂无验证包。请在开奖时刻之后再来下载。")
