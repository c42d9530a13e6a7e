"""How the states of a request to withdraw a notice are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.needs.withdrawals.rules import WithdrawalState

declare(
    WithdrawalState,
    {
        WithdrawalState.ASKED: Label(msgid("待本单位审批"), "progress"),
        WithdrawalState.CONFIRMED: Label(msgid("公告已撤回"), "ended"),
        WithdrawalState.REFUSED: Label(msgid("未同意"), "bad"),
        WithdrawalState.TAKEN_BACK: Label(msgid("申请已收回"), "ended"),
        WithdrawalState.LAPSED: Label(msgid("已失效"), "ended"),
    },
)
