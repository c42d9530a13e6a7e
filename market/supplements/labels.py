"""How add-on contracts are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.supplements.rules import Ground, SupplementState

declare(
    SupplementState,
    {
        SupplementState.PROPOSED: Label(msgid("待对方同意"), "progress"),
        SupplementState.AGREED: Label(msgid("待主管部门审批"), "progress"),
        SupplementState.EFFECTIVE: Label(msgid("已生效"), "good"),
        SupplementState.DECLINED: Label(msgid("对方不同意"), "ended"),
        SupplementState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
        SupplementState.REFUSED: Label(msgid("主管部门不予批准"), "bad"),
    },
)
declare(
    Ground,
    {
        Ground.SCOPE: Label(msgid("工作量增加（同一内容）")),
        Ground.OWNER_CHANGE: Label(msgid("业主提出变更")),
        Ground.LAW_CHANGE: Label(msgid("法规或规范变化")),
        Ground.UNFORESEEN: Label(msgid("现场条件无法预见")),
    },
)
