"""How the closed sets of affiliations are named on screens."""

from market.affiliations.rules import (
    Ground,
    GroupState,
    Interest,
    ObjectionState,
    PartyKind,
    PartyRole,
    TicketRule,
    TieKind,
)
from market.errors import msgid
from market.labels import Label, declare

declare(
    PartyRole,
    {
        PartyRole.CONTROLLER: Label(msgid("实际控制人")),
        PartyRole.SHAREHOLDER: Label(msgid("股东")),
    },
)
declare(
    PartyKind,
    {
        PartyKind.PERSON: Label(msgid("自然人")),
        PartyKind.ORGANISATION: Label(msgid("单位")),
    },
)
declare(
    TieKind,
    {
        TieKind.SUBORDINATE: Label(msgid("隶属或主管")),
        TieKind.FUNDED: Label(msgid("出资或举办")),
        TieKind.SECONDED: Label(msgid("现职人员兼职")),
        TieKind.FORMER_OFFICIAL: Label(msgid("离退休人员任职")),
        TieKind.FAMILY: Label(msgid("近亲属任职")),
        TieKind.OTHER: Label(msgid("其他联系")),
    },
)
declare(
    Ground,
    {
        Ground.CONTROLLER: Label(msgid("同一控制人")),
        Ground.LEGAL_REPRESENTATIVE: Label(msgid("法定代表人为同一人")),
        Ground.SHAREHOLDER: Label(msgid("共同股东")),
        Ground.ACCOUNT: Label(msgid("同一银行账户")),
        Ground.PHONE: Label(msgid("同一电话")),
        Ground.STAFF: Label(msgid("执业人员交叉")),
        Ground.ADDRESS: Label(msgid("同一地址")),
        Ground.SIGN_IN: Label(msgid("经办人同名")),
        Ground.REPRESENTATIVE_NAME: Label(msgid("法定代表人同名")),
    },
)
declare(
    Interest,
    {
        Interest.CONTROLLED: Label(msgid("受业主控制")),
        Interest.HELD: Label(msgid("业主持有其股权")),
        Interest.SAME_CONTROLLER: Label(msgid("与业主受同一控制人控制")),
        Interest.TIED: Label(msgid("申报与业主有利害联系")),
    },
)
declare(
    GroupState,
    {
        GroupState.HEARING: Label(msgid("听取意见"), "progress"),
        GroupState.CONFIRMED: Label(msgid("已认定"), "good"),
        GroupState.REJECTED: Label(msgid("不予认定"), "ended"),
        GroupState.UNDONE: Label(msgid("已解除"), "ended"),
    },
)
declare(
    ObjectionState,
    {
        ObjectionState.OPEN: Label(msgid("待答复"), "progress"),
        ObjectionState.PROPOSED: Label(msgid("拟采纳，待另一人复核"), "progress"),
        ObjectionState.UPHELD: Label(msgid("已采纳"), "good"),
        ObjectionState.REJECTED: Label(msgid("不予采纳"), "ended"),
    },
)
declare(
    TicketRule,
    {
        TicketRule.MERGE: Label(msgid("合并为一张号票：最先报名的持有，其余不能报名")),
        TicketRule.EXCLUDE: Label(msgid("只保留最先报名的一家：其余在冻结名单时排除")),
    },
)
