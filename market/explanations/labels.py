"""How explanations are named on screens."""

from market.errors import msgid
from market.explanations.rules import Cost, ExplanationState
from market.labels import Label, declare

declare(
    ExplanationState,
    {
        ExplanationState.ASKED: Label(msgid("待中介机构说明"), "progress"),
        ExplanationState.ANSWERED: Label(msgid("待运营机构提出意见"), "progress"),
        ExplanationState.CHECKED: Label(msgid("待主管部门决定"), "progress"),
        ExplanationState.ACCEPTED: Label(msgid("说明成立"), "good"),
        ExplanationState.REJECTED: Label(msgid("说明不成立，取消中选"), "bad"),
        ExplanationState.SILENT: Label(msgid("逾期未说明，取消中选"), "bad"),
        ExplanationState.CLOSED: Label(msgid("中选已另行终结"), "ended"),
        ExplanationState.ESCALATED: Label(msgid("由主管部门提出意见"), "progress"),
    },
)
declare(
    Cost,
    {
        Cost.STAFF: Label(msgid("人工成本")),
        Cost.FIELD: Label(msgid("现场、差旅")),
        Cost.EQUIPMENT: Label(msgid("设备、检测、软件")),
        Cost.EXPERTS: Label(msgid("专家、评审")),
        Cost.OVERHEAD: Label(msgid("管理费用")),
        Cost.TAX: Label(msgid("税金")),
        Cost.PROFIT: Label(msgid("利润")),
    },
)
