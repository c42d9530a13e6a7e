"""How draws, enrolments and awards are named on screens."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.draws.exclusion_rules import BasisKind, ExclusionState, ExclusionStep
from market.draws.rules import (
    Absence,
    AlternatesKind,
    AwardState,
    DrawMode,
    DrawState,
    EnrolmentState,
    ExclusionGround,
    ReplacementState,
    VoidReason,
    Wait,
)
from market.errors import msgid
from market.labels import Label, declare
from market.needs.labels import MODES

declare(
    DrawMode,
    {
        DrawMode.A: Label(MODES["A"].name, "good"),
        DrawMode.B: Label(MODES["B"].name, "good"),
        DrawMode.C: Label(MODES["C"].name, "good"),
        DrawMode.D2: Label(MODES["D2"].name, "good"),
        DrawMode.D1: Label(MODES["D1"].name, "warn"),
    },
)
declare(
    DrawState,
    {
        DrawState.OPEN: Label(msgid("报名中"), "good"),
        DrawState.CLOSED: Label(msgid("报名截止"), "progress"),
        DrawState.FROZEN: Label(msgid("名单已冻结"), "progress"),
        DrawState.DRAWN: Label(msgid("已出结果"), "ended"),
        DrawState.VOID: Label(msgid("已作废"), "bad"),
    },
)
declare(
    EnrolmentState,
    {
        EnrolmentState.ENROLLED: Label(msgid("已报名"), "good"),
        EnrolmentState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
        EnrolmentState.INELIGIBLE: Label(msgid("不合格"), "bad"),
    },
)
declare(
    AwardState,
    {
        AwardState.PUBLICITY: Label(msgid("公示中"), "progress"),
        AwardState.OFFERED: Label(msgid("待中选机构确认"), "progress"),
        AwardState.CONFIRMED: Label(msgid("已确认待签约"), "progress"),
        AwardState.DECLINED: Label(msgid("已放弃"), "bad"),
        AwardState.LAPSED: Label(msgid("逾期失效"), "bad"),
        AwardState.DISQUALIFIED: Label(msgid("不符合条件"), "bad"),
        AwardState.SIGNED: Label(msgid("已签约"), "ended"),
        AwardState.FROZEN: Label(msgid("因异议或者投诉暂停"), "warn"),
        AwardState.UNSIGNED: Label(msgid("逾期未签约，查明原因"), "warn"),
        AwardState.RELEASED: Label(msgid("已退出，不计违约"), "ended"),
    },
)
declare(
    ExclusionState,
    {
        ExclusionState.PROPOSED: Label(msgid("待复核"), "progress"),
        ExclusionState.IN_FORCE: Label(msgid("已复核，排除"), "bad"),
        ExclusionState.REFUSED: Label(msgid("不予排除"), "ended"),
        ExclusionState.LIFTED: Label(msgid("已撤销"), "ended"),
    },
)
declare(
    BasisKind,
    {
        BasisKind.OUTSIDE: Label(msgid("不是本平台的编号，请向出具单位核实")),
        BasisKind.DECIDED: Label(msgid("本平台的编号：针对该机构，已经决定"), "good"),
        BasisKind.UNDECIDED: Label(
            msgid("本平台的编号：针对该机构，但没有认定成立，或者已经撤销"), "bad"
        ),
        BasisKind.OTHERS: Label(msgid("本平台的编号：不是针对该机构的"), "bad"),
        BasisKind.MISSING: Label(msgid("本平台没有这个编号"), "bad"),
    },
)
declare(
    ExclusionStep,
    {
        ExclusionStep.CONFIRM: Label(msgid("复核通过")),
        ExclusionStep.REFUSE: Label(msgid("不予排除")),
        ExclusionStep.OBJECT: Label(msgid("机构异议")),
        ExclusionStep.KEEP: Label(msgid("异议不成立，维持")),
        ExclusionStep.LIFT: Label(msgid("撤销排除")),
    },
)
declare(
    ExclusionGround,
    {
        ExclusionGround.FALSE_MATERIALS: Label(msgid("提供虚假材料"), "bad"),
        ExclusionGround.COLLUSION: Label(msgid("串通报名"), "bad"),
        ExclusionGround.AFFILIATED: Label(msgid("与业主或审批部门存在关联"), "bad"),
        ExclusionGround.LOST_QUALIFICATION: Label(msgid("资质被吊销或注销"), "bad"),
    },
)
declare(
    VoidReason,
    {
        VoidReason.WITHDRAWN: Label(msgid("业主撤回采购需求"), "ended"),
        VoidReason.CHANGED: Label(msgid("公告变更，重新公告"), "ended"),
        VoidReason.TOO_FEW: Label(msgid("报名家数不足"), "bad"),
        VoidReason.TOO_FEW_ELIGIBLE: Label(msgid("合格家数不足"), "bad"),
        VoidReason.NOT_SCORED: Label(msgid("评审组没有组成，或没有交齐评分"), "bad"),
        VoidReason.PANEL_LATE: Label(msgid("评审专家抽取的随机值没有按时带入"), "bad"),
        VoidReason.LOWEST_LOST: Label(msgid("持有最低价的机构失去资格"), "bad"),
        VoidReason.FREEZE_MISSED: Label(msgid("未在期限内冻结名单"), "bad"),
        VoidReason.EXHAUSTED: Label(msgid("候补机构已全部递补完毕"), "bad"),
        VoidReason.NO_QUORUM: Label(msgid("随机值产生前没有取得足够的见证"), "bad"),
        VoidReason.PHI_LOST: Label(msgid("随机值逾期 7 天仍未产生"), "bad"),
    },
)
declare(
    AlternatesKind,
    {
        AlternatesKind.ORDERED: Label(msgid("按原次序递补")),
        AlternatesKind.FRESH: Label(msgid("空缺时另用以后的随机值抽取递补")),
    },
)
declare(
    ReplacementState,
    {
        ReplacementState.WAITING: Label(msgid("等待见证与随机值"), "progress"),
        ReplacementState.WITNESSED: Label(msgid("已见证，等待随机值"), "progress"),
        ReplacementState.DRAWN: Label(msgid("已抽出递补机构"), "ended"),
        ReplacementState.STOPPED: Label(msgid("已停止，见证不足"), "bad"),
    },
)
declare(
    Absence,
    {
        Absence.NO_COMMIT: Label(msgid("未封存"), "warn"),
        Absence.NO_REVEAL: Label(msgid("未揭示"), "bad"),
    },
)
declare(
    Wait,
    {
        Wait.UNVERIFIABLE: Label(msgid("与公开日志不符，已停止"), "bad"),
        Wait.STEP_OVERDUE: Label(msgid("步骤逾期"), "bad"),
        Wait.FREEZE_LATE: Label(msgid("冻结逾期"), "bad"),
        Wait.REVEALS: Label(msgid("等待揭示"), "progress"),
        Wait.QUORUM: Label(msgid("等待见证"), "progress"),
        Wait.NO_QUORUM: Label(msgid("见证不足，已停止"), "bad"),
        Wait.ROUND: Label(msgid("等待信标轮次"), "warn"),
        Wait.NUMBERS: Label(msgid("等待录入号码"), "warn"),
        Wait.NUMBERS_SECOND: Label(msgid("等待第二人录入"), "warn"),
        Wait.NUMBERS_DIFFER: Label(msgid("两人录入不一致"), "bad"),
        Wait.PROOFS: Label(msgid("等待各方证明值"), "warn"),
        Wait.PLATFORM_PROOF: Label(msgid("等待平台证明值"), "bad"),
        Wait.PHI_LOST: Label(msgid("随机值已丢失"), "bad"),
        Wait.REPLACEMENT: Label(msgid("等待抽取递补"), "progress"),
    },
)

# What each type of a draw's entries is called.
ENTRY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "notice": msgid("公告"),
        "enrol": msgid("报名"),
        "withdraw": msgid("撤回报名"),
        "ineligible": msgid("复核不合格"),
        "close": msgid("报名截止"),
        "commit": msgid("出数方封存"),
        "freeze": msgid("冻结名单"),
        "reveal": msgid("出数方揭示"),
        "phi": msgid("随机值"),
        "result": msgid("结果"),
        "decline": msgid("放弃"),
        "disqualify": msgid("失去资格"),
        "replace": msgid("递补"),
        "void": msgid("终止"),
    }
)

# What a draw's source protects from, and what not. D2: handbook lottery.md section 10, exactly.
TRUST: Final[Mapping[DrawMode, str]] = MappingProxyType(
    {
        DrawMode.A: msgid(
            "随机数取自公共信标 drand：由多家相互独立的机构联合签名产生，轮次在公告时已经定死，"
            "名单冻结之后才出现。业主、机构、监督方和运营机构都不能预知、选择或更改它，也不能重抽；"
            "任何人可以离线核验。信标的多数机构若串通，可以提前看到数值，但不能挑选，"
            "而名单此前已经冻结。"
        ),
        DrawMode.B: msgid(
            "随机数取自公开开奖的福彩快乐8 号码，期号在公告时已经定死，名单冻结之后才开奖。"
            "业主、机构、监督方和运营机构都不能预知、选择或更改它，也不能重抽；"
            "录入的号码若与电视、报纸不符，任何人都能指出。若彩票开奖本身被操纵，"
            "操纵者可以针对已公布的名单选号，除非另有诚实的出数方参与。"
        ),
        DrawMode.C: msgid(
            "结果由公告列明的多家机构各自的唯一密码学数值共同决定，每一家都不能选择或更改自己的数值，"
            "也不能重抽；只要有一家诚实，其余各家就不能预知或操纵结果。若所有这些机构与平台串通，"
            "本模式不能阻止其事先知晓并操纵结果；任何事后篡改、重抽或拖延都会在见证日志中"
            "留下公开证据。"
        ),
        DrawMode.D2: msgid(
            "本次抽取采用内置离线模式。结果由平台与监督方各自的唯一密码学数值共同决定，"
            "双方均不能选择或更改自己的数值，也不能重抽。若平台与监督方串通，"
            "本模式不能阻止其事先知晓并操纵结果；任何事后篡改、重抽或拖延都会在见证日志中"
            "留下公开证据。需要更高保证时，请使用公共信标（drand 或福彩快乐8）模式。"
        ),
        DrawMode.D1: msgid(
            "演示模式：随机数只由平台一方的密码学数值决定，平台可以事先知道并左右结果。"
            "仅供演示和演练，结果不具有公信力。"
        ),
    }
)
NO_WITNESS: Final = msgid(
    "本平台的日志目前没有独立见证人：名单冻结的时间和日志未被改写，"
    "仅凭平台自己的日志和各方保存的回执。"
)
