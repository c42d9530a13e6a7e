"""What people and time do with objections. Each action moves one, and says so in the log."""

from market.objections.actions.deciding import (
    Basis,
    accept,
    answer,
    complain,
    decide,
    escalate,
    escalates_at,
    overtake,
    propose,
    refuse,
    settle,
    state,
    take_back,
    take_up,
    withdraw,
)
from market.objections.actions.raising import may_object, object_to
from market.objections.actions.record import outcomes_for

__all__ = [
    "Basis",
    "accept",
    "answer",
    "complain",
    "decide",
    "escalate",
    "escalates_at",
    "may_object",
    "object_to",
    "outcomes_for",
    "overtake",
    "propose",
    "refuse",
    "settle",
    "state",
    "take_back",
    "take_up",
    "withdraw",
]
