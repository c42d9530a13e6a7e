"""What is refused about objections to a result: a class per reason, with its own sentence."""

from datetime import datetime

from market.clock import in_beijing
from market.errors import MarketError, msgid


class TooShortError(MarketError):
    """A letter needs its facts."""

    sentence = msgid("请写明事实、理由和证据（至少 %(least)s 个字）。")

    def __init__(self, field: str, least: int) -> None:
        super().__init__(field=field, least=least)


class PublicityOverError(MarketError):
    """An objection is raised while the result is shown to the public."""

    sentence = msgid(
        "中选公示期已于 %(at)s 结束，不能再提出异议。发现违规线索的，请向监管部门举报。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class NotShownError(MarketError):
    """The award is not one against which anybody can object now."""

    sentence = msgid("该中选结果现在不在公示或签约阶段，不能提出异议。请在摇号页面查看最新状态。")


class WinnerError(MarketError):
    """A firm does not object to its own award."""

    sentence = msgid("贵机构就是中选机构，不能对自己中选提出异议。不愿承接的，请在中选页面放弃。")


class GroundNotYoursError(MarketError):
    """The ground is not one on which this party may object."""

    sentence = msgid("您不能以此理由提出。请从列出的理由中选择。")

    def __init__(self) -> None:
        super().__init__(field="ground")


class SameObjectionError(MarketError):
    """The organisation has raised the same ground against the same award."""

    sentence = msgid(
        "贵单位已就同一中选结果、同一理由提出过异议 %(number)s，不重复受理。"
        "请查看该异议的办理情况。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(field="ground", number=number)


class NewFactsError(MarketError):
    """An organisation says everything against an award at once; later only what is new."""

    sentence = msgid(
        "贵单位已就该中选结果提出异议 %(number)s，应当一次提出全部理由。"
        "发现新的事实的，请附上能够证明新事实的材料再提出；再次提出的照常办理，不再暂停中选结果。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(field="file", number=number)


class GroundMissingError(MarketError):
    """An objection that names several grounds is found right on one of them."""

    sentence = msgid("该异议提出了几项理由，认为成立的，请选择是哪一项成立。")

    def __init__(self) -> None:
        super().__init__(field="ground")


class OncePerAwardError(MarketError):
    """An owner asks once that a winner be taken away."""

    sentence = msgid(
        "贵单位已就该中选结果提出过申请 %(number)s。"
        "同一中选结果只能申请一次，业主不能借申请拖延签约。"
    )

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class OutcomeNotOpenError(MarketError):
    """The rules do not allow what is proposed."""

    sentence = msgid(
        "对此异议不能作出这样的结论：摇号经验证程序重新计算无误的，不得以摇号有误为由取消结果。"
        "请从列出的结论中选择。"
    )

    def __init__(self) -> None:
        super().__init__(field="outcome")


class EvidenceOverError(MarketError):
    """Evidence is added while an objection is handled."""

    sentence = msgid("该异议已经办结，不能再补充证据。发现新线索的，请向监管部门举报。")


class EvidenceFullError(MarketError):
    """An objection has as much evidence as the rules allow."""

    sentence = msgid(
        "一件异议最多附 %(most)s 份证据材料。请合并成一份 PDF 后更换，或者写入事实和理由。"
    )

    def __init__(self, most: int) -> None:
        super().__init__(field="file", most=most)


class ClauseMissingError(MarketError):
    """Nothing is taken from a firm without the rule on which that rests."""

    sentence = msgid("认为成立的，请写明依据的规定和条款，例如“《中选结果异议与投诉规则》第几条”。")

    def __init__(self) -> None:
        super().__init__(field="clause")


class FactMissingError(MarketError):
    """A procedure is found wrong only in what the list names."""

    sentence = msgid(
        "以程序不合规定取消结果的，请从列出的事实中选择一项。"
        "摇号经验证程序重新计算无误的，不能以没有按公告选取为由取消。"
    )

    def __init__(self) -> None:
        super().__init__(field="fact")


class AnnulledOftenError(MarketError):
    """The results of a need are not annulled again and again."""

    sentence = msgid(
        "本需求的选取结果已因程序原因取消过 %(count)s 次，达到规则“%(rules)s”的上限，"
        "不能再以程序为由取消；机构自身的问题请以对应的理由办理。"
    )

    def __init__(self, count: int, rules: str) -> None:
        super().__init__(field="outcome", count=count, rules=rules)


class ComplainEarlyError(MarketError):
    """The operator still has time to answer."""

    sentence = msgid("运营机构的答复期限到 %(at)s，期限过后没有答复的，可以直接投诉。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class ComplainLateError(MarketError):
    """The time to complain is over."""

    sentence = msgid("接受答复或者投诉的期限已于 %(at)s 届满，视为接受答复，不能再投诉。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))


class UnheardError(MarketError):
    """Nothing is found right before whoever would lose by it was heard."""

    sentence = msgid(
        "拟认定成立的，应当先听取中选机构等当事方的陈述：陈述期到 %(at)s；期满前，"
        "当事方没有表示不再补充的，即使已有陈述，也不能决定成立。现在可以等待，或者退回重新办理。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(field="agree", at=in_beijing(at))


class NeverAskedError(MarketError):
    """Nobody was asked about what is proposed."""

    sentence = msgid(
        "当事方还没有就此处理意见被告知和听取陈述，不能决定成立。请退回重新办理，由办理人重新提出。"
    )

    def __init__(self) -> None:
        super().__init__(field="agree")


class SpokenError(MarketError):
    """Whoever said that it adds nothing, adds nothing."""

    sentence = msgid("贵单位已经表示不再补充、同意提前决定，不能再提交陈述。请等待主管部门决定。")


class HearingOverError(MarketError):
    """The time to speak is over."""

    sentence = msgid(
        "陈述期已于 %(at)s 届满，不能再提交陈述。对决定不服的，可以按决定书载明的途径救济。"
    )

    def __init__(self, at: datetime) -> None:
        super().__init__(at=in_beijing(at))
