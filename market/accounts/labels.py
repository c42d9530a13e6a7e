"""What kinds of organisations, roles and handovers are called on screens."""

from market.access import OrgKind, Role
from market.accounts.handover_rules import HandoverPurpose, HandoverState
from market.errors import msgid
from market.labels import Label, declare

declare(
    OrgKind,
    {
        OrgKind.OWNER: Label(msgid("项目业主")),
        OrgKind.FIRM: Label(msgid("中介机构")),
        OrgKind.OPERATOR: Label(msgid("运营机构")),
        OrgKind.REGULATOR: Label(msgid("监管部门")),
        OrgKind.SUPERVISOR: Label(msgid("监督机构")),
        OrgKind.EXPERT: Label(msgid("评审专家")),
    },
)

declare(
    Role,
    {
        Role.OWNER_CLERK: Label(msgid("业主经办人")),
        Role.OWNER_APPROVER: Label(msgid("业主审批人")),
        Role.FIRM_DELEGATE: Label(msgid("机构受托人")),
        Role.FIRM_AGENT: Label(msgid("业务授权人")),
        Role.OPERATOR_CLERK: Label(msgid("运营经办人")),
        Role.OPERATOR_MANAGER: Label(msgid("运营管理员")),
        Role.REGULATOR_OFFICER: Label(msgid("监管人员")),
        Role.REGULATOR_DECIDER: Label(msgid("监管决定人")),
        Role.SUPERVISOR_OFFICER: Label(msgid("监督人员")),
        Role.EXPERT: Label(msgid("评审专家")),
    },
)

declare(
    HandoverPurpose,
    {
        HandoverPurpose.OPEN: Label(msgid("开通账号")),
        HandoverPurpose.RESET: Label(msgid("重置密码")),
        HandoverPurpose.CLOSE: Label(msgid("停用账号")),
    },
)

declare(
    HandoverState,
    {
        HandoverState.AWAITED: Label(msgid("待单位同意"), "progress"),
        HandoverState.ASKED: Label(msgid("待复核"), "progress"),
        HandoverState.HANDED: Label(msgid("已交付"), "good"),
        HandoverState.REFUSED: Label(msgid("未办理"), "ended"),
    },
)
