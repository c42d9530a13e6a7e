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
    refuse,
    reply,
    state,
    transfer,
    verify_contact,
    withdraw,
)
from market.complaints.actions.lapsing import run_late

__all__ = [
    "Facts",
    "Proposal",
    "Receipt",
    "accept",
    "ask",
    "assign",
    "decide",
    "enter",
    "file_by_site",
    "hear",
    "may_hear",
    "others_for",
    "propose",
    "refuse",
    "remedies_for",
    "reply",
    "run_late",
    "state",
    "take_back",
    "transfer",
    "verify_contact",
    "withdraw",
]
