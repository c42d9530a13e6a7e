"""How the replacement of a named person is named on screens."""

from market.contracts.staffing.rules import ReplacementState
from market.errors import msgid
from market.labels import Label, declare

declare(
    ReplacementState,
    {
        ReplacementState.REQUESTED: Label(msgid("待业主同意"), "progress"),
        ReplacementState.AGREED: Label(msgid("业主已同意"), "good"),
        ReplacementState.REFUSED: Label(msgid("业主不同意"), "bad"),
        ReplacementState.DROPPED: Label(msgid("机构已撤回"), "ended"),
    },
)
