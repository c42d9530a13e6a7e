"""How the steps of an examination are named on screens."""

from market.contracts.examining.rules import ExamMove, ExamState
from market.errors import msgid
from market.labels import Label, declare

declare(
    ExamState,
    {
        ExamState.SUBMITTED: Label(msgid("待业主验收"), "progress"),
        ExamState.SUPPLEMENTING: Label(msgid("补正中"), "warn"),
        ExamState.LACKING: Label(msgid("容缺接收，待补交"), "warn"),
        ExamState.UNDER_REVIEW: Label(msgid("待部门评审"), "progress"),
        ExamState.REVISING: Label(msgid("按评审意见修改中"), "warn"),
        ExamState.REVIEW_LACKING: Label(msgid("评审容缺，待补交"), "warn"),
        ExamState.ACCEPTED: Label(msgid("已接收"), "good"),
        ExamState.RETURNED: Label(msgid("退回重做"), "bad"),
        ExamState.FAILED: Label(msgid("评审不通过"), "bad"),
        ExamState.CLOSED: Label(msgid("合同已解除"), "ended"),
    },
)
declare(
    ExamMove,
    {
        ExamMove.SUPPLEMENT: Label(msgid("业主要求补正")),
        ExamMove.SUPPLY: Label(msgid("机构补交")),
        ExamMove.TOLERATE: Label(msgid("容缺接收")),
        ExamMove.LAPSE: Label(msgid("逾期未补交，容缺接收失效")),
        ExamMove.OVERDUE: Label(msgid("逾期")),
        ExamMove.APPROVE: Label(msgid("业主验收通过，送部门评审")),
        ExamMove.ACCEPT: Label(msgid("业主验收通过")),
        ExamMove.SILENT_APPROVE: Label(msgid("业主逾期未表态，视为同意，送部门评审"), "warn"),
        ExamMove.SILENT_ACCEPT: Label(msgid("业主逾期未表态，视为接收"), "warn"),
        ExamMove.RETURN: Label(msgid("退回重做")),
        ExamMove.PASS: Label(msgid("评审通过")),
        ExamMove.REVISE: Label(msgid("修改后通过")),
        ExamMove.FAIL: Label(msgid("评审不通过")),
        ExamMove.OVERTURN: Label(msgid("复评撤销退回，恢复验收")),
        ExamMove.CLOSE: Label(msgid("随合同解除终止")),
    },
)
