"""How an owner's faults are named on screens."""

from market.credit.ledgers.rules import OwnerFault
from market.errors import msgid
from market.labels import Label, declare

declare(
    OwnerFault,
    {
        OwnerFault.CARD: Label(msgid("被发红牌、督办或者移送"), "bad"),
        OwnerFault.UNSIGNED: Label(msgid("因业主原因未签订合同"), "bad"),
        OwnerFault.CANCELLED: Label(msgid("公告后撤回需求"), "warn"),
    },
)
