"""What costs an owner points. Pure functions."""

from enum import StrEnum


class OwnerFault(StrEnum):
    """What an owner did. The values are the keys of ``owner_points`` in the credit regulation."""

    CARD = "card"
    UNSIGNED = "unsigned"
    CANCELLED = "cancelled"


def score_of(points: list[int], *, start: int) -> int:
    """Return an owner's score: the start less the points that count, never below zero.

    Args:
        points: What counts now.
        start: The score of an owner without faults.

    Source: handbook domain.md 7.2, "Owners have a score as well"; a platform default.
    """
    return max(start - sum(points), 0)
