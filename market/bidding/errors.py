"""What a bid refuses, each reason with its own words and what to do next."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid
from market.needs.prices import yuan


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


class NotBiddenError(MarketError):
    """The notice's method has no live bidding."""

    sentence = msgid("本公告不是网上竞价。请在摇号页面查看本公告的选取方式。")


class NotInSessionError(MarketError):
    """Only who is enrolled can bid."""

    sentence = msgid("贵机构没有报名，或已撤回报名，不能出价。可以在公开页面观看竞价。")


class NoLongerEligibleError(MarketError):
    """A firm that would not be on the list does not bid: its bid would only drive others out."""

    sentence = msgid("贵机构现在不符合本公告的条件，出价没有采用：%(failures)s。请先补正，再出价。")

    def __init__(self, failures: str) -> None:
        super().__init__(failures=failures)


class BiddingNotYetError(MarketError):
    """The close is not logged yet."""

    sentence = msgid("竞价在 %(at)s 报名截止并写入公开日志时开始，出价没有采用。请在开始后再出价。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class BiddingOverError(MarketError):
    """The session has ended."""

    sentence = msgid("竞价已于 %(at)s 结束，出价没有采用。请等待名单冻结后查看结果。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class AboveDisclosedError(MarketError):
    """A firm would bid more than it itself published."""

    sentence = msgid(
        "贵机构公开的本事项收费按本公告的计费参数折合 %(yuan)s，出价不得高于公开收费，没有采用。"
        "请按公开收费或更低的金额出价。"
    )

    def __init__(self, field: str, limit_fen: int) -> None:
        super().__init__(field=field, yuan=yuan(limit_fen))


class LowestAlreadyError(MarketError):
    """The firm holds the lowest bid already."""

    sentence = msgid("贵机构的出价已经是最低价，没有重复采用。请留在本页，被超过后可以再出价。")
