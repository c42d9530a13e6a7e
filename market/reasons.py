"""What somebody must write so that others can follow it: long enough, in characters one sees."""

from collections.abc import Callable

from market.errors import MarketError
from market.plain import seen, visible


def long_enough(text: str, least: int, error: Callable[[], MarketError]) -> str:
    """Return what was written, without what nobody sees and without blanks around it.

    Raises:
        MarketError: It is shorter than ``least`` characters; ``error`` makes the one that says so.
    """
    if seen(text) < least:
        raise error()
    return visible(text)
