"""How direct choices and emergencies are named on screens."""

from typing import Final

from market.direct.emergency_rules import EmergencyGround, EmergencyState, Opinion
from market.direct.funds_rules import Funds
from market.direct.rules import CapOf, DirectGround, DirectState
from market.errors import msgid
from market.labels import Label, declare

declare(
    DirectGround,
    {
        DirectGround.SMALL_AMOUNT: Label(msgid("金额在规定限额以下")),
        DirectGround.PRIVATE_FUNDS: Label(msgid("使用非财政资金")),
        DirectGround.SINGLE_APPLICANT: Label(msgid("第二次公告只有一家合格机构")),
        DirectGround.EMERGENCY: Label(msgid("应急委托"), "warn"),
    },
)
declare(
    Funds,
    {
        Funds.FISCAL: Label(msgid("财政性资金")),
        Funds.STATE: Label(msgid("国有资金（事业单位、国有企业自有或者自筹）")),
        Funds.COLLECTIVE: Label(msgid("集体资金")),
        Funds.MIXED: Label(msgid("混合资金（其中有财政、国有或者集体资金）")),
        Funds.PRIVATE: Label(msgid("非国有资金（民营企业、社会组织自有或者自筹）")),
    },
)
declare(
    DirectState,
    {
        DirectState.PROPOSED: Label(msgid("待本单位审批"), "progress"),
        DirectState.CHECK: Label(msgid("待运营机构核验"), "progress"),
        DirectState.RETURNED: Label(msgid("已退回"), "warn"),
        DirectState.NAMED: Label(msgid("已公示"), "good"),
        DirectState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
    },
)
declare(
    CapOf,
    {
        CapOf.PAIR: Label(msgid("同一业主与同一机构（含与其受同一控制的机构）")),
        CapOf.OWNER: Label(msgid("同一业主直接选取")),
        CapOf.EMERGENCY: Label(msgid("同一业主应急委托")),
    },
)
declare(
    EmergencyGround,
    {
        EmergencyGround.NATURAL_DISASTER: Label(msgid("自然灾害")),
        EmergencyGround.ACCIDENT_RESCUE: Label(msgid("事故抢险")),
        EmergencyGround.PUBLIC_HEALTH: Label(msgid("突发公共卫生事件")),
        EmergencyGround.PUBLIC_SAFETY: Label(msgid("危及公共安全的其他险情")),
    },
)
declare(
    EmergencyState,
    {
        EmergencyState.TO_FILE: Label(msgid("待补办备案"), "progress"),
        EmergencyState.OVERDUE: Label(msgid("逾期未备案"), "bad"),
        EmergencyState.FILED: Label(msgid("已备案，待运营机构审查"), "progress"),
        EmergencyState.EXAMINED: Label(msgid("待监督部门复核"), "progress"),
        EmergencyState.ACCEPTED: Label(msgid("复核认可"), "good"),
        EmergencyState.REJECTED: Label(msgid("复核不认可"), "bad"),
        EmergencyState.ESCALATED: Label(msgid("待监督部门直接复核"), "progress"),
        EmergencyState.ESCALATED_UNFILED: Label(msgid("逾期未备案，待监督部门复核"), "bad"),
    },
)
declare(
    Opinion,
    {
        Opinion.JUSTIFIED: Label(msgid("情形属实，委托恰当"), "good"),
        Opinion.UNJUSTIFIED: Label(msgid("情形不实或者委托不当"), "bad"),
    },
)

MOVES: Final = {
    "propose": msgid("业主提出"),
    "approve": msgid("业主另一人审批通过"),
    "send-back": msgid("业主内部退回"),
    "return": msgid("运营机构退回"),
    "resubmit": msgid("业主重新提交"),
    "name": msgid("运营机构核验通过并公示"),
    "withdraw": msgid("业主撤回"),
    "commission": msgid("应急委托"),
    "file": msgid("补办备案"),
    "expire": msgid("备案逾期"),
    "examine": msgid("运营机构审查"),
    "escalate": msgid("运营机构逾期未审查，自动转监督部门"),
    "accept": msgid("监督部门认可"),
    "reject": msgid("监督部门不认可"),
}
"""The msgid of each step in the history of a choice."""
