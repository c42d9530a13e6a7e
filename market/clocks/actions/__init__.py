"""What happens to clocks. Each action adds an event, and says so in the journal.

Time comes first: before a person's deed takes effect, ``settle`` does what was due until then,
so that nobody gains from a sweep that is late by a second or by days.
"""

from market.clocks.actions.moving import correct, hand_to, reopen, start, stop
from market.clocks.actions.settling import settle
from market.clocks.actions.suspending import answer_suspension, request_suspension, resume

__all__ = [
    "answer_suspension",
    "correct",
    "hand_to",
    "reopen",
    "request_suspension",
    "resume",
    "settle",
    "start",
    "stop",
]
