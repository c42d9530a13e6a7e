"""Hashing a message to a point of BLS12-381's G1 that nobody knows a logarithm of.

Suite BLS12381G1_XMD:SHA-256_SSWU_RO_. Messages here are public, so nothing runs in constant
time.

Source: RFC 9380, sections 3, 5, 6.6 and 8.8.1.
"""

import hashlib

from lottery.beacon import bls12381_isogeny as isogeny
from lottery.beacon.bls12381_fields import PRIME, fp_sqrt
from lottery.beacon.bls12381_g1 import G1Point, g1_add, g1_multiply

# RFC 9380, section 8.8.1.
_A = int(
    "144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1d",
    16,
)
_B = int(
    "12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0",
    16,
)
_Z = 11
_EFFECTIVE_COFACTOR = 0xD201000000010001
_ELEMENT_BYTES = 64

_HASH_BYTES = 32
_HASH_BLOCK_BYTES = 64
_MAX_DST_BYTES = 255
_MAX_HASHES = 255


def expand_message_xmd(message: bytes, tag: bytes, length: int) -> bytes:
    """Stretch a message into many uniform bytes with SHA-256.

    Args:
        message: Any bytes.
        tag: The domain separation tag, at most 255 bytes.
        length: How many bytes to produce, at most 8160.

    Returns:
        The uniform bytes.

    Raises:
        ValueError: The tag or the length is too large.

    Source: RFC 9380, section 5.3.1.
    """
    blocks = -(-length // _HASH_BYTES)
    if blocks > _MAX_HASHES or len(tag) > _MAX_DST_BYTES:
        raise ValueError("expand_message_xmd makes at most 8160 bytes under a tag of at most 255")
    suffix = tag + bytes([len(tag)])
    start = bytes(_HASH_BLOCK_BYTES) + message + length.to_bytes(2, "big") + b"\0" + suffix
    first = hashlib.sha256(start).digest()
    block = hashlib.sha256(first + b"\1" + suffix).digest()
    uniform = block
    for counter in range(2, blocks + 1):
        mixed = bytes(a ^ b for a, b in zip(first, block, strict=True))
        block = hashlib.sha256(mixed + bytes([counter]) + suffix).digest()
        uniform += block
    return uniform[:length]


def hash_to_field(message: bytes, tag: bytes) -> tuple[int, int]:
    """Hash a message to two elements of the prime field.

    Args:
        message: Any bytes.
        tag: The domain separation tag, at most 255 bytes.

    Returns:
        Two independent field elements.

    Raises:
        ValueError: The tag is too long.

    Source: RFC 9380, section 5.2, with count = 2 and L = 64.
    """
    uniform = expand_message_xmd(message, tag, 2 * _ELEMENT_BYTES)
    return (
        int.from_bytes(uniform[:_ELEMENT_BYTES], "big") % PRIME,
        int.from_bytes(uniform[_ELEMENT_BYTES:], "big") % PRIME,
    )


def map_to_curve(element: int) -> G1Point:
    """Map a field element to a point of the curve, not yet of the prime-order group.

    Args:
        element: A reduced field element.

    Returns:
        A point of y^2 = x^3 + 4.

    Source: RFC 9380, section 6.6.3: simplified SWU onto an isogenous curve, then the
    isogeny of appendix E.2.
    """
    x, y = _simplified_swu(element)
    x_denominator = _evaluate(isogeny.X_DENOMINATOR, x)
    y_denominator = _evaluate(isogeny.Y_DENOMINATOR, x)
    if x_denominator * y_denominator % PRIME == 0:
        return None
    return (
        _evaluate(isogeny.X_NUMERATOR, x) * pow(x_denominator, -1, PRIME) % PRIME,
        y * _evaluate(isogeny.Y_NUMERATOR, x) * pow(y_denominator, -1, PRIME) % PRIME,
    )


def hash_to_g1(message: bytes, tag: bytes) -> G1Point:
    """Hash a message to a point of the prime-order group.

    Args:
        message: Any bytes.
        tag: The domain separation tag, at most 255 bytes.

    Returns:
        The point; it is the point at infinity with negligible probability only.

    Raises:
        ValueError: The tag is too long.

    Source: RFC 9380, section 3 (hash_to_curve) and section 7 (clear_cofactor).
    """
    first, second = hash_to_field(message, tag)
    return g1_multiply(_EFFECTIVE_COFACTOR, g1_add(map_to_curve(first), map_to_curve(second)))


def _simplified_swu(element: int) -> tuple[int, int]:
    """Map a field element to y^2 = x^3 + Ax + B (RFC 9380, section 6.6.2)."""
    scaled = _Z * element * element % PRIME
    denominator = (scaled * scaled + scaled) % PRIME
    if denominator:
        x = -_B * (denominator + 1) * pow(_A * denominator, -1, PRIME) % PRIME
    else:
        x = _B * pow(_Z * _A, -1, PRIME) % PRIME
    for candidate in (x, scaled * x % PRIME):
        y = fp_sqrt(_isogenous_curve(candidate))
        if y is not None:
            return (candidate, y if y % 2 == element % 2 else PRIME - y)
    # The map's construction makes one of the two a square, so this is never reached.
    raise ArithmeticError("neither candidate lies on the curve")  # pragma: no cover


def _isogenous_curve(x: int) -> int:
    return (x * x * x + _A * x + _B) % PRIME


def _evaluate(coefficients: tuple[int, ...], x: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * x + coefficient) % PRIME
    return value
