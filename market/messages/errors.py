"""What is refused about messages: a class per reason, with its own sentence."""

from market.errors import MarketError, msgid


class EmailError(MarketError):
    """The platform writes to one plain address."""

    sentence = msgid("请填写一个邮箱地址，例如 li@example.cn；不用邮件的，请留空。")

    def __init__(self) -> None:
        super().__init__(field="email")


class MobileError(MarketError):
    """SMS go to mobile phones."""

    sentence = msgid("请填写 11 位手机号，例如 13800001234；不用短信的，请留空。")

    def __init__(self) -> None:
        super().__init__(field="phone")


class BannerTermError(MarketError):
    """A notice is shown for a while that has not passed."""

    sentence = msgid("结束日期不能早于开始日期，也不能早于今天，最长 %(days)s 天。请重新填写。")

    def __init__(self, days: int) -> None:
        super().__init__(field="ends_on", days=days)


class BannerConfirmedError(MarketError):
    """Somebody has confirmed it."""

    sentence = msgid("该公告已经复核，正在或者将按期显示。请刷新页面查看。")


class BannerOverError(MarketError):
    """The notice is not shown any more."""

    sentence = msgid("该公告已经撤下或者到期，无需再撤。请刷新页面查看。")
