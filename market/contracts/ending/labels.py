"""How endings are named on screens."""

from market.contracts.ending.rules import EndingCause, EndingKind, EndingState
from market.errors import msgid
from market.labels import Label, declare

declare(
    EndingKind,
    {
        EndingKind.AGREED: Label(msgid("双方协商解除")),
        EndingKind.CAUSE: Label(msgid("单方申请解除")),
        EndingKind.ANNULLED: Label(msgid("中选结果被取消")),
    },
)
declare(
    EndingCause,
    {
        EndingCause.NO_MATERIALS: Label(msgid("业主逾期不移交资料，经催告仍不移交")),
        EndingCause.NOT_PAYING: Label(msgid("业主逾期不付款，经催告仍不支付")),
        EndingCause.NOT_PERFORMING: Label(msgid("机构不履行主要义务，经催告仍不履行")),
        EndingCause.LOST_CONDITION: Label(msgid("机构已不具备承担本服务的条件")),
        EndingCause.FORCE_MAJEURE: Label(msgid("不可抗力使合同目的不能实现")),
    },
)
declare(
    EndingState,
    {
        EndingState.ASKED: Label(msgid("待对方答复"), "progress"),
        EndingState.AGREED: Label(msgid("双方同意，已解除"), "ended"),
        EndingState.REFUSED: Label(msgid("对方不同意"), "ended"),
        EndingState.LAPSED: Label(msgid("对方逾期未答复，不视为同意"), "ended"),
        EndingState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
        EndingState.HEARING: Label(msgid("听取对方意见"), "progress"),
        EndingState.TO_DECIDE: Label(msgid("待主管部门提出意见"), "progress"),
        EndingState.PROPOSED: Label(msgid("待主管部门决定"), "progress"),
        EndingState.UPHELD: Label(msgid("主管部门决定解除"), "bad"),
        EndingState.DISMISSED: Label(msgid("主管部门决定不解除"), "ended"),
        EndingState.ANNULLED: Label(msgid("因中选结果被取消而解除"), "bad"),
        EndingState.MOOT: Label(msgid("合同已另行终结"), "ended"),
    },
)
