"""Why an action on a need is refused."""

from market.errors import MarketError, msgid


class NoReasonError(MarketError):
    """A refusal needs a reason."""

    sentence = msgid("请写明理由（至少 5 个字），对方将看到这段文字。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class PublishedError(MarketError):
    """The notice is out: the need and its draw can only be withdrawn together."""

    sentence = msgid("公告已经发布，不能在此撤回。请在需求页面使用“撤回公告”，摇号将一并终止。")


class EnrolmentOverError(MarketError):
    """Enrolment has closed: from then on the owner can neither withdraw nor change anything."""

    sentence = msgid("报名已经截止，业主不能再撤回。名单、摇号和结果按公告的时间表自动进行。")
