"""What is done with documents, owners' registrations and their buyers."""

from market.documents.actions import buyers, firms, owners
from market.documents.actions.handing import (
    Place,
    clear,
    enter,
    hand_in,
    open_document,
    reject,
)

__all__ = [
    "Place",
    "buyers",
    "clear",
    "enter",
    "firms",
    "hand_in",
    "open_document",
    "owners",
    "reject",
]
