"""What is refused of the values, issues and keys that people bring, each with its own words."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class NoSecondNoticeError(MarketError):
    """The verifier would fail every attempt that follows a VOID which came, or was seen, late."""

    sentence = msgid(
        "上一次抽取直到 %(at)s 之后才作废或才得到见证，随机值那时已经可能被人知道。"
        "验证程序（V12）对承接这次作废的任何公告都判为不成立，本需求不能再次公告。"
        "请在需求页面按“照此另建一条需求”，并在新需求中说明缘由。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"))


class IssueError(MarketError):
    """Mode B needs the issue of the game, and it must be one of that day."""

    sentence = msgid(
        "期号应为 7 位数字：前 4 位为年份 %(year)s，后 3 位为当年期序，"
        "在 %(least)s 至 %(most)s 之间（开奖时刻 %(at)s）。"
        "请以彩票发行机构公布的期号为准，填写开奖时刻之后第一期。"
    )

    def __init__(self, at: datetime, issues: range) -> None:
        local = at.astimezone(BEIJING)
        super().__init__(
            field="issue",
            year=local.year,
            least=f"{issues.start:03d}",
            most=f"{issues.stop - 1:03d}",
            at=local.strftime("%Y-%m-%d %H:%M"),
        )


class IssueKnownError(MarketError):
    """The numbers of this issue, or of a later one, have been typed here: it has been drawn."""

    sentence = msgid(
        "第 %(known)s 期的号码已经在本系统录入，第 %(issue)s 期必然已经开奖，不能使用。"
        "请填写开奖时刻之后第一期的期号。"
    )

    def __init__(self, issue: str, known: str) -> None:
        super().__init__(field="issue", issue=issue, known=known)


class WrongCountError(MarketError):
    """Too few or too many numbers."""

    sentence = msgid(
        "录入了 %(found)s 个号码，应为 %(wanted)s 个，没有采用。请对照开奖公告重新录入。"
    )

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(field="numbers", found=found, wanted=wanted)


class RepeatedNumberError(MarketError):
    """A number stands twice."""

    sentence = msgid("号码 %(number)s 重复，没有采用。请对照开奖公告重新录入。")

    def __init__(self, number: int) -> None:
        super().__init__(field="numbers", number=f"{number:02d}")


class NumberRangeError(MarketError):
    """A number that the game does not have."""

    sentence = msgid(
        "号码 %(number)s 不在 1 至 %(greatest)s 之间，没有采用。请对照开奖公告重新录入。"
    )

    def __init__(self, number: int, greatest: int) -> None:
        super().__init__(field="numbers", number=str(number)[:12], greatest=greatest)


class NothingCarriedError(MarketError):
    """The courier's field says nothing."""

    sentence = msgid("没有读到内容。请先写轮次，再写 96 位十六进制签名。")

    def __init__(self) -> None:
        super().__init__(field="evidence")


class TooMuchCarriedError(MarketError):
    """Far more was entered than a round and a signature."""

    sentence = msgid(
        "录入了 %(found)s 个字，最多 %(limit)s 个，没有采用。请只写轮次和签名，删去其他内容。"
    )

    def __init__(self, found: int, limit: int) -> None:
        super().__init__(field="evidence", found=found, limit=limit)


class NoRoundCarriedError(MarketError):
    """What was entered does not begin with a round."""

    sentence = msgid(
        "开头的“%(found)s”不是轮次，没有采用。请先写轮次（只用数字，中间不空格），"
        "空一格，再写 96 位十六进制签名；不要粘贴网址。"
    )

    def __init__(self, found: object) -> None:
        super().__init__(field="evidence", found=f"{found}"[:24])


class CarriedAnswerError(MarketError):
    """A pasted answer of a beacon's server cannot be read."""

    sentence = msgid(
        "粘贴的 JSON 不完整，或其中没有 round 和 signature，没有采用。"
        "请完整粘贴信标服务器的返回，或改为先写轮次、再写签名。"
    )

    def __init__(self) -> None:
        super().__init__(field="evidence")


class CarriedCharacterError(MarketError):
    """The signature has a character that is not hexadecimal."""

    sentence = msgid(
        "签名第 %(position)s 位“%(character)s”不是 0-9 或 a-f，没有采用。"
        "请核对是否把 0 写成了字母 O，或把 1 写成了 l 或 I。"
    )

    def __init__(self, character: str, position: int) -> None:
        super().__init__(field="evidence", character=character, position=position)


class CarriedShortError(MarketError):
    """The signature is too short."""

    sentence = msgid(
        "签名只有 %(found)s 位，应为 96 位，缺 %(left)s 位，没有采用。请逐组核对，补上漏抄的。"
    )

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(field="evidence", found=found, left=wanted - found)


class CarriedLongError(MarketError):
    """The signature is too long."""

    sentence = msgid(
        "签名有 %(found)s 位，应为 96 位，多 %(over)s 位，没有采用。请逐组核对，删去重抄的。"
    )

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(field="evidence", found=found, over=found - wanted)


class SecretShownError(MarketError):
    """A secret key was pasted where the public one belongs: whoever saw it can sign with it."""

    sentence = msgid(
        "粘贴的是密钥文件的内容，也就是私钥，没有登记，本站也没有保存。它已经离开贵单位的电脑，"
        "不能再用：请删除这个密钥文件，重新生成一把，只粘贴公钥和持有证明。"
    )

    def __init__(self) -> None:
        super().__init__(field="public_key")


class NotHeldError(MarketError):
    """The signature does not show that the organisation holds the secret half."""

    sentence = msgid(
        "持有证明与公钥不符，没有登记。请用页面或命令重新生成，完整粘贴公钥和持有证明。"
        "如果粘贴的公钥取自密钥文件，那是私钥：请删除该文件，重新生成一把。"
    )

    def __init__(self) -> None:
        super().__init__(field="proof")


class RecentRuleError(MarketError):
    """The rule that recent winners stand back cannot be read."""

    sentence = msgid(
        "规则中的近期中选限制有误：draw.recent_wins 应为 1 以上的次数，draw.recent_days 应为 1 至"
        " 3660 的日数，draw.recent_of 应为 owner 或 city。不设此限制的，请删去这几项。"
        "请更正规则文件。"
    )


class NotAnAddressError(MarketError):
    """The address of a video is none."""

    sentence = msgid("直播或录像的网址应以 http:// 或 https:// 开头，中间没有空格。请改正或留空。")

    def __init__(self) -> None:
        super().__init__(field="video")


class NotAWitnessError(MarketError):
    """A line does not name a role and an organisation."""

    sentence = msgid(
        "到场见证请每行写一位，写“身份：单位”，例如“公证员：示范市公证处”，1 至 20 行，"
        "身份和单位各不超过 60 个字。不要写姓名。有误的一行：%(line)s"
    )

    def __init__(self, line: str) -> None:
        super().__init__(field="witnesses", line=line[:80] or "—")


class TooLateForVenueError(MarketError):
    """The value is known or the draw is over: nobody could come any more."""

    sentence = msgid("开奖时刻已到或抽取已经结束，不能再公布到场安排。有见证的，请登记见证笔录。")


class TooEarlyForMinutesError(MarketError):
    """There is nothing to have witnessed yet."""

    sentence = msgid("抽取还没有结果，不能登记见证笔录。请在公布结果以后办理。")
