"""What the public log is told of live bids: everything but whose they are.

A firm is named by the number of its enrolment until the list is frozen; the entries are written
by ``firm``, for an account's name would tell whose it is.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class BidPlaced(Entry):
    """An enrolment bid an amount; ``number`` counts the bids of the draw, from 1."""

    kind: ClassVar[str] = "bid.placed.v1"
    draw: str
    number: int
    enrolment: int
    amount_fen: int
