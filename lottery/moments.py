"""Times as citizens read them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_BEIJING: Final = timezone(timedelta(hours=8))
# Later ones have no four-digit year; a bundle may claim any number.
_LAST: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def beijing(seconds: int) -> str:
    """Return an instant in Beijing time, with its offset.

    Args:
        seconds: Unix seconds, as an entry or a cosignature claims them.

    Returns:
        Such as ``2026-11-18 09:34:00+08:00``; the number itself where no calendar reaches.

    Source: platform default.
    """
    if not 0 <= seconds <= _LAST:
        return f"{seconds} s"
    return datetime.fromtimestamp(seconds, _BEIJING).isoformat(" ")
