"""How invoices and payments are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.payments.rules import TermState, VoucherKind, VoucherMove, VoucherState

declare(
    VoucherKind,
    {
        VoucherKind.INVOICE: Label(msgid("发票")),
        VoucherKind.CREDIT_NOTE: Label(msgid("红字发票（冲红）")),
        VoucherKind.PAYMENT: Label(msgid("付款")),
        VoucherKind.REVERSAL: Label(msgid("付款冲正")),
    },
)
declare(
    VoucherState,
    {
        VoucherState.PENDING: Label(msgid("待对方确认"), "progress"),
        VoucherState.CONFIRMED: Label(msgid("对方已确认"), "good"),
        VoucherState.DISPUTED: Label(msgid("对方有异议"), "warn"),
        VoucherState.CORRECTED: Label(msgid("已冲销"), "ended"),
        VoucherState.INSISTED: Label(msgid("异议待主管部门认定"), "progress"),
        VoucherState.UPHELD: Label(msgid("异议不成立，票据有效"), "good"),
        VoucherState.FAULTED: Label(msgid("异议成立，须冲销更正"), "bad"),
    },
)
declare(
    TermState,
    {
        TermState.SETTLED: Label(msgid("没有待付款项"), "good"),
        TermState.WAITING: Label(msgid("待成果验收后起算"), "neutral"),
        TermState.RUNNING: Label(msgid("付款期限内"), "progress"),
        TermState.OVERDUE: Label(msgid("付款逾期"), "bad"),
    },
)
declare(
    VoucherMove,
    {
        VoucherMove.CONFIRM: Label(msgid("确认无误"), "good"),
        VoucherMove.DISPUTE: Label(msgid("提出异议"), "warn"),
        VoucherMove.CORRECT: Label(msgid("整笔冲销"), "ended"),
        VoucherMove.INSIST: Label(msgid("不接受异议，说明理由"), "warn"),
        VoucherMove.UPHOLD: Label(msgid("主管部门认定异议不成立"), "good"),
        VoucherMove.FAULT: Label(msgid("主管部门认定异议成立"), "bad"),
    },
)
