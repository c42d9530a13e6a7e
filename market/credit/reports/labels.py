"""How the states of a reported breach are named on screens."""

from market.credit.reports.rules import ReportState
from market.errors import msgid
from market.labels import Label, declare

declare(
    ReportState,
    {
        ReportState.HEARING: Label(msgid("已告知机构，听取陈述"), "progress"),
        ReportState.HEARD: Label(msgid("陈述完毕，待另一人确认"), "progress"),
        ReportState.CONFIRMED: Label(msgid("已确认，计入信用记录"), "bad"),
        ReportState.DROPPED: Label(msgid("不予登记"), "ended"),
        ReportState.TAKEN_BACK: Label(msgid("提出人已撤回"), "ended"),
        ReportState.UNDOING: Label(msgid("已提出撤销，待另一人确认"), "progress"),
        ReportState.UNDONE: Label(msgid("已撤销，不再计分"), "ended"),
    },
)
