"""A trustee's key in shares, so that the death of a disk does not stop a draw.

``vrf-split`` cuts a VRF key into shares for several keepers; any ``threshold`` of them restore
it with ``vrf-join``, fewer learn nothing. The value that a restored key proves is the same one:
the trustee's loss changes no draw.

Source: A. Shamir, "How to share a secret", Communications of the ACM 22 (1979), pages 612-613,
over the field of 2^521 - 1, a Mersenne prime.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from lottery.encoding import ds, sha256
from lottery.errors import LotteryError

PRIME: Final = 2**521 - 1
MAX_SHARES: Final = 32
SECRET_BYTES: Final = 32

_HEADER = "ismdraw-share/v1"
_VALUE_DIGITS = 132
_CHECKSUM_BYTES = 8
_TEXT = re.compile(
    rf"({_HEADER}\npublic ([0-9a-f]{{64}})\nthreshold ([1-9][0-9]?)\nshares ([1-9][0-9]?)\n"
    rf"number ([1-9][0-9]?)\nvalue ([0-9a-f]{{{_VALUE_DIGITS}}})\n)"
    rf"checksum ([0-9a-f]{{{2 * _CHECKSUM_BYTES}}})\n"
)


class ShareError(LotteryError):
    """A share is damaged, or shares do not belong together."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"shares refused: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One of ``shares`` parts, of which ``threshold`` restore the key.

    ``public`` names the key by its public half; ``number`` counts from 1.
    """

    public: str
    threshold: int
    shares: int
    number: int
    value: int

    def to_text(self) -> str:
        """Return the share as its keeper stores or prints it, with a checksum of 8 bytes."""
        body = (
            f"{_HEADER}\npublic {self.public}\nthreshold {self.threshold}\nshares {self.shares}\n"
            f"number {self.number}\nvalue {self.value:0{_VALUE_DIGITS}x}\n"
        )
        return f"{body}checksum {_checksum(body)}\n"


def parse_share(text: str) -> Share:
    """Read a share.

    Args:
        text: The whole file.

    Returns:
        The share.

    Raises:
        ShareError: It is no share, or a sign of it is wrong.

    Source: this module; the format is ours.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ShareError("this is not a share file, or a sign is missing")
    body, public, threshold, shares, number, value, checksum = match.groups()
    if _checksum(body) != checksum:
        raise ShareError("the checksum differs: a sign is mistyped")
    share = Share(
        public=public,
        threshold=int(threshold),
        shares=int(shares),
        number=int(number),
        value=int(value, 16),
    )
    _check_numbers(share.threshold, share.shares)
    if share.number > share.shares or share.value >= PRIME:
        raise ShareError("its number or value is out of range")
    return share


def split(
    secret: bytes,
    public: bytes,
    *,
    threshold: int,
    shares: int,
    random_below: Callable[[int], int] = secrets.randbelow,
) -> list[Share]:
    """Cut a secret into shares.

    Args:
        secret: 32 bytes.
        public: The 32-byte public key that belongs to it.
        threshold: How many shares restore it, at least 2.
        shares: How many shares there are, at most 32.
        random_below: Gives a secret random number below a bound.

    Returns:
        The shares, numbered from 1.

    Raises:
        ShareError: A number is out of range.

    Source: Shamir 1979: the secret is the constant term of a random polynomial.
    """
    _check_numbers(threshold, shares)
    if len(secret) != SECRET_BYTES:
        raise ShareError(f"a key has {SECRET_BYTES} bytes")
    terms = [int.from_bytes(secret, "big")] + [random_below(PRIME) for _ in range(threshold - 1)]
    return [
        Share(
            public=public.hex(),
            threshold=threshold,
            shares=shares,
            number=number,
            value=_polynomial(terms, number),
        )
        for number in range(1, shares + 1)
    ]


def join(shares: Sequence[Share], public_key: Callable[[bytes], bytes]) -> bytes:
    """Restore a secret.

    Args:
        shares: At least the threshold, in any order. More are compared with one another.
        public_key: Computes the public key of a secret.

    Returns:
        The 32 bytes.

    Raises:
        ShareError: There are too few, they are of different keys, one is there twice, or the
            result does not belong to the public key that they name.

    Source: Shamir 1979; Lagrange's formula at 0.
    """
    if not shares or any(_key_of(share) != _key_of(shares[0]) for share in shares):
        raise ShareError("they are not all of one key")
    threshold = shares[0].threshold
    if len({share.number for share in shares}) != len(shares):
        raise ShareError("one share is there twice")
    if len(shares) < threshold:
        raise ShareError(f"{threshold} are needed, there are {len(shares)}")
    secret = _at_zero(shares[:threshold])
    if any(_at_zero(some) != secret for some in _windows(shares, threshold)):
        raise ShareError("one of them is wrong: leave each out in turn")
    if secret >> 8 * SECRET_BYTES:
        raise ShareError("together they give no key")
    restored = secret.to_bytes(SECRET_BYTES, "big")
    if public_key(restored).hex() != shares[0].public:
        raise ShareError("together they give another key than the one that they name")
    return restored


def _windows(shares: Sequence[Share], threshold: int) -> list[tuple[Share, ...]]:
    """Return, for each further share, a choice of shares that holds it."""
    kept = next(combinations(shares, threshold - 1))
    return [(*kept, share) for share in shares[threshold:]]


def _at_zero(shares: Sequence[Share]) -> int:
    """Return the value at 0 of the polynomial through some shares."""
    total = 0
    for share in shares:
        above = below = 1
        for other in shares:
            if other is not share:
                above = above * other.number % PRIME
                below = below * (other.number - share.number) % PRIME
        total += share.value * above * pow(below, -1, PRIME)
    return total % PRIME


def _polynomial(terms: Sequence[int], at: int) -> int:
    value = 0
    for term in reversed(terms):
        value = (value * at + term) % PRIME
    return value


def _key_of(share: Share) -> tuple[str, int, int]:
    return share.public, share.threshold, share.shares


def _check_numbers(threshold: int, shares: int) -> None:
    if not 2 <= threshold <= shares <= MAX_SHARES:  # noqa: PLR2004 - of one share, one keeper is enough
        raise ShareError(f"of 2 to {MAX_SHARES} shares, at least 2 must be needed")


def _checksum(body: str) -> str:
    return sha256(ds("share") + body.encode("ascii"))[:_CHECKSUM_BYTES].hex()
