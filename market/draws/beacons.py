"""Fetching a drand round over HTTP. The answer is believed only if the pinned key signed it.

Source: drand HTTP API, ``/<chain hash>/public/<round>``.
"""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Final

from lottery.beacon import drand
from lottery.beacon.errors import BeaconError

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 5
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
        except (OSError, ValueError, BeaconError) as error:
            logger.warning("drand round %d from %s: %s", number, url, error)
            continue
        return signature
    return None


def _ask(url: str, number: int, timeout_seconds: float) -> bytes:
    address = f"{url}/{drand.QUICKNET.hash}/public/{number}"
    with _OPENER.open(address, timeout=timeout_seconds) as answer:
        body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise ValueError(f"the answer is longer than {MOST_BYTES} bytes")
    value = json.loads(body)
    match value:
        case {"round": int(found), "signature": str(text)} if found == number:
            return bytes.fromhex(text)
        case _:
            raise ValueError("the answer is not of this round")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A beacon has no reason to send anybody elsewhere."""

    def redirect_request(self, *_: object) -> None:
        """Refuse."""


_OPENER: Final = urllib.request.build_opener(_NoRedirect)
