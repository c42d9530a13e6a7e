"""In what firms state a price, an amount or a discount off the ceiling, and the exact sums. Pure.

A discount (下浮率) is a whole number of basis points. What it makes of the ceiling is fixed to
the fen by one rule, so that a discount and its price say the same.
"""

from enum import StrEnum
from typing import Final

from market import money

FULL_BP: Final = 10_000
MOST_BP: Final = FULL_BP - 1
# From this ceiling on each basis point makes a price of its own: no two discounts are one price.
LEAST_CEILING_FEN: Final = FULL_BP


class QuoteUnit(StrEnum):
    """In what firms state their price. Source: handbook domain.md 3 (报价方式 0 金额 1 下浮率)."""

    AMOUNT = "amount"
    DISCOUNT = "discount"


def price_at(ceiling_fen: int, discount_bp: int) -> int:
    """Return the price that a discount makes of a ceiling: what is taken off is cut to whole fen.

    Args:
        ceiling_fen: The price ceiling in fen.
        discount_bp: The discount in basis points, from 0 to 9999.

    Raises:
        ValueError: The discount is out of range.

    Source: docs/adr/0039-discounts-are-prices.md; platform default.
    """
    if not 0 <= discount_bp <= MOST_BP:
        raise ValueError("a discount has 0 to 9999 basis points")
    return ceiling_fen - ceiling_fen * discount_bp // FULL_BP


def discount_of(ceiling_fen: int, price_fen: int) -> int | None:
    """Return the discount in basis points that makes a price; None if no whole number does.

    Args:
        ceiling_fen: The price ceiling in fen.
        price_fen: The price in fen.

    Source: docs/adr/0039-discounts-are-prices.md.
    """
    if not 0 < price_fen <= ceiling_fen:
        return None
    found = -(-(ceiling_fen - price_fen) * FULL_BP // ceiling_fen)
    return found if found <= MOST_BP and price_at(ceiling_fen, found) == price_fen else None


def greatest_discount(ceiling_fen: int, floor_fen: int | None) -> int:
    """Return the greatest discount, in basis points, whose price is not below a floor.

    Args:
        ceiling_fen: The price ceiling in fen.
        floor_fen: The least price that counts, in fen; None for no floor.

    Source: docs/adr/0039-discounts-are-prices.md.
    """
    if floor_fen is None:
        return MOST_BP
    return min(MOST_BP, ((ceiling_fen - floor_fen + 1) * FULL_BP - 1) // ceiling_fen)


def least_discount(ceiling_fen: int, limit_fen: int) -> int:
    """Return the least discount, in basis points, whose price is not above a limit.

    Args:
        ceiling_fen: The price ceiling in fen.
        limit_fen: The most that may be stated, in fen; at least 1.

    Source: docs/adr/0039-discounts-are-prices.md.
    """
    wanted = max(0, ceiling_fen - limit_fen)
    return min(MOST_BP, -(-wanted * FULL_BP // ceiling_fen))


def percent(basis_points: int) -> str:
    """Return basis points as a percentage with two decimals, such as ``8.50%``."""
    return f"{basis_points // 100}.{basis_points % 100:02d}%"


def yuan(fen: int) -> str:
    """Return an amount as a notice prints it, such as ``98,000.00 元``."""
    return f"{money.yuan(fen)} 元"
