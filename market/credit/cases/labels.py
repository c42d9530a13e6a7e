"""How the states of a case are named on screens."""

from market.credit.cases.rules import CaseState
from market.errors import msgid
from market.labels import Label, declare

declare(
    CaseState,
    {
        CaseState.PROPOSED: Label(msgid("认定建议，待审核"), "progress"),
        CaseState.NOTIFIED: Label(msgid("已告知，陈述申辩中"), "progress"),
        CaseState.REPLIED: Label(msgid("已申辩，期满前可补充"), "progress"),
        CaseState.HEARING: Label(msgid("已申请听证，待确定时间"), "progress"),
        CaseState.SUMMONED: Label(msgid("已通知听证"), "progress"),
        CaseState.HEARD: Label(msgid("陈述申辩结束，待决定"), "progress"),
        CaseState.DRAFTED: Label(msgid("已拟定决定，待另一人确认"), "progress"),
        CaseState.DECIDED: Label(msgid("已决定"), "bad"),
        CaseState.DISMISSED: Label(msgid("不予处理"), "ended"),
        CaseState.DROPPED: Label(msgid("不予立案"), "ended"),
        CaseState.RECALLED: Label(msgid("提出人已撤回建议"), "ended"),
        CaseState.REPAIRED: Label(msgid("已信用修复"), "ended"),
        CaseState.WITHDRAWN: Label(msgid("决定已撤销"), "ended"),
    },
)
