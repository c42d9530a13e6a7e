"""How contracts and reviews are named on screens."""

from market.contracts.payers import Payer
from market.contracts.rules import ContractState, ModelUse, ReturnReason
from market.errors import msgid
from market.labels import Label, declare

declare(
    ContractState,
    {
        ContractState.FILED: Label(msgid("待对方确认"), "progress"),
        ContractState.RETURNED: Label(msgid("对方已退回"), "warn"),
        ContractState.IN_FORCE: Label(msgid("待移交资料"), "progress"),
        ContractState.RUNNING: Label(msgid("服务中"), "good"),
        ContractState.DELIVERED: Label(msgid("待业主验收"), "progress"),
        ContractState.ACCEPTED: Label(msgid("成果已验收"), "ended"),
        ContractState.TERMINATED: Label(msgid("已终止"), "ended"),
        ContractState.ENDED: Label(msgid("已解除"), "ended"),
    },
)
declare(
    ReturnReason,
    {
        ReturnReason.INCOMPLETE: Label(msgid("成果内容不完整")),
        ReturnReason.NONCONFORMING: Label(msgid("不符合合同或公告要求")),
        ReturnReason.WRONG_BASIS: Label(msgid("依据的规范或文件有误")),
        ReturnReason.DATA_ERROR: Label(msgid("数据或计算错误")),
        ReturnReason.FORMAT: Label(msgid("格式不符合规定")),
        ReturnReason.UNSIGNED: Label(msgid("缺少签字盖章")),
    },
)
declare(
    ModelUse,
    {
        ModelUse.FOLLOWED: Label(msgid("采用示范文本，未改通用条款"), "good"),
        ModelUse.ADAPTED: Label(msgid("以示范文本为基础，有修改")),
        ModelUse.OTHER: Label(msgid("未采用示范文本")),
        ModelUse.NONE: Label(msgid("该事项没有示范文本")),
    },
)
declare(
    Payer,
    {
        Payer.OWNER: Label(msgid("项目业主")),
        Payer.APPLICANT: Label(msgid("申请人（行政相对人）"), "warn"),
    },
)
