"""What oversight flags: late steps of a draw, rising prices, how far fees spread. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median_low


class DrawStep(StrEnum):
    """The steps of a draw whose instants the notice fixed."""

    CLOSE = "close"
    FREEZE = "freeze"
    RESULT = "result"


class Price(StrEnum):
    """The prices of one need, from what was public first to what was agreed last."""

    CEILING = "ceiling"
    DISCLOSED = "disclosed"
    AWARD = "award"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A step: when it was due at the latest, and when it was taken, if it was."""

    step: DrawStep
    planned_at: datetime
    latest_at: datetime
    taken_at: datetime | None
    called_off: bool

    def is_late(self, now: datetime) -> bool:
        """Whether the step was taken after its time, or is still to be taken then.

        Args:
            now: The instant, aware.
        """
        if self.taken_at is not None:
            return self.taken_at > self.latest_at
        return not self.called_off and now > self.latest_at


@dataclass(frozen=True, slots=True)
class Rise:
    """A price that is higher than one it must not exceed."""

    limit: Price
    price: Price


def rises(
    *, ceiling_fen: int, award_fen: int, contract_fen: int, disclosed_fen: int | None
) -> tuple[Rise, ...]:
    """Return every upward step in the chain of prices.

    Args:
        ceiling_fen: What the notice allowed.
        award_fen: What the award says.
        contract_fen: What was agreed.
        disclosed_fen: The fixed fee the firm had published when it was chosen; None if it
            published none, or one that is not a fixed amount and cannot be compared.

    Returns:
        Nothing if each price is at most the one before it.

    Source: handbook domain.md section 8, "disclosed >= quoted >= contract"; a platform default.
    """
    found = []
    if award_fen > ceiling_fen:
        found.append(Rise(Price.CEILING, Price.AWARD))
    if contract_fen > award_fen:
        found.append(Rise(Price.AWARD, Price.CONTRACT))
    if disclosed_fen is not None and contract_fen > disclosed_fen:
        found.append(Rise(Price.DISCLOSED, Price.CONTRACT))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the greatest of some numbers."""

    least: int
    middle: int
    greatest: int
    count: int


def spread(numbers: Sequence[int]) -> Spread | None:
    """Return the spread of numbers of one kind; of an even count the lower middle one.

    Args:
        numbers: In any order.

    Returns:
        None if there are none.

    Source: handbook domain.md section 8; a platform default.
    """
    if not numbers:
        return None
    return Spread(min(numbers), median_low(numbers), max(numbers), len(numbers))


def saved_basis_points(limit_fen: int, price_fen: int) -> int:
    """Return by how many hundredths of a per cent a price lies below a limit, rounded down.

    Args:
        limit_fen: Greater than zero.
        price_fen: Negative results mean that it lies above the limit.
    """
    return (limit_fen - price_fen) * 10_000 // limit_fen
