"""Why something about a card is refused."""

from datetime import date

from market.errors import MarketError, msgid


class WordsShortError(MarketError):
    """There is nothing to judge by."""

    sentence = msgid("请写明事实和理由，至少 %(least)s 个字。")

    def __init__(self, field: str, least: int) -> None:
        super().__init__(field=field, least=least)


class OwnCardError(MarketError):
    """Nobody judges, gives or takes back a card of their own organisation."""

    sentence = msgid("不能办理本单位的牌。请由监督部门或者其他单位的人员办理。")


class SameOfficeError(MarketError):
    """No organisation takes back a card alone, however many people it has."""

    sentence = msgid(
        "撤销由两个单位的人办理：提出的和决定的不能是同一单位。请由另一监管单位的人员决定。"
    )


class NotYetHeardError(MarketError):
    """Nobody is judged unheard: the party still has time to reply."""

    sentence = msgid("责任单位的答复期限还没有过。请在其答复或者期满以后再认定。")


class BaselessError(MarketError):
    """What the accounts do not bear out is taken back, and not upheld."""

    sentence = msgid(
        "按现在的计时，这一级没有到过，不能维持。请提出撤销：由两个单位的人员办理，提出的和决定的"
        "不能是同一单位。"
    )


class NoInterviewError(MarketError):
    """What is supervised is spoken about before it is closed."""

    sentence = msgid("督办事项须先约谈并登记约谈结果，再办结。请先登记约谈。")


class WithdrawalOpenError(MarketError):
    """A proposal is decided before anything else is."""

    sentence = msgid(
        "有一项撤销此牌的意见等待另一单位决定。请等它作出决定；期满没有决定的，可以先行认定。"
    )


class NotProposerError(MarketError):
    """Only whoever proposed it takes a proposal back."""

    sentence = msgid("只有提出撤销意见的人可以收回。请由其本人办理，或者对这项意见作出决定。")


class InterviewOpenError(MarketError):
    """One interview is held before the next is called."""

    sentence = msgid("已经邀请过，约谈结果还没有登记。请先登记或者取消。")


class TooSoonError(MarketError):
    """The party is told in time."""

    sentence = msgid(
        "约谈日期不得早于 %(on)s：邀请次日起，至少给对方留出 %(days)s 个完整的工作日准备。"
    )

    def __init__(self, on: date, days: int) -> None:
        super().__init__(field="meet_on", on=f"{on:%Y-%m-%d}", days=days)


class NotYetHeldError(MarketError):
    """It is recorded when it has been held."""

    sentence = msgid("约谈时间还没有到，不能登记结果。需要改期的，请先取消再重新邀请。")


class FutureError(MarketError):
    """What a card is about has happened."""

    sentence = msgid("发生日期不能晚于今天。请核对日期。")

    def __init__(self) -> None:
        super().__init__(field="happened_on")


class NoSuchPartyError(MarketError):
    """No firm, owner, operator or authority has that credit code."""

    sentence = msgid(
        "没有这个统一社会信用代码的机构、业主、运营机构或者主管部门。请核对后重新填写。"
    )

    def __init__(self) -> None:
        super().__init__(field="code")
