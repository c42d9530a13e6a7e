"""How the states of a declared tie are named on screens."""

from market.affiliations.links.rules import LinkState
from market.errors import msgid
from market.labels import Label, declare

declare(
    LinkState,
    {
        LinkState.ASKED: Label(msgid("待确认"), "progress"),
        LinkState.CONFIRMED: Label(msgid("已确认"), "good"),
        LinkState.DENIED: Label(msgid("已否认"), "bad"),
    },
)
