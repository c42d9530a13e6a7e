"""How applications for repair are named on screens."""

from market.credit.repair.rules import RepairState
from market.errors import msgid
from market.labels import Label, declare

declare(
    RepairState,
    {
        RepairState.APPLIED: Label(msgid("已申请，待决定"), "progress"),
        RepairState.DRAFTED: Label(msgid("已拟定答复，待另一人确认"), "progress"),
        RepairState.GRANTED: Label(msgid("同意修复"), "good"),
        RepairState.REFUSED: Label(msgid("不予修复"), "bad"),
        RepairState.ENDED: Label(msgid("措施已终止，不再办理"), "ended"),
    },
)
