"""Fetching a drand round over HTTP. The answer is believed only if the pinned key signed it.

Source: drand HTTP API, ``/<chain hash>/public/<round>``.
"""

import json
import logging
from collections.abc import Sequence
from typing import Final

from lottery.beacon import drand
from lottery.beacon.errors import BeaconError
from market.monitoring.errors import MonitorError
from market.monitoring.fetching import Site

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 5
"""For the whole answer: the worker closes, freezes and draws only after it."""
# An honest answer has about 300 bytes.
MOST_BYTES: Final = 4096
SIGNATURE_BYTES: Final = 48


def fetch(
    urls: Sequence[str], number: int, timeout_seconds: float = TIMEOUT_SECONDS
) -> bytes | None:
    """Return the signature of a round from the first server that has it; None if none does.

    It does not matter which server answers: the signature is checked here, offline.
    """
    for url in urls:
        try:
            signature = _ask(url, number, timeout_seconds)
            drand.verify(drand.QUICKNET, number, signature)
        except (MonitorError, ValueError, BeaconError) as error:
            why = error.facts.get("problem", error) if isinstance(error, MonitorError) else error
            logger.warning("drand round %d from %s: %s", number, url, why)
            continue
        return signature
    return None


def _ask(url: str, number: int, timeout_seconds: float) -> bytes:
    site = Site.at(url, seconds=timeout_seconds)
    value = json.loads(site.get(f"{drand.QUICKNET.hash}/public/{number}", MOST_BYTES))
    match value:
        case {"round": int(found), "signature": str(text)} if found == number:
            return bytes.fromhex(text)
        case _:
            raise ValueError("the answer is not of this round")
