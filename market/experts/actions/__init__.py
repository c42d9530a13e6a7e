"""What is done to the pool of experts. Each deed is told to the public log."""

from market.experts.actions.declaring import add_tie, declare, end_tie
from market.experts.actions.pool import (
    ExpertFacts,
    change,
    confirm,
    enter,
    pause,
    refuse,
    remove,
    renew,
    resume,
)
from market.experts.actions.serving import record_sitting

__all__ = [
    "ExpertFacts",
    "add_tie",
    "change",
    "confirm",
    "declare",
    "end_tie",
    "enter",
    "pause",
    "record_sitting",
    "refuse",
    "remove",
    "renew",
    "resume",
]
