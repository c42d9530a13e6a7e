"""Why something cannot be done to a case, and what to do next."""

from collections.abc import Iterable
from datetime import date, datetime

from market.clock import BEIJING, in_beijing
from market.errors import MarketError, msgid


class IllegalCaseMoveError(MarketError):
    """The case's state does not allow the move."""

    sentence = msgid("案件当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class StillHearingError(MarketError):
    """The firm may still be heard."""

    sentence = msgid(
        "陈述申辩期到 %(until)s 为止，当事人还可以提出或者补充意见，期满前不能作出决定；"
        "当事人书面表示不再补充的除外。请期满后再办理。"
    )

    def __init__(self, until: datetime) -> None:
        super().__init__(until=in_beijing(until))


class HearingPendingError(MarketError):
    """A hearing was asked for and not held."""

    sentence = msgid("当事人已申请听证，听证举行并记录之前不能作出决定。请先确定听证时间。")


class ReplyLateError(MarketError):
    """The time to reply is over."""

    sentence = msgid("陈述申辩期已满，不能再提交。对决定不服的，可以按决定书载明的途径申请救济。")


class HearingLateError(MarketError):
    """The time to ask for a hearing is over, or the measure gives none."""

    sentence = msgid(
        "本案不能申请听证：拟采取的措施不在听证范围内，或者申请期限已过。"
        "陈述申辩期内仍可提交书面意见。"
    )


class ExtendedBeforeError(MarketError):
    """The time to reply was extended before."""

    sentence = msgid("陈述申辩期已经延长过一次，不能再次延长。请在期满前提交意见。")


class NoHearingDueError(MarketError):
    """The hearing would be too soon, or not yet held."""

    sentence = msgid("听证日期不能早于 %(earliest)s：须提前通知当事人。请另选日期。")

    def __init__(self, earliest: date) -> None:
        super().__init__(field="held_on", earliest=f"{earliest:%Y-%m-%d}")


class FarHearingError(MarketError):
    """The hearing would be so far away that the day is rather a slip of the pen."""

    sentence = msgid("听证日期不能晚于 %(latest)s。请核对年份，另选日期。")

    def __init__(self, latest: date) -> None:
        super().__init__(field="held_on", latest=f"{latest:%Y-%m-%d}")


class RestDayError(MarketError):
    """Nobody is summoned to a closed office."""

    sentence = msgid("听证日期不是工作日。请另选工作日。")

    def __init__(self) -> None:
        super().__init__(field="held_on")


class HearingYearError(MarketError):
    """The calendar does not know the year of the hearing."""

    sentence = msgid("听证日期的年份在日历以外，看不出是不是工作日。请核对年份。")

    def __init__(self) -> None:
        super().__init__(field="held_on")


class MoveReasonError(MarketError):
    """Whoever was summoned is told why it is another day."""

    sentence = msgid("听证时间已经通知当事人，改期须写明理由。")

    def __init__(self) -> None:
        super().__init__(field="why")


class NotHeldYetError(MarketError):
    """The hearing has not begun."""

    sentence = msgid("听证尚未到通知的时间，不能登记笔录。请在听证举行后登记。")


class NotTheChairError(MarketError):
    """Somebody else chairs the hearing."""

    sentence = msgid("听证笔录由听证主持人登记。请由主持人本人办理。")


class NoSuchChairError(MarketError):
    """The chair named is not one who may chair."""

    sentence = msgid(
        "没有找到可以主持听证的人员。主持人须是本单位有决定权限、没有提出本案、"
        "已经用自己的密码登录过的人员。请从名单中选择。"
    )

    def __init__(self) -> None:
        super().__init__(field="chair")


class NotLighterError(MarketError):
    """A correction must be lighter."""

    sentence = msgid("更正只能缩短期限或者缩小范围，且须与原决定不同。加重处理的请另行立案。")

    def __init__(self) -> None:
        super().__init__(field="months")


class RepairEarlyError(MarketError):
    """The least term is not over."""

    sentence = msgid("最短期限尚未届满，%(earliest)s 起可以申请信用修复。")

    def __init__(self, earliest: datetime) -> None:
        super().__init__(earliest=f"{earliest.astimezone(BEIJING):%Y-%m-%d}")


class RepairPendingError(MarketError):
    """Another application of the same case waits for its answer."""

    sentence = msgid("本案已有一份修复申请在办理中，请等待答复。")


class PromiseMissingError(MarketError):
    """Repair asks for a public promise."""

    sentence = msgid("申请信用修复须公开作出信用承诺。请阅读承诺内容并勾选。")

    def __init__(self) -> None:
        super().__init__(field="promise")


class ReviewPendingError(MarketError):
    """Another withdrawal or correction waits for its second person."""

    sentence = msgid("本案已有一项撤销或者更正待另一人确认，请先办理完毕。")


class ScopeError(MarketError):
    """A serious measure reaches all items; any other needs at least one group."""

    sentence = msgid("请选择至少一类事项；严重失信依规则适用于全部事项。")

    def __init__(self) -> None:
        super().__init__(field="scope")


class ScopeUnsaidError(MarketError):
    """The breaches arose in no matter of the market: what the measure reaches must be said."""

    sentence = msgid(
        "所选失信行为不是在某一类服务事项中发生的，请选择适用范围："
        "勾选所涉类别；确实须适用于全部的，勾选“全部服务事项”。"
    )

    def __init__(self) -> None:
        super().__init__(field="scope")


class ScopeTwiceError(MarketError):
    """Every item and some of them were chosen."""

    sentence = msgid("已勾选“全部服务事项”，不能同时勾选具体类别。请只保留一种。")

    def __init__(self) -> None:
        super().__init__(field="scope")


class HearingAskedError(MarketError):
    """It asked to be heard: it cannot say that it will say nothing more."""

    sentence = msgid(
        "贵单位已申请听证，听证举行以前不能表示不再补充、不申请听证。"
        "请取消勾选后提交意见；不再需要听证的，请在听证时说明。"
    )

    def __init__(self) -> None:
        super().__init__(field="is_last")


class NotYourProposalError(MarketError):
    """Only whoever proposed takes the proposal back."""

    sentence = msgid("认定建议只能由提出人撤回。不同意的，由审核人不予立案。")


class NotYourDraftError(MarketError):
    """Only whoever drafted takes the draft back; the other person sends it back."""

    sentence = msgid("拟定的决定只能由拟定人撤回。不同意的，由确认人退回重新拟定。")


class UnjudgedBasisError(MarketError):
    """No case rests on a card that nobody has judged."""

    sentence = msgid(
        "所依据的亮牌尚未认定：%(cards)s。请先由负责认定的单位认定；"
        "尚未认定的不能作为认定失信的依据，请取消勾选，或者等认定以后再办理。"
    )

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(field="breaches", cards="、".join(numbers))


class BasisGoneError(MarketError):
    """No measure is decided on what was taken back since the firm was told."""

    sentence = msgid(
        "告知机构以后，所依据的亮牌已经撤销，或者失信行为已认定不成立%(cards)s。"
        "不能按告知的措施决定；请拟定不予处理，其余失信行为可以另行提出。"
    )

    def __init__(self, numbers: Iterable[str]) -> None:
        words = "、".join(numbers)
        super().__init__(field="outcome", cards=f"（{words}）" if words else "")
