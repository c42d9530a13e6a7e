"""What is refused about re-reviews: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


class NothingReturnedError(MarketError):
    """There is no return that could be disputed."""

    sentence = msgid("合同最近一轮成果没有被退回，不能申请复评。请在合同页面查看当前环节。")


class AskedBeforeError(MarketError):
    """Each return is disputed once."""

    sentence = msgid(
        "对这次退回已经申请过复评，不能再次申请。请按复评结果办理，或者提交下一轮成果。"
    )


class OwnReturnError(MarketError):
    """Nobody disputes what it did itself."""

    sentence = msgid(
        "这一轮成果是本单位退回的，本单位没有可以争议的结论。只有中介机构可以对业主的退回申请复评。"
    )


class EveryPointError(MarketError):
    """An owner disputes a failed review as a whole, so that the firm's right is not wasted."""

    sentence = msgid(
        "请对第 %(number)s 条也写明异议理由：业主申请复评须争议全部评审意见，"
        "有一条不争议的，结论不会撤销。"
    )

    def __init__(self, number: int) -> None:
        super().__init__(field=f"words_{number}", number=number)


class CommentClosedError(MarketError):
    """The other side's time to say something is over, or it has said it."""

    sentence = msgid("现在不能对这次复评提出意见：期限已过，或者贵单位已经提出。无需再办理。")


class CommentShortError(MarketError):
    """Whoever comments says something."""

    sentence = msgid("意见至少写 %(least)s 个字。请补充。")

    def __init__(self, least: int) -> None:
        super().__init__(field="words", least=least)


class TellingCommentError(MarketError):
    """What the other side says tells who says it."""

    sentence = msgid("意见中有可识别单位、人员或项目的内容（%(what)s）。请删去后再提交。")

    def __init__(self, what: str) -> None:
        super().__init__(field="words", what=what)


class AskedLateError(MarketError):
    """The term for disputing a return is over."""

    sentence = msgid("申请复评的期限已于 %(at)s 届满。请按退回意见修改后提交下一轮成果。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class NotBlindCopyError(MarketError):
    """The firm says that the copy tells nothing of who it is."""

    sentence = msgid("请确认成果副本和异议理由中没有单位、人员、项目的名称和编号，再提交。")

    def __init__(self) -> None:
        super().__init__(field="blind")


class TellingWordsError(MarketError):
    """What is said against a point tells who says it."""

    sentence = msgid(
        "第 %(number)s 条的理由中有可识别单位、人员或项目的内容（%(what)s）。请删去后再提交。"
    )

    def __init__(self, number: int, what: str) -> None:
        super().__init__(field=f"words_{number}", number=number, what=what)


class DisputedError(MarketError):
    """No other round is handed in while the return of the last one is looked at again."""

    sentence = msgid(
        "本轮成果正在复评（%(number)s），暂不能提交下一轮。请等待结论，或者由申请人先撤回申请。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class SheetClosedError(MarketError):
    """The experts' time is over, or has not begun."""

    sentence = msgid("复评现在不接受评审表：评审尚未开始，或者已经结束。无需再办理。")


class SheetInAlreadyError(MarketError):
    """A sheet is handed in once."""

    sentence = msgid("您已经提交评审表，不能再次提交。")


class SheetNotSureError(MarketError):
    """Whoever hands in a sheet confirms that it is final."""

    sentence = msgid("请确认独立作出评审、提交后不能修改，再提交。")

    def __init__(self) -> None:
        super().__init__(field="sure")


class ReferLateError(MarketError):
    """The term for going on to the authority is over."""

    sentence = msgid("请主管部门裁定的期限已于 %(at)s 届满，退回不变。请修改后提交下一轮成果。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class OpinionShortError(MarketError):
    """An authority says why it decides as it does."""

    sentence = msgid("请写明裁定的理由和依据，至少 %(least)s 个字。")

    def __init__(self, least: int) -> None:
        super().__init__(field="opinion", least=least)


class UnheardError(MarketError):
    """An authority decides once the other side was heard, or its time is over."""

    sentence = msgid(
        "合同另一方提出意见、核对成果副本的期限到 %(at)s 为止，此前不能裁定。请到期后再办理；"
        "另一方提前办完的，可以提前裁定。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class OwnOpinionError(MarketError):
    """Nobody decides about the organisation's own opinion."""

    sentence = msgid("被争议的是本部门作出的评审结论，不能由本部门裁定。请由其他主管部门办理。")


class CopyCheckedError(MarketError):
    """The time to say something of the copy is over, or it was said."""

    sentence = msgid(
        "现在不能对成果副本提出异议：期限已过、贵单位已经表态，或者复评已进入评审。请在本页查看进展。"
    )


class CopyAnsweredError(MarketError):
    """Nobody doubts the copy any more: the time is over, or it was found."""

    sentence = msgid("现在不能作出认定：没有待认定的副本异议，或者期限已过，复评继续进行。")


class CopyWordsShortError(MarketError):
    """Whoever doubts the copy, or finds something of it, says in what it differs or agrees."""

    sentence = msgid("请写明副本与提交的成果哪里不一致、怎样核对的，至少 %(least)s 个字。")

    def __init__(self, least: int) -> None:
        super().__init__(field="words", least=least)
