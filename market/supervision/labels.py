"""How interviews, withdrawals and grades are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.supervision.rules import Grade, InterviewState, WithdrawalState

declare(
    InterviewState,
    {
        InterviewState.INVITED: Label(msgid("已邀请"), "progress"),
        InterviewState.HELD: Label(msgid("已约谈"), "ended"),
        InterviewState.ABSENT: Label(msgid("未到场"), "bad"),
        InterviewState.CALLED_OFF: Label(msgid("已取消"), "ended"),
    },
)
declare(
    WithdrawalState,
    {
        WithdrawalState.PROPOSED: Label(msgid("待另一人决定"), "progress"),
        WithdrawalState.GRANTED: Label(msgid("同意撤销"), "good"),
        WithdrawalState.REFUSED: Label(msgid("不予撤销"), "ended"),
        WithdrawalState.TAKEN_BACK: Label(msgid("提出人已收回"), "ended"),
    },
)
declare(
    Grade,
    {
        Grade.EXCELLENT: Label(msgid("优秀"), "good"),
        Grade.GOOD: Label(msgid("良好"), "good"),
        Grade.QUALIFIED: Label(msgid("合格"), "warn"),
        Grade.FAILED: Label(msgid("不合格"), "bad"),
    },
)
