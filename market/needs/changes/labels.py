"""How the states of a change and the fields of a notice are named on screens."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.errors import msgid
from market.labels import Label, declare
from market.needs.changes.rules import ChangeState

declare(
    ChangeState,
    {
        ChangeState.PROPOSED: Label(msgid("待本单位审批"), "progress"),
        ChangeState.APPROVED: Label(msgid("待运营机构办理"), "progress"),
        ChangeState.ACCEPTED: Label(msgid("已变更"), "good"),
        ChangeState.REFUSED: Label(msgid("未同意"), "bad"),
        ChangeState.TAKEN_BACK: Label(msgid("已撤回"), "ended"),
        ChangeState.LAPSED: Label(msgid("已失效"), "ended"),
    },
)

# Every member of ``NeedFacts``; a test holds the two together.
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "item_code": msgid("服务事项"),
        "title": msgid("需求名称"),
        "content": msgid("服务内容和要求"),
        "scale": msgid("项目规模"),
        "project_code": msgid("投资项目代码"),
        "project_name": msgid("所属项目名称"),
        "funding_source": msgid("资金来源"),
        "ceiling_fen": msgid("服务费上限"),
        "service_working_days": msgid("服务时限（工作日）"),
        "staff_required": msgid("执业人员数"),
        "contact_name": msgid("联系人"),
        "contact_phone": msgid("联系电话"),
        "mode": msgid("摇号的随机源"),
        "alternates": msgid("候补家数"),
        "fresh_alternates": msgid("递补时另行抽取"),
        "method": msgid("选取方式"),
        "floor_fen": msgid("报价下限"),
        "quote_unit": msgid("报价方式"),
        "criteria": msgid("评审标准"),
        "fee_bases": msgid("计费参数"),
        "fee_standard": msgid("按标准计算的收费"),
        "projects_required": msgid("已核实的同类业绩（项）"),
        "tickets": msgid("同一控制人的机构"),
        "recusals": msgid("回避的机构"),
    }
)
