"""How the closed sets of findings are named on screens."""

from market.contracts.signing.rules import Fault, SigningState
from market.errors import msgid
from market.labels import Label, declare

declare(
    Fault,
    {
        Fault.FIRM: Label(msgid("机构的责任"), "bad"),
        Fault.OWNER: Label(msgid("业主的责任"), "bad"),
        Fault.NEITHER_GO_ON: Label(msgid("双方均无责任，继续签约"), "neutral"),
        Fault.NEITHER_NEXT: Label(msgid("双方均无责任，由候补机构递补"), "neutral"),
    },
)
declare(
    SigningState,
    {
        SigningState.HEARING: Label(msgid("听取双方说明"), "progress"),
        SigningState.TO_FIND: Label(msgid("待提出认定意见"), "progress"),
        SigningState.PROPOSED: Label(msgid("待主管部门认定"), "progress"),
        SigningState.FOUND: Label(msgid("已认定"), "ended"),
        SigningState.DEFAULTED: Label(msgid("机构未说明，按机构责任处理"), "bad"),
        SigningState.SIGNED: Label(msgid("已补签合同"), "good"),
        SigningState.ESCALATED: Label(msgid("由主管部门提出认定意见"), "progress"),
        SigningState.MOOT: Label(msgid("中选结果已变更，终止办理"), "ended"),
    },
)
