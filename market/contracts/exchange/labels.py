"""How the turns of a filing are named on screens."""

from market.contracts.exchange.rules import Deed
from market.errors import msgid
from market.labels import Label, declare

declare(
    Deed,
    {
        Deed.FILE: Label(msgid("提交合同")),
        Deed.RETURN: Label(msgid("退回合同"), "warn"),
        Deed.REFILE: Label(msgid("修改后重新提交")),
    },
)
