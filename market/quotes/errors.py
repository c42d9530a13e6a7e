"""What a quote refuses, each reason with its own words and what to do next."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


class NotQuotedError(MarketError):
    """The notice's method has no quotes."""

    sentence = msgid("本公告不需要报价。报名后等待名单冻结即可。")


class NotInDrawError(MarketError):
    """Only who is enrolled can quote."""

    sentence = msgid("贵机构没有报名，或已撤回报名，不能报价。请先在报名页面报名。")


class SealRefusedError(MarketError):
    """What was sent is no commitment."""

    sentence = msgid("承诺值须为 64 位十六进制，没有采用。请用页面或命令重新封存。")

    def __init__(self) -> None:
        super().__init__(field="commitment")


class TooManySealsError(MarketError):
    """A firm seals again and again."""

    sentence = msgid(
        "一次报名最多封存 %(most)s 次报价，已经用完。以最后一次为准，请保管好那个文件。"
    )

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class SealingClosedError(MarketError):
    """Too late, by the platform's clock."""

    sentence = msgid("报名已于 %(at)s 截止，不能再封存报价。以截止前最后一次封存的为准。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class OpeningNotYetError(MarketError):
    """The close is not logged yet."""

    sentence = msgid(
        "报价要到 %(at)s 截止并写入公开日志之后才能开启，没有采用。请在时段开始后再提交。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class OpeningOverError(MarketError):
    """The time for opening is over."""

    sentence = msgid("开启报价的时段已于 %(at)s 结束，没有采用。未开启的报价按公告规则无效。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class NotSealedError(MarketError):
    """There is nothing to open."""

    sentence = msgid("贵机构在截止前没有封存报价，没有可以开启的内容。")


class OpenedAlreadyError(MarketError):
    """A quote is opened once."""

    sentence = msgid("贵机构的报价已经开启，不能更改。请等待名单冻结后查看结果。")


class OpeningRefusedError(MarketError):
    """The amount and the salt do not give the commitment."""

    sentence = msgid(
        "报价和盐值与最后一次封存的承诺值不符，没有采用。请选择最后一次封存时保存的报价文件；"
        "时段结束前可以再试。"
    )

    def __init__(self) -> None:
        super().__init__(field="salt")
