"""How the closed sets of objections are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.objections.rules import Fact, Ground, ObjectionState, Outcome, Party

declare(
    Party,
    {
        Party.FIRM: Label(msgid("参加报名的机构")),
        Party.OWNER: Label(msgid("项目业主")),
        Party.REPORTER: Label(msgid("其他单位（举报）")),
    },
)
declare(
    Ground,
    {
        Ground.LACKS_CONDITION: Label(msgid("中选机构不具备公告要求的条件")),
        Ground.FALSE_MATERIALS: Label(msgid("中选机构提供虚假材料")),
        Ground.AFFILIATION: Label(msgid("中选机构与业主或其他报名机构存在关联")),
        Ground.COLLUSION: Label(msgid("串通报名或报价")),
        Ground.PROCEDURE: Label(msgid("程序不合规定")),
        Ground.LOTTERY: Label(msgid("对摇号过程或结果有疑问")),
        Ground.FORCE_MAJEURE: Label(msgid("不可抗力")),
    },
)
declare(
    Outcome,
    {
        Outcome.DISMISS: Label(msgid("不成立，结果继续有效")),
        Outcome.ANNUL: Label(msgid("成立，取消中选，由同一次摇号的候补递补")),
        Outcome.ANNUL_RESULT: Label(msgid("成立，本次结果全部取消，采购流标")),
        Outcome.STAND: Label(msgid("成立，合同已经履行完毕或者解除，结果不再变更")),
    },
)
declare(
    Fact,
    {
        Fact.NOT_AS_NOTICED: Label(msgid("没有按公告的方法、时间或者次序选取")),
        Fact.NOTICE_TOO_SHORT: Label(msgid("公告或者报名的期限少于规定")),
        Fact.UNLAWFUL_CONDITION: Label(msgid("公告设置了违反规定的限制条件")),
        Fact.WRONGLY_KEPT_OUT: Label(msgid("符合条件的机构被错误排除")),
        Fact.WRONGLY_LISTED: Label(msgid("不符合条件的机构被列入名单")),
        Fact.RECUSAL_MISSED: Label(msgid("应当回避的单位没有回避")),
    },
)
declare(
    ObjectionState,
    {
        ObjectionState.OPEN: Label(msgid("待运营机构答复"), "progress"),
        ObjectionState.ANSWERED: Label(msgid("已答复，待提出人决定"), "progress"),
        ObjectionState.COMPLAINED: Label(msgid("已投诉，待受理"), "progress"),
        ObjectionState.EXAMINING: Label(msgid("主管部门办理中"), "progress"),
        ObjectionState.PROPOSED: Label(msgid("待主管部门决定"), "progress"),
        ObjectionState.SETTLED: Label(msgid("接受答复，已办结"), "ended"),
        ObjectionState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
        ObjectionState.DISMISSED: Label(msgid("不成立"), "ended"),
        ObjectionState.UPHELD: Label(msgid("成立"), "bad"),
        ObjectionState.MOOT: Label(msgid("结果已变更，终止办理"), "ended"),
    },
)
