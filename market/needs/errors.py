"""Why an action on a need is refused."""

from market.errors import MarketError, msgid
from market.needs.rules import NeedFactsError


class NoReasonError(MarketError):
    """A refusal needs a reason."""

    sentence = msgid("请写明理由（至少 5 个字），对方将看到这段文字。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class DemonstrationSourceError(NeedFactsError):
    """A source that the platform alone knows beforehand is for demonstrations."""

    sentence = msgid(
        "演示模式的随机数只由平台一方产生，平台可以事先知道结果，正式系统不能使用。"
        "请另选一种随机源。"
    )

    def __init__(self) -> None:
        super().__init__(field="mode")


class AnnouncedError(MarketError):
    """A need that was announced is a draft no more."""

    sentence = msgid("本需求曾经公告，不能收回为草稿。要修改的，请审批人退回并写明理由。")


class VagueReasonError(MarketError):
    """Whoever names no ground of the list says in words what it is."""

    sentence = msgid("选择“其他原因”的，请具体写明是什么原因（至少 10 个字），将向公众公开。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class PublishedError(MarketError):
    """The notice is out: the need and its draw can only be withdrawn together."""

    sentence = msgid("公告已经发布，不能在此撤回。请在需求页面使用“撤回公告”，摇号将一并终止。")


class EnrolmentOverError(MarketError):
    """Enrolment has closed: from then on the owner can neither withdraw nor change anything."""

    sentence = msgid("报名已经截止，业主不能再撤回。名单、摇号和结果按公告的时间表自动进行。")
