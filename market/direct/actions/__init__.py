"""What people and time do with direct choices."""

from market.direct.actions.choosing import (
    ChoiceFacts,
    approve,
    propose,
    resubmit,
    return_to_owner,
    send_back,
    withdraw,
)
from market.direct.actions.emergency import (
    EmergencyFacts,
    commission,
    decide,
    escalate,
    examine,
    expire,
    file,
)
from market.direct.actions.naming import name

__all__ = [
    "ChoiceFacts",
    "EmergencyFacts",
    "approve",
    "commission",
    "decide",
    "escalate",
    "examine",
    "expire",
    "file",
    "name",
    "propose",
    "resubmit",
    "return_to_owner",
    "send_back",
    "withdraw",
]
