"""What is refused about panels: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


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
        super().__init__(at=in_beijing(at))


class PanelOverError(MarketError):
    """The panel's work is over, or never began."""

    sentence = msgid("本次评审已经结束，席位不再接受、辞谢或递补。无需再办理。")


class NewAccountError(MarketError):
    """The account, or its password, was given after the notice: nobody knows by whom it acts."""

    sentence = msgid(
        "本账号是公告发布以后才开通的，或者密码是公告发布以后由他人重置的，不能担任本次评审。"
        "请在“我的评审席位”中辞谢，由下一位专家递补。"
    )


class DeclarationMissingError(MarketError):
    """An expert sits only with the declaration that nothing ties it to anybody involved."""

    sentence = msgid("接受前须确认与业主、参加机构没有利害关系并承诺保密。请勾选后再提交。")

    def __init__(self) -> None:
        super().__init__(field="declared")


class SheetInError(MarketError):
    """Who has handed in the scores does not leave the panel any more."""

    sentence = msgid("您已经提交评分，不能再辞谢。发现利害关系的，请书面告知运营机构。")


class UnfitError(MarketError):
    """Who is not of the pool any more, or is tied to somebody who takes part, does not sit."""

    sentence = msgid(
        "按现在的登记，您已不在专家库的有效名单中，或者与业主、运营机构、参加机构有利害关系，"
        "不能担任本次评审。席位由下一位专家递补，您无需再办理；有疑问请联系运营机构。"
    )


class PanelWaitsError(MarketError):
    """The panel of the notice before still waits for its round: no other panel is drawn."""

    sentence = msgid(
        "上次公告的评审专家抽取 %(number)s 还在等待随机值，不能另抽一次。"
        "请先在该抽取的页面带入信标轮次（任何登录用户都可以），抽出专家后再发布公告。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class NoPanelBundleError(MarketError):
    """The panel's draw has nothing to verify yet."""

    sentence = msgid("专家抽取还没有结果，暂无验证包。请在开奖时刻之后再来下载。")
