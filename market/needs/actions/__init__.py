"""What people do with needs. Each action changes state, and says so in the journal."""

from market.needs.actions.announcing import publish
from market.needs.actions.checking import check, check_announcing
from market.needs.actions.deciding import (
    Deed,
    approve,
    may_recall,
    recall,
    renotice,
    return_to_owner,
    send_back,
    submit,
)
from market.needs.actions.ending import fail, take_back, withdraw
from market.needs.actions.moving import REASON_SHORTEST, step
from market.needs.actions.writing import EDITABLE, draft, edit, facts_of, rewrite, unchanged_since
from market.needs.errors import EnrolmentOverError, NoReasonError, PublishedError
from market.needs.facts import NeedFacts

__all__ = [
    "EDITABLE",
    "REASON_SHORTEST",
    "Deed",
    "EnrolmentOverError",
    "NeedFacts",
    "NoReasonError",
    "PublishedError",
    "approve",
    "check",
    "check_announcing",
    "draft",
    "edit",
    "facts_of",
    "fail",
    "may_recall",
    "publish",
    "recall",
    "renotice",
    "return_to_owner",
    "rewrite",
    "send_back",
    "step",
    "submit",
    "take_back",
    "unchanged_since",
    "withdraw",
]
