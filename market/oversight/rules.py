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
    """The prices of one need, from what was public first to what was paid last."""

    CEILING = "ceiling"
    DISCLOSED = "disclosed"
    QUOTED = "quoted"
    AWARD = "award"
    CONTRACT = "contract"
    AGREED = "agreed"
    INVOICED = "invoiced"
    PAID = "paid"


class ChainFlag(StrEnum):
    """What makes somebody look at a contract's money."""

    RISES = "rises"
    ADDED = "added"
    REPEATED = "repeated"
    OVERDUE = "overdue"
    SHIFTED = "shifted"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Every price of one contract, in fen.

    ``disclosed_fen`` is what the firm's published fee gives for the project, ``quoted_fen`` the
    firm's own quote: None where there is none, or none that can be computed. ``added_fen`` is what
    the effective add-on contracts come to, ``settled_fen`` what both sides settled at its end.
    """

    ceiling_fen: int
    award_fen: int
    contract_fen: int
    disclosed_fen: int | None = None
    quoted_fen: int | None = None
    added_fen: int = 0
    settled_fen: int | None = None
    invoiced_fen: int = 0
    paid_fen: int = 0

    @property
    def agreed_fen(self) -> int:
        """The contract and its effective add-ons; what was settled, where it was ended so."""
        if self.settled_fen is not None:
            return self.settled_fen
        return self.contract_fen + self.added_fen


def rises(chain: Chain) -> tuple[Rise, ...]:
    """Return every upward step in the chain of prices.

    Args:
        chain: The prices of one contract.

    Returns:
        Nothing if each price is at most those before it. An add-on contract is a step upward,
        allowed as it may be.

    Source: handbook domain.md section 8, "disclosed >= quoted >= contract >= invoiced >= paid";
    a platform default.
    """
    steps = (
        (Price.CEILING, chain.ceiling_fen, Price.QUOTED, chain.quoted_fen),
        (Price.CEILING, chain.ceiling_fen, Price.AWARD, chain.award_fen),
        (Price.DISCLOSED, chain.disclosed_fen, Price.QUOTED, chain.quoted_fen),
        (Price.DISCLOSED, chain.disclosed_fen, Price.AWARD, chain.award_fen),
        (Price.QUOTED, chain.quoted_fen, Price.AWARD, chain.award_fen),
        (Price.AWARD, chain.award_fen, Price.CONTRACT, chain.contract_fen),
        (Price.DISCLOSED, chain.disclosed_fen, Price.CONTRACT, chain.contract_fen),
        (Price.CONTRACT, chain.contract_fen, Price.AGREED, chain.agreed_fen),
        (Price.AGREED, chain.agreed_fen, Price.INVOICED, chain.invoiced_fen),
        (Price.INVOICED, chain.invoiced_fen, Price.PAID, chain.paid_fen),
    )
    return tuple(
        Rise(limit, price)
        for limit, most, price, fen in steps
        if most is not None and fen is not None and fen > most
    )


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
