"""How complaints are counted, and how small numbers hide. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What is counted of one group of complaints; ``days`` are working days until the decision."""

    received: int = 0
    accepted: int = 0
    refused: int = 0
    decided: int = 0
    upheld: int = 0
    overdue: int = 0
    days: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Return both groups as one."""
        return Count(
            received=self.received + other.received,
            accepted=self.accepted + other.accepted,
            refused=self.refused + other.refused,
            decided=self.decided + other.decided,
            upheld=self.upheld + other.upheld,
            overdue=self.overdue + other.overdue,
            days=self.days + other.days,
        )

    @property
    def accepted_per_cent(self) -> int | None:
        """Of those answered, how many were accepted; None where none was."""
        whole = self.accepted + self.refused
        return round(100 * self.accepted / whole) if whole else None

    @property
    def upheld_per_cent(self) -> int | None:
        """Of those decided, how many were right at least in part; None where none was."""
        return round(100 * self.upheld / self.decided) if self.decided else None

    @property
    def mean_days(self) -> int | None:
        """The mean number of working days until the decision; None where none was."""
        return round(self.days / self.decided) if self.decided else None


OTHERS: Final = ""
"""The name of the row into which small groups are put together."""


def without_small(rows: Sequence[tuple[str, Count]], least: int) -> list[tuple[str, Count]]:
    """Return groups of which none is small enough to tell who complained.

    Args:
        rows: Groups by name; none is called ``OTHERS``.
        least: How many complaints a group has at least, if it is shown.

    Returns:
        The large ones, the largest first, and the others as one row. Where the others together
        are too few, the smallest of the large ones is put to them: the total is public, and the
        difference would tell. Nothing at all where all together are too few.

    Source: platform default ``statistics.least_shown``.
    """
    some = [row for row in rows if row[1].received]
    shown = sorted(
        (row for row in some if row[1].received >= least),
        key=lambda row: (-row[1].received, row[0]),
    )
    small = [row[1] for row in some if row[1].received < least]
    if not small:
        return shown
    others = sum(small, start=Count())
    while others.received < least and shown:
        others += shown.pop()[1]
    return [*shown, (OTHERS, others)] if others.received >= least else []
