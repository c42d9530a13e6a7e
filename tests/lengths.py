"""How long a test of reliability works: short in ``make test``, long in ``make soak``."""

import os


def length(short: int, long: int) -> int:
    """Return how often to try: the long figure if ``ISMDRAW_LONG`` is set."""
    return long if os.environ.get("ISMDRAW_LONG") else short
