"""For how many working days each step of a complaint is given: read here and nowhere else.

The column that lists and sweeps read and the clock that counts are given the same days.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.complaints.model import Complaint
from market.regulations import Regulation


class Step(StrEnum):
    """A step that somebody has to take in time."""

    ACCEPT = "accept"
    DECIDE = "decide"
    REPLY = "reply"


_KEYS: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.ACCEPT: "complaint.accept_working_days",
        Step.DECIDE: "complaint.decide_working_days",
        Step.REPLY: "complaint.reply_working_days",
    }
)


def days_for(one: Complaint, step: Step, rules: Regulation) -> int:
    """Return how many working days a step of a complaint is given.

    Args:
        one: The complaint: a matter or a channel with days of its own is told apart here.
        step: The step.
        rules: The rules the complaint was received under.

    Source: docs/regulations.md, subject ``complaints``.
    """
    del one  # No rule tells complaints apart yet.
    return rules.integer(_KEYS[step])
