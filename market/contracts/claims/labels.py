"""How a claimed day is named on screens."""

from market.contracts.claims.rules import ClaimState
from market.errors import msgid
from market.labels import Label, declare

declare(
    ClaimState,
    {
        ClaimState.OPEN: Label(msgid("待业主确认"), "progress"),
        ClaimState.CONFIRMED: Label(msgid("业主已确认"), "good"),
        ClaimState.DENIED: Label(msgid("业主不认可"), "bad"),
        ClaimState.MOOT: Label(msgid("合同办结前未确认"), "ended"),
    },
)
