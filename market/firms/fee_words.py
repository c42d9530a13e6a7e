"""Rates and discounts as people read them."""

from decimal import Decimal

from market.firms.fee_brackets import FEN_PER_WAN
from market.firms.fees import DISCOUNT_UNITS, RATE_UNITS_PER_MILLE


def per_mille(rate_ppm: int) -> str:
    """Return a rate in per mille: 15500 is "15.5"."""
    return _plain(Decimal(rate_ppm) / RATE_UNITS_PER_MILLE)


def percent(discount_bp: int) -> str:
    """Return a discount in per cent: 1550 is "15.5"."""
    return _plain(Decimal(discount_bp) * 100 / DISCOUNT_UNITS)


def ten_thousand_yuan(fen: int) -> str:
    """Return an amount in ten thousand yuan: 1550000 is "1.55"."""
    return _plain(Decimal(fen) / FEN_PER_WAN)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
