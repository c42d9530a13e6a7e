"""How withdrawals and corrections are named on screens."""

from market.credit.withdrawals.rules import ReviewKind, ReviewState
from market.errors import msgid
from market.labels import Label, declare

declare(
    ReviewKind,
    {
        ReviewKind.WITHDRAW: Label(msgid("撤销决定"), "bad"),
        ReviewKind.CORRECT: Label(msgid("更正决定"), "warn"),
    },
)
declare(
    ReviewState,
    {
        ReviewState.PROPOSED: Label(msgid("待另一人确认"), "progress"),
        ReviewState.DONE: Label(msgid("已办结"), "good"),
        ReviewState.REFUSED: Label(msgid("未获确认"), "ended"),
    },
)
