"""By what code an expert is known in one panel, and in no other. Pure functions, no I/O.

A key of 32 random bytes gives every expert of the pool one code for one panel. The notice of the
panel commits to the key; the key is published with the scores. Until then nobody outside can tell
whose code it is, from whatever other panels told; afterwards everybody computes the code of
everybody in the pool.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

# The signs of a code of the protocol: docs/spec/lottery-v1.md section 2.
SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PREFIX: Final = "PX"
LENGTH: Final = 16
KEY_BYTES: Final = 32
_KEY: Final = b"zjcs/panel-key/v1\n"
_CODE: Final = "zjcs/panel-code/v1\n"


def key_digest(key_hex: str) -> str:
    """Return the commitment to a panel's key, in hex.

    Args:
        key_hex: The key, 64 lower-case hexadecimal digits.

    Raises:
        ValueError: The key has another form.

    Source: docs/adr/0055-a-panel-is-a-draw-of-its-own.md.
    """
    return hashlib.sha256(_KEY + _key(key_hex)).hexdigest()


def code_of(key_hex: str, panel: str, expert: str) -> str:
    """Return by what code an expert is known in a panel.

    Args:
        key_hex: The panel's key, 64 lower-case hexadecimal digits.
        panel: The panel's number.
        expert: The expert's code in the pool.

    Returns:
        ``PX`` and 16 signs of the protocol's alphabet: the HMAC-SHA256 of the panel's number and
        the expert's code as a number, its last 16 digits to the base 31.

    Raises:
        ValueError: The key has another form.

    Source: docs/adr/0055-a-panel-is-a-draw-of-its-own.md.
    """
    text = f"{_CODE}{panel}\n{expert}\n".encode()
    number = int.from_bytes(hmac.digest(_key(key_hex), text, "sha256"), "big")
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return PREFIX + "".join(reversed(signs))


def opened(key_hex: str, panel: str, codes: Iterable[str], pool: Iterable[str]) -> dict[str, str]:
    """Return whose the codes of a panel are, as its published key tells.

    Args:
        key_hex: The panel's key.
        panel: The panel's number.
        codes: Those of the panel's list or order.
        pool: The codes of everybody who ever was in the pool.

    Returns:
        The code in the pool, by the code in the panel; a code that is nobody's is left out.

    Raises:
        ValueError: The key has another form.

    Source: docs/adr/0055-a-panel-is-a-draw-of-its-own.md.
    """
    owners = {code_of(key_hex, panel, expert): expert for expert in pool}
    return {code: owners[code] for code in codes if code in owners}


def _key(key_hex: str) -> bytes:
    key = bytes.fromhex(key_hex)
    if len(key) != KEY_BYTES or key.hex() != key_hex:
        raise ValueError("a panel's key has 64 lower-case hexadecimal digits")
    return key
