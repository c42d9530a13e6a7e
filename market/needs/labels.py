"""How the states of a need, its failures and its sources of entropy are named on screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from market.affiliations.rules import TicketRule
from market.errors import msgid
from market.labels import Label, declare, label_of
from market.needs.methods import Method
from market.needs.prices import QuoteUnit
from market.needs.rules import FailureReason, NeedState

declare(
    NeedState,
    {
        NeedState.DRAFT: Label(msgid("草稿")),
        NeedState.APPROVAL: Label(msgid("待内部审批"), "progress"),
        NeedState.CHECK: Label(msgid("待运营审核"), "progress"),
        NeedState.RETURNED: Label(msgid("已退回"), "warn"),
        NeedState.OPEN: Label(msgid("报名中"), "good"),
        NeedState.DRAWING: Label(msgid("选取中"), "progress"),
        NeedState.PUBLICITY: Label(msgid("中选公示"), "progress"),
        NeedState.AWARDED: Label(msgid("已中选待签约"), "progress"),
        NeedState.CONTRACTED: Label(msgid("服务中"), "progress"),
        NeedState.COMPLETED: Label(msgid("已完成"), "ended"),
        NeedState.FAILED: Label(msgid("流标"), "bad"),
        NeedState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
        NeedState.DIRECT: Label(msgid("直接选取办理中"), "progress"),
        NeedState.TERMINATED: Label(msgid("合同已解除"), "ended"),
    },
)

declare(
    FailureReason,
    {
        FailureReason.TOO_FEW: Label(msgid("报名机构不足规定家数"), "bad"),
        FailureReason.TOO_FEW_ELIGIBLE: Label(msgid("名单冻结时符合条件的机构不足规定家数"), "bad"),
        FailureReason.NOT_SCORED: Label(msgid("评审组没有组成，或没有交齐评分"), "bad"),
        FailureReason.PANEL_LATE: Label(msgid("评审专家抽取的随机值没有按时带入"), "bad"),
        FailureReason.LOWEST_LOST: Label(msgid("竞价持有最低价的机构失去资格"), "bad"),
        FailureReason.FREEZE_MISSED: Label(msgid("名单未在规定时间内冻结"), "bad"),
        FailureReason.NO_QUORUM: Label(msgid("名单未在开奖前得到足够见证"), "bad"),
        FailureReason.PHI_LOST: Label(msgid("随机值确认无法取得"), "bad"),
        FailureReason.EXHAUSTED: Label(msgid("中选和候补机构均未签约"), "bad"),
    },
)


@dataclass(frozen=True, slots=True)
class ModeWords:
    """What a source of entropy is called, and the honest line about it."""

    name: str
    line: str
    unwitnessed: str = ""
    """What has to be added where no independent witness vouches for the log."""


@dataclass(frozen=True, slots=True)
class MethodWords:
    """What a way of selecting is called, how an owner reads it on the form, and how a reader."""

    name: str
    line: str
    how: str = ""
    """Where the list of its draw comes from, for the draw's own page."""


METHODS: Final[Mapping[Method, MethodWords]] = MappingProxyType(
    {
        Method.LOTTERY: MethodWords(
            msgid("公开摇号"),
            msgid("符合条件的机构都在名单上，价格不高于服务费上限和中选机构公开的收费。"),
        ),
        Method.QUOTE_LOWEST: MethodWords(
            msgid("封存报价，最低价"),
            msgid("机构在截止前封存报价，截止后开启，有效报价最低的中选，并列的摇号。"),
            msgid("名单由封存的报价产生：最低有效报价列入名单，并列的才靠随机值。"),
        ),
        Method.QUOTE_MEAN: MethodWords(
            msgid("封存报价，均价系数"),
            msgid("机构封存报价；开启后摇号抽出系数，报价最接近“均价×系数”的中选。"),
            msgid("名单由封存的报价产生：摇号抽中的是均价的系数，各机构的号数由公告的规则算出。"),
        ),
        Method.BID_LOWEST: MethodWords(
            msgid("网上竞价，最低价"),
            msgid("报名截止后在线竞价，限时递减出价，价低者中选，到达下限并列的摇号。"),
            msgid("名单由公开的网上竞价产生：出价最低的列入名单，并列的才靠随机值。"),
        ),
        Method.MERIT_LOTTERY: MethodWords(
            msgid("择优后摇号"),
            msgid(
                "按信用分和完成合同数取前几名，再在其中摇号，价格不高于服务费上限和中选机构公开的收费。"
            ),
            msgid("名单由信用分和完成合同数产生，再从名单中抽取。"),
        ),
        Method.SCORED: MethodWords(
            msgid("专家综合评分"),
            msgid(
                "机构提交不署名的方案，抽取的评审专家按评审标准评分，总分最高的中选，并列的摇号；"
                "价格不高于服务费上限和中选机构公开的收费。"
            ),
            msgid("名单由抽取的评审专家评分产生：总分最高的列入名单，并列的才靠随机值。"),
        ),
    }
)

UNITS: Final[Mapping[QuoteUnit, MethodWords]] = MappingProxyType(
    {
        QuoteUnit.AMOUNT: MethodWords(msgid("按金额"), msgid("机构报出服务费的金额。")),
        QuoteUnit.DISCOUNT: MethodWords(
            msgid("按下浮率"), msgid("机构报出在服务费上限上的下浮率，按公告的规则换算成金额。")
        ),
    }
)

declare(QuoteUnit, {unit: Label(words.name) for unit, words in UNITS.items()})

declare(Method, {method: Label(words.name) for method, words in METHODS.items()})

# D2: handbook lottery.md section 10, exactly.
MODES: Final[Mapping[str, ModeWords]] = MappingProxyType(
    {
        "A": ModeWords(
            msgid("公共信标（drand）"),
            msgid(
                "随机数取自公共信标（drand）在名单冻结之后才产生的一轮数值，"
                "业主、机构、监督方和按时冻结名单的平台都不能预知或选择；任何人可以离线核验。"
            ),
            msgid("本平台的日志尚无独立见证人，冻结的时间仅凭平台的日志。"),
        ),
        "B": ModeWords(
            msgid("公开彩票号码（福彩快乐8）"),
            msgid(
                "随机数取自公开开奖的福彩快乐8 号码，期号在公告时已经定死，须在名单冻结之后才开奖"
                "（何时开奖以发行机构公布的为准，请自行核对）；业主、机构、监督方和运营机构"
                "都不能预知或选择，任何人可以用报纸核对。"
            ),
        ),
        "C": ModeWords(
            msgid("多家机构共同"),
            msgid(
                "结果由公告列明的多家机构各自的唯一密码学数值共同决定；只要有一家诚实，"
                "其余各家就不能预知或操纵结果。若所有这些机构与平台串通，本模式不能阻止。"
            ),
        ),
        "D2": ModeWords(
            msgid("平台与监督方共同"),
            msgid(
                "本次抽取采用内置离线模式。结果由平台与监督方各自的唯一密码学数值共同决定，"
                "双方均不能选择或更改自己的数值，也不能重抽。若平台与监督方串通，"
                "本模式不能阻止其事先知晓并操纵结果；任何事后篡改、重抽或拖延都会在见证日志中"
                "留下公开证据。需要更高保证时，请使用公共信标（drand 或福彩快乐8）模式。"
            ),
        ),
        "D1": ModeWords(
            msgid("演示模式（仅平台）"),
            msgid(
                "随机数只由平台一方的密码学数值决定，平台可以事先知道结果。"
                "仅供演示和演练，结果不具有公信力。"
            ),
        ),
    }
)

NEXT_STEP: Final[Mapping[NeedState, str]] = MappingProxyType(
    {
        NeedState.DRAFT: msgid("填报完成后提交内部审批"),
        NeedState.APPROVAL: msgid("等待本单位另一人审批"),
        NeedState.CHECK: msgid("等待运营机构审核并发布公告"),
        NeedState.RETURNED: msgid("按退回理由修改后重新提交"),
        NeedState.OPEN: msgid("机构报名中，到时自动截止"),
        NeedState.DRAWING: msgid("报名已截止，按公告时间自动摇号"),
        NeedState.PUBLICITY: msgid("中选结果公示，公示期满后由机构确认"),
        NeedState.AWARDED: msgid("与中选机构签订合同并备案"),
        NeedState.CONTRACTED: msgid("移交资料，验收服务成果"),
        NeedState.COMPLETED: msgid("已办结，无需办理"),
        NeedState.FAILED: msgid("查看流标原因，可修改后再次公告"),
        NeedState.WITHDRAWN: msgid("已撤回，无需办理"),
        NeedState.DIRECT: msgid("直接选取正在审批、核验，公示后由机构确认"),
        NeedState.TERMINATED: msgid("合同已解除，未完成部分请另行发布需求"),
    }
)


def failure_words(reason: str) -> str:
    """Return the msgid for a coded reason of failure; a code unknown here speaks for itself."""
    known = reason in set(FailureReason)
    return label_of(FailureReason(reason)).text if known else reason


def method_name(selection: str) -> str:
    """Return the msgid for the name of a method, as a notice writes it."""
    return METHODS[Method(selection)].name


def method_how(selection: str) -> str:
    """Return the msgid that says where the list of a method's draw comes from."""
    return METHODS[Method(selection)].how


def ticket_rule_label(rule: str) -> Label:
    """Return how what a notice does with firms of one controller is shown."""
    return label_of(TicketRule(rule))


def unit_name(unit: str) -> str:
    """Return the msgid for what firms state their price in, as a notice writes it."""
    return UNITS[QuoteUnit(unit)].name


NO_SECOND_NOTICE: Final = msgid("不能再次公告，可以照此另建一条需求")
