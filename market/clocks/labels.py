"""How parties, reasons, states and cards are named on screens."""

from market.clocks.card_rules import CardMove, CardState, Trigger
from market.clocks.rules import (
    CardStage,
    ClockMove,
    ClockState,
    Light,
    Party,
    Stage,
    SuspensionReason,
    SuspensionState,
)
from market.errors import msgid
from market.labels import Label, declare

declare(
    Party,
    {
        Party.OWNER: Label(msgid("业主"), "warn"),
        Party.FIRM: Label(msgid("中介"), "progress"),
        Party.REVIEWER: Label(msgid("评审审批")),
        Party.THIRD_PARTY: Label(msgid("第三方")),
        Party.FORCE_MAJEURE: Label(msgid("不可抗力"), "ended"),
    },
)
declare(
    Stage,
    {
        Stage.MATERIALS: Label(msgid("签约后等待移交资料")),
        Stage.SERVICE: Label(msgid("服务时限")),
        Stage.PAYMENT: Label(msgid("逾期未付款")),
    },
)
declare(
    ClockState,
    {
        ClockState.RUNNING: Label(msgid("计时中"), "progress"),
        ClockState.SUSPENDED: Label(msgid("挂起"), "warn"),
        ClockState.STOPPED: Label(msgid("已停止"), "ended"),
    },
)
declare(
    SuspensionReason,
    {
        SuspensionReason.OWNER_MATERIALS: Label(msgid("业主资料不齐")),
        SuspensionReason.OWNER_CHANGE: Label(msgid("业主变更需求")),
        SuspensionReason.AWAITING_REVIEW: Label(msgid("等待审批或评审意见")),
        SuspensionReason.POLICY_CHANGE: Label(msgid("政策或规划调整")),
        SuspensionReason.SITE_NOT_READY: Label(msgid("现场不具备条件")),
        SuspensionReason.SEASON: Label(msgid("天气或季节")),
        SuspensionReason.PUBLICITY: Label(msgid("公示期")),
        SuspensionReason.THIRD_PARTY_TEST: Label(msgid("第三方检测")),
        SuspensionReason.FORCE_MAJEURE: Label(msgid("不可抗力")),
        SuspensionReason.DISPUTE: Label(msgid("争议处理")),
    },
)
declare(
    SuspensionState,
    {
        SuspensionState.REQUESTED: Label(msgid("待对方确认"), "progress"),
        SuspensionState.ESCALATED: Label(msgid("待运营机构决定"), "warn"),
        SuspensionState.RUNNING: Label(msgid("挂起中"), "warn"),
        SuspensionState.REFUSED: Label(msgid("未同意"), "ended"),
        SuspensionState.ENDED: Label(msgid("已恢复"), "ended"),
        SuspensionState.MOOT: Label(msgid("已失效"), "ended"),
    },
)
declare(
    CardStage,
    {
        CardStage.YELLOW: Label(msgid("黄牌"), "warn"),
        CardStage.RED: Label(msgid("红牌"), "bad"),
        CardStage.SUPERVISE: Label(msgid("督办"), "bad"),
        CardStage.REFER: Label(msgid("移送"), "bad"),
    },
)
declare(
    Trigger,
    {
        Trigger.TIME: Label(msgid("服务时限")),
        Trigger.STEP_OVER: Label(msgid("总时限内但本环节超时")),
        Trigger.LATE_CONTRACT: Label(msgid("未按期签订合同")),
        Trigger.LATE_MATERIALS: Label(msgid("资料移交逾期")),
        Trigger.LATE_REPORT: Label(msgid("进度报告逾期")),
        Trigger.LATE_PAYMENT: Label(msgid("付款逾期")),
        Trigger.LATE_RATING: Label(msgid("评价逾期")),
        Trigger.LATE_FORWARDING: Label(msgid("转办逾期")),
        Trigger.LATE_COMPLAINT: Label(msgid("投诉办理逾期")),
        Trigger.REFUSED_MATERIAL: Label(msgid("拒收符合要求的材料")),
        Trigger.NO_REASONS: Label(msgid("退回或不予办理而不说明理由")),
        Trigger.OFFLINE: Label(msgid("应在网上办理而不在网上办理")),
        Trigger.OVERCHARGED: Label(msgid("超标准收费")),
        Trigger.BACK_FILLED: Label(msgid("事后补登过多")),
        Trigger.OTHER: Label(msgid("其他")),
    },
)
declare(
    CardState,
    {
        CardState.ISSUED: Label(msgid("待答复"), "progress"),
        CardState.REPLIED: Label(msgid("已答复，待认定"), "progress"),
        CardState.UNANSWERED: Label(msgid("逾期未答复，待认定"), "warn"),
        CardState.UPHELD: Label(msgid("维持，待整改"), "bad"),
        CardState.CLOSED: Label(msgid("已办结"), "ended"),
        CardState.WITHDRAWN: Label(msgid("已撤销"), "ended"),
    },
)
declare(
    CardMove,
    {
        CardMove.REPLY: Label(msgid("责任单位答复")),
        CardMove.LAPSE: Label(msgid("期满没有答复"), "warn"),
        CardMove.UPHOLD: Label(msgid("维持"), "bad"),
        CardMove.CLOSE: Label(msgid("办结"), "ended"),
        CardMove.NOTE: Label(msgid("记录"), "progress"),
        CardMove.WITHDRAW: Label(msgid("撤销"), "ended"),
    },
)
declare(
    Light,
    {
        Light.GREEN: Label(msgid("正常"), "good"),
        Light.YELLOW: Label(msgid("黄牌"), "warn"),
        Light.RED: Label(msgid("红牌"), "bad"),
        Light.SUSPENDED: Label(msgid("挂起"), "warn"),
        Light.STOPPED: Label(msgid("已停止"), "ended"),
    },
)

# What the events of a clock are called; the first is no move.
EVENT_WORDS = {
    "start": msgid("开始计时"),
    ClockMove.HAND: msgid("转计"),
    ClockMove.SUSPEND: msgid("挂起"),
    ClockMove.RESUME: msgid("恢复计时"),
    ClockMove.STOP: msgid("停止计时"),
    ClockMove.REOPEN: msgid("重新计时"),
    ClockMove.CORRECT: msgid("更正账目"),
    ClockMove.DECLARE: msgid("声明条件已具备"),
    ClockMove.CLAIM: msgid("自称办理之日"),
    ClockMove.ASK: msgid("申请挂起"),
}
