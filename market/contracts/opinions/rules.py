"""The rules of statistics about those who examine deliverables. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from market.contracts.examining.rules import ExamMove

M = ExamMove
GOOD: Final = frozenset({M.ACCEPT, M.APPROVE, M.PASS, M.TOLERATE})
CORRECTED: Final = frozenset({M.SUPPLEMENT, M.REVISE})
# What time said for an owner that let its days pass: no opinion of anybody.
SILENT: Final = frozenset({M.SILENT_ACCEPT, M.SILENT_APPROVE})
TURNED_DOWN: Final = frozenset({M.RETURN, M.FAIL})
OPINIONS: Final = GOOD | CORRECTED | TURNED_DOWN
WHOLE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many opinions there were of each sort."""

    good: int = 0
    corrected: int = 0
    turned_down: int = 0
    # How many of those that turned the work down were overturned by experts, or on their failure
    # by an authority.
    overturned: int = 0
    # How often the owner let its days pass, so that the work counts as accepted; no opinion.
    silent: int = 0

    @property
    def total(self) -> int:
        """How many there were."""
        return self.good + self.corrected + self.turned_down


def rate_of(tally: Tally, least: int) -> int | None:
    """Return the share of opinions that turned the work down, in whole per cent.

    Args:
        tally: The opinions.
        least: Of how many opinions a share may be published at all.

    Returns:
        The share, rounded half up; None of too few.

    Source: platform default; a share of a handful says more of chance than of a reviewer.
    """
    if tally.total < max(1, least):
        return None
    share = Decimal(tally.turned_down * WHOLE) / tally.total
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))
