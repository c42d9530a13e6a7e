"""What people do with complaints. Each action moves one, and says so in the log."""

from market.complaints.actions.deciding import Proposal, decide, propose, remedies_for, take_back
from market.complaints.actions.filing import Facts, Receipt, enter, file_by_site
from market.complaints.actions.handling import (
    accept,
    ask,
    assign,
    hear,
    may_hear,
    others_for,
    transfer,
    verify_contact,
    withdraw,
)
from market.complaints.actions.lapsing import run_late
from market.complaints.actions.refusing import (
    decide_refusal,
    is_refusing,
    propose_refusal,
    take_refusal_back,
)
from market.complaints.actions.speaking import reply, state

__all__ = [
    "Facts",
    "Proposal",
    "Receipt",
    "accept",
    "ask",
    "assign",
    "decide",
    "decide_refusal",
    "enter",
    "file_by_site",
    "hear",
    "is_refusing",
    "may_hear",
    "others_for",
    "propose",
    "propose_refusal",
    "remedies_for",
    "reply",
    "run_late",
    "state",
    "take_back",
    "take_refusal_back",
    "transfer",
    "verify_contact",
    "withdraw",
]
