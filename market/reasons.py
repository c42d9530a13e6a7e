"""What somebody must write so that others can follow it: long enough, without blanks around it."""

from collections.abc import Callable

from market.errors import MarketError


def long_enough(text: str, least: int, error: Callable[[], MarketError]) -> str:
    """Return what was written, without blanks around it.

    Raises:
        MarketError: It is shorter than ``least`` characters; ``error`` makes the one that says so.
    """
    words = text.strip()
    if len(words) < least:
        raise error()
    return words
