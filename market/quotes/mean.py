"""The mean price with a drawn coefficient: which tickets each firm has, and what each stands for.

Pure functions, exact arithmetic. The draw of the coefficient is the draw of a ticket: each
coefficient owns as many tickets as any other, and they belong to the firms nearest to its target.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

from market.needs.price_lines import MOST_TICKETS
from market.needs.prices import FULL_BP

# Dropping the highest and the lowest must leave something to take a mean of.
LEAST_TO_TRIM: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One coefficient: its target price in fen, the firms nearest to it, and their tickets.

    ``first`` is the number of the first of them within each firm's own tickets, from 0.
    """

    coefficient_bp: int
    target: Fraction
    firms: tuple[str, ...]
    tickets: int
    first: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """How the tickets of a draw come about.

    Attributes:
        mean: The mean in fen, exact.
        dropped_fen: The lowest and the highest quote, where they were left out of the mean.
        scale: How many tickets a coefficient has.
        is_exact: Whether the firms of every coefficient share all of its tickets.
        shares: Every coefficient, in ascending order.
    """

    mean: Fraction
    dropped_fen: tuple[int, ...]
    scale: int
    is_exact: bool
    shares: tuple[Share, ...]

    @property
    def tickets(self) -> dict[str, int]:
        """The tickets of each firm that has any."""
        found: Counter[str] = Counter()
        for share in self.shares:
            found.update(dict.fromkeys(share.firms, share.tickets))
        return dict(found)

    def coefficient_of(self, firm: str, number: int) -> Share:
        """Return the share to which a firm's ticket belongs.

        Args:
            firm: The firm's code.
            number: Which of its tickets, from 0.

        Raises:
            LookupError: The firm has no such ticket.
        """
        for share in self.shares:
            first = share.first.get(firm)
            if first is not None and first <= number < first + share.tickets:
                return share
        raise LookupError(f"{firm} has no ticket {number}")


def mean_of(valid_fen: Sequence[int], trim_from: int) -> tuple[Fraction, tuple[int, ...]]:
    """Return the exact mean of the valid quotes, and which two were left out of it.

    Args:
        valid_fen: The valid quotes in fen, at least one.
        trim_from: From how many on the highest and the lowest are left out; 0 for never.

    Raises:
        ValueError: There is no quote.

    Source: handbook domain.md 3 (均价选取); docs/adr/0038-mean-price-by-tickets.md.
    """
    if not valid_fen:
        raise ValueError("there is no mean of nothing")
    order = sorted(valid_fen)
    if trim_from and len(order) >= max(trim_from, LEAST_TO_TRIM):
        return Fraction(sum(order[1:-1]), len(order) - 2), (order[0], order[-1])
    return Fraction(sum(order), len(order)), ()


def allot(
    quotes: Mapping[str, int], coefficients_bp: Sequence[int], *, trim_from: int
) -> Allotment:
    """Return the tickets that the coefficients give to the firms.

    Args:
        quotes: The valid quotes in fen, by the firm's code.
        coefficients_bp: The equally likely coefficients in basis points.
        trim_from: From how many quotes on the mean leaves out the highest and the lowest.

    Returns:
        The firms nearest to a coefficient's target share its tickets; none has more than the
        protocol allows.

    Raises:
        ValueError: There is no quote.

    Source: docs/adr/0038-mean-price-by-tickets.md; docs/spec/lottery-v1.md section 4.
    """
    mean, dropped = mean_of(list(quotes.values()), trim_from)
    targets = [(bp, mean * bp / FULL_BP) for bp in sorted(coefficients_bp)]
    nearest = [(bp, target, nearest_to(quotes, target)) for bp, target in targets]
    scale = lcm(*(len(firms) for _, _, firms in nearest))
    load: Counter[str] = Counter()
    for _, _, firms in nearest:
        load.update(dict.fromkeys(firms, scale // len(firms)))
    is_exact = max(load.values()) <= MOST_TICKETS
    scale = scale if is_exact else MOST_TICKETS // len(nearest)
    return Allotment(
        mean=mean,
        dropped_fen=dropped,
        scale=scale,
        is_exact=is_exact,
        shares=_shares(nearest, scale),
    )


def nearest_to(quotes: Mapping[str, int], target: Fraction) -> tuple[str, ...]:
    """Return the firms whose quotes are nearest to a target, above or below, by their codes.

    Args:
        quotes: The valid quotes in fen, by the firm's code.
        target: The target in fen.

    Source: docs/adr/0038-mean-price-by-tickets.md.
    """
    least = min(abs(fen - target) for fen in quotes.values())
    return tuple(sorted(firm for firm, fen in quotes.items() if abs(fen - target) == least))


def _shares(
    nearest: Sequence[tuple[int, Fraction, tuple[str, ...]]], scale: int
) -> tuple[Share, ...]:
    given: Counter[str] = Counter()
    shares = []
    for bp, target, firms in nearest:
        tickets = max(1, scale // len(firms))
        first = {firm: given[firm] for firm in firms}
        given.update(dict.fromkeys(firms, tickets))
        shares.append(
            Share(coefficient_bp=bp, target=target, firms=firms, tickets=tickets, first=first)
        )
    return tuple(shares)
