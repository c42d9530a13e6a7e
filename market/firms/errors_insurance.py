"""What is refused about social-insurance evidence."""

from market.errors import MarketError, msgid


class MonthsError(MarketError):
    """The months are turned round, or lie ahead."""

    sentence = msgid("参保月份有误：起始月份不能晚于终止月份，终止月份不能晚于本月。请核对后重填。")

    def __init__(self) -> None:
        super().__init__(field="to_on")


class InsuranceCommentError(MarketError):
    """A refusal needs its reason."""

    sentence = msgid("核对不通过的，须写明原因（至少 5 个字），机构可以看到。")

    def __init__(self) -> None:
        super().__init__(field="comment")
