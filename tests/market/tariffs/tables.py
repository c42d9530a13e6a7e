"""Short ways to ask the shipped tables."""

from datetime import date
from fractions import Fraction

from market.tariffs.queries import standard
from market.tariffs.rules import Asked, Calculation, PartAsked, calculate

DAY = date(2026, 3, 2)
WAN = 1_000_000


def part(wan: float | str, **more) -> PartAsked:
    """Return one part of a project, its base in ten thousand yuan."""
    return PartAsked(base=Fraction(str(wan)) * WAN, **more)


def computed(table: str, variant: str, *parts: PartAsked, **more) -> Calculation:
    """Return a fee by a shipped table."""
    return calculate(standard(table, DAY), Asked(variant=variant, parts=parts, **more))


def fee_wan(table: str, variant: str, wan: float | str, **more) -> Fraction:
    """Return a fee in ten thousand yuan for one part."""
    return Fraction(computed(table, variant, part(wan, **more)).fee_fen, WAN)
