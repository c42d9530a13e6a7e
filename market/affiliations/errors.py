"""What is refused about affiliations: a class per reason, with its own sentence."""

from datetime import date, datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class IllegalGroupMoveError(MarketError):
    """The case's state does not allow the move."""

    sentence = msgid("该关联组的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class TooFewFirmsError(MarketError):
    """A group needs two firms."""

    sentence = msgid("关联组至少要有两家不同的机构。请重新选择。")

    def __init__(self) -> None:
        super().__init__(field="firms")


class InCaseError(MarketError):
    """The same firms are in another case that is not over."""

    sentence = msgid("所选机构已在关联组 %(number)s 中一并办理，不能重复立案。请查看该案件。")

    def __init__(self, number: str) -> None:
        super().__init__(field="firms", number=number)


class StillHeardError(MarketError):
    """A firm may still state its view."""

    sentence = msgid(
        "陈述意见的期限到 %(until)s 为止，还有机构没有陈述，期满前不能作出决定。请期满后再办理。"
    )

    def __init__(self, until: datetime) -> None:
        super().__init__(until=f"{until.astimezone(BEIJING):%Y-%m-%d %H:%M}")


class StatementLateError(MarketError):
    """The time to state a view is over."""

    sentence = msgid("陈述意见的期限已满，不能再提交。对决定不服的，可以在决定后提出异议。")


class AlreadyStatedError(MarketError):
    """A firm states its view once."""

    sentence = msgid("贵机构已经陈述过意见，不能再次提交。请等待决定。")


class ReasonsTooShortError(MarketError):
    """A letter needs its reasons."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字）。")

    def __init__(self, field: str, least: int) -> None:
        super().__init__(field=field, least=least)


class IdentityError(MarketError):
    """What every firm of a case reads holds nobody's identity number."""

    sentence = msgid(
        "请删去居民身份证号码：各机构都会看到全文。需要指明自然人的，写姓名和证件号码的后四位。"
    )

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class ObjectionPendingError(MarketError):
    """A firm objects once at a time."""

    sentence = msgid("贵机构对此的异议 %(number)s 正在办理，请等待答复，不必重复提出。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class OldFactsError(MarketError):
    """What was answered is not said again without anything new."""

    sentence = msgid(
        "对案件 %(number)s 的异议已于 %(day)s 答复不予采纳。再次提出的，须写明答复之后形成或者"
        "取得的新事实、新证据及其日期；重新申报本身不解除限制。"
    )

    def __init__(self, number: str, day: date) -> None:
        super().__init__(field="new_on", number=number, day=day.isoformat())


class NothingToObjectError(MarketError):
    """No rule of affiliations keeps the firm out of the draw."""

    sentence = msgid("贵机构在本次摇号中没有受关联组或回避规则限制，无须提出异议。请返回报名页面。")


class TooLateToObjectError(MarketError):
    """The list is frozen, or nearly."""

    sentence = msgid(
        "名单冻结时限已到，本次摇号不再受理异议。请在“本机构关联关系”中对关联组提出异议。"
    )


class AnsweredError(MarketError):
    """The objection was answered before."""

    sentence = msgid("该异议已经答复，可能他人已经办理。请刷新页面查看最新状态。")


class AnswerLateError(MarketError):
    """An objection about a draw whose freeze has come can only be rejected."""

    sentence = msgid(
        "该异议针对的摇号已到名单冻结时限，不能再改变本次名单。请选择不予采纳并说明理由；"
        "关联组确有错误的，由机构另行提出异议后解除。"
    )

    def __init__(self) -> None:
        super().__init__(field="outcome")


class NoControllerError(MarketError):
    """Nobody is named as controller, and nobody says that there is none."""

    sentence = msgid("请至少申报一名实际控制人；确实没有实际控制人的，请勾选“无实际控制人”。")

    def __init__(self) -> None:
        super().__init__(field="no_controller")


class ControllerAfterAllError(MarketError):
    """A controller is named beside the statement that there is none."""

    sentence = msgid("已申报实际控制人，不能同时勾选“无实际控制人”。请取消其中一项。")

    def __init__(self) -> None:
        super().__init__(field="no_controller")


class SharesError(MarketError):
    """Shares come to more than the whole."""

    sentence = msgid("各股东（或者各实际控制人）的持股比例合计超过100%%。请核对后重新填写。")

    def __init__(self) -> None:
        super().__init__(field="kept")


class SmallShareError(MarketError):
    """A shareholder's share is missing or smaller than what is declared."""

    sentence = msgid("股东的持股比例须在 %(least)s%% 到 100%% 之间；低于 %(least)s%% 的无须申报。")

    def __init__(self, least_bp: int) -> None:
        whole, part = divmod(least_bp, 100)
        super().__init__(field="kept", least=f"{whole}.{part:02d}" if part else str(whole))


class OtherNameError(MarketError):
    """A registered code is declared with another's name."""

    sentence = msgid(
        "代码 %(code)s 在本平台登记的名称与所填的“%(name)s”不同。"
        "请核对代码和名称；不能确定的，名称可以不填。"
    )

    def __init__(self, code: str, name: str) -> None:
        super().__init__(field="kept", code=code, name=name)


class TwicePartyError(MarketError):
    """One party is declared twice in one role."""

    sentence = msgid("同一实际控制人或股东申报了两次。请合并为一行。")

    def __init__(self) -> None:
        super().__init__(field="kept")


class NoIdentityError(MarketError):
    """Nothing says who the legal representative is."""

    sentence = msgid("请填写法定代表人的身份证号码。系统只保存不可还原的摘要。")

    def __init__(self) -> None:
        super().__init__(field="legal_id")


class NoAccountError(MarketError):
    """There is no bank account."""

    sentence = msgid("请填写基本存款账户的账号。系统只保存不可还原的摘要。")

    def __init__(self) -> None:
        super().__init__(field="account")


class UnknownTicketRuleError(MarketError):
    """The regulation names a way to give tickets to a group that this program does not know."""

    sentence = msgid(
        "规则“%(title)s”的 tickets 写作“%(rule)s”，本系统只支持 merge 和 exclude，"
        "且默认值须在允许的范围内。请由运营机构更正规则文件。"
    )

    def __init__(self, title: str, rule: str) -> None:
        super().__init__(title=title, rule=rule)


class TicketChoiceError(MarketError):
    """The rules in force do not let an owner choose this."""

    sentence = msgid("现行规则不允许这样处理同一控制人的机构。请从列表中选择。")

    def __init__(self) -> None:
        super().__init__(field="tickets")


class TicketsBidError(MarketError):
    """Who may bid must be known before the session; exclusion comes only with the freeze."""

    sentence = msgid(
        "网上竞价须在开始前确定谁可以出价，不能等到冻结名单时再排除同一控制人的机构。"
        "请改选合并为一张号票，或者改用其他选取方式。"
    )

    def __init__(self) -> None:
        super().__init__(field="tickets")
