"""What happens to clocks. Each action adds an event, and says so in the journal.

Time comes first: before a person's deed takes effect, ``settle`` does what was due until then,
so that nobody gains from a sweep that is late by a second or by days.
"""

from market.clocks.actions.moving import (
    claim,
    correct,
    give_units,
    hand_to,
    reassign,
    reopen,
    start,
    stop,
)
from market.clocks.actions.record import say_more
from market.clocks.actions.settling import settle
from market.clocks.actions.suspending import answer_suspension, request_suspension, resume

__all__ = [
    "answer_suspension",
    "claim",
    "correct",
    "give_units",
    "hand_to",
    "reassign",
    "reopen",
    "request_suspension",
    "resume",
    "say_more",
    "settle",
    "start",
    "stop",
]
