"""How milestones are named on screens."""

from market.contracts.reports.rules import MilestoneState
from market.errors import msgid
from market.labels import Label, declare

declare(
    MilestoneState,
    {
        MilestoneState.PLANNED: Label(msgid("未开始")),
        MilestoneState.DUE: Label(msgid("待报告"), "progress"),
        MilestoneState.MISSED: Label(msgid("逾期未报告"), "bad"),
        MilestoneState.REPORTED: Label(msgid("已报告"), "good"),
        MilestoneState.LATE: Label(msgid("逾期后报告"), "warn"),
        MilestoneState.CLOSED: Label(msgid("不再报告"), "ended"),
    },
)
