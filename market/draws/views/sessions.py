"""Sessions: the draws whose last value comes at one instant, and the address of each session."""

from datetime import UTC, datetime

from market.clock import BEIJING
from market.draws.model import Draw
from market.errors import MissingError

_KEY = "%Y%m%d-%H%M%S"


def session_key(draw: Draw) -> str:
    """Return what names the session of a draw in an address: its instant in Beijing."""
    return key_of(draw.phi_at)


def key_of(at: datetime) -> str:
    """Return what names a session's instant in an address."""
    return at.astimezone(BEIJING).strftime(_KEY)


def instant_of(key: str) -> datetime:
    """Return the instant that an address names.

    Raises:
        MissingError: It names none.
    """
    try:
        return datetime.strptime(key, _KEY).replace(tzinfo=BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):  # The first hours of the year 1 have no instant in UTC.
        raise MissingError from None
