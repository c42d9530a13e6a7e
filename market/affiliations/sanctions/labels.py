"""How far a blacklisting reaches, as the pages of the rules say it."""

from market.affiliations.sanctions.rules import Reach
from market.errors import msgid
from market.labels import Label, declare

declare(
    Reach,
    {
        Reach.OFF: Label(msgid("不及于其他机构")),
        Reach.DECLARED: Label(msgid("及于自行申报了同一控制人或法定代表人的机构")),
        Reach.GROUPS: Label(msgid("及于申报和经认定的同一控制人的机构")),
    },
)
