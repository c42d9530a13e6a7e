"""Why ratings refuse what people ask of them."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class RatingLateError(MarketError):
    """The time for a rating is over."""

    sentence = msgid("评价期限已于 %(at)s 届满，不能再评价；未按期评价的，按规则公示为“逾期未评”。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}")


class SealBrokenError(MarketError):
    """What is stored of a sealed rating is not what its commitment says."""

    sentence = msgid(
        "合同 %(contract)s 的密封评价与公开日志中的承诺值不一致，不能公开。"
        "请核对数据库和密钥文件是否来自同一次备份。"
    )

    def __init__(self, contract: str) -> None:
        super().__init__(contract=contract)
