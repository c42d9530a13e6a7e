"""How the states of declarations are named on screens."""

from market.clocks.over.rules import OverState
from market.errors import msgid
from market.labels import Label, declare

declare(
    OverState,
    {
        OverState.DECLARED: Label(msgid("待申请方答复"), "progress"),
        OverState.ESCALATED: Label(msgid("待运营机构决定"), "warn"),
        OverState.GRANTED: Label(msgid("条件已具备"), "good"),
        OverState.REFUSED: Label(msgid("条件未具备"), "ended"),
        OverState.MOOT: Label(msgid("已失效"), "ended"),
    },
)
