"""Numbers as people read them: ten thousand yuan, per cent, coefficients. Exact or marked. Pure."""

from fractions import Fraction
from typing import Final

from market.tariffs.steps import FEN_PER_WAN, rounded

_PPM: Final = 1_000_000
_MOST_DECIMALS: Final = 8


def plain(number: Fraction | int) -> str:
    """Return a number that ends as a decimal fraction; one that does not, to eight decimals.

    Args:
        number: Any exact number.

    Returns:
        Digits with a point and without zeros at the end; ``≈`` in front if digits were cut.

    Source:
        Platform default.
    """
    exact = Fraction(number)
    scale = 10**_MOST_DECIMALS
    scaled = rounded(abs(exact) * scale)
    whole, rest = divmod(int(scaled), scale)
    digits = f"{rest:0{_MOST_DECIMALS}d}".rstrip("0")
    text = f"{whole:,}{f'.{digits}' if digits else ''}"
    mark = "" if scaled == abs(exact) * scale else "≈"
    return f"{mark}{'−' if exact < 0 else ''}{text}"


def wan(fen: Fraction | int) -> str:
    """Return an amount in ten thousand yuan, without the unit."""
    return plain(Fraction(fen) / FEN_PER_WAN)


def yuan(fen: Fraction | int) -> str:
    """Return an amount in yuan and fen; ``≈`` in front if it is not a whole number of fen."""
    exact = Fraction(fen)
    whole = int(rounded(abs(exact)))
    mark = "" if whole == abs(exact) else "≈"
    return f"{mark}{'−' if exact < 0 else ''}¥{whole // 100:,}.{whole % 100:02d}"


def per_cent(ppm: int) -> str:
    """Return a rate in per cent: 15 000 is ``1.5%``."""
    return f"{plain(Fraction(ppm * 100, _PPM))}%"


def per_mille(ppm: int) -> str:
    """Return a rate in per mille: 15 000 is ``15‰``."""
    return f"{plain(Fraction(ppm * 1000, _PPM))}‰"
