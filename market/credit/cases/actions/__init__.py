"""What is done with cases, from the proposal to the end of what was decided."""

from market.credit.cases.actions.deciding import confirm_decision, draft, send_back, take_back
from market.credit.cases.actions.effects import take_effect
from market.credit.cases.actions.hearing import ask_hearing, record_hearing, summon
from market.credit.cases.actions.proposing import drop, notify, propose, recall
from market.credit.cases.actions.replying import extend, reply
from market.credit.cases.actions.reviewing import look, note_late
from market.credit.cases.actions.terms import terms_for

__all__ = [
    "ask_hearing",
    "confirm_decision",
    "draft",
    "drop",
    "extend",
    "look",
    "note_late",
    "notify",
    "propose",
    "recall",
    "record_hearing",
    "reply",
    "send_back",
    "summon",
    "take_back",
    "take_effect",
    "terms_for",
]
