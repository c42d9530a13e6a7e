"""Ed25519 signatures on the standard library alone, so that a verifier needs nothing else.

Verification is strict: a public key or commitment of small order, an encoding that is not the
canonical one, and a scalar that is not reduced are all refused, so that a signature accepted
here is accepted by every conforming verifier. Whoever signs in production uses the
``cryptography`` package, which keeps secrets from leaking through timing; ``sign`` is for
tools and tests.

Source: RFC 8032, section 5.1.
"""

import hashlib

from lottery.beacon.edwards25519 import (
    ORDER,
    add,
    decode_point,
    encode_point,
    has_small_order,
    multiply,
    multiply_base,
    negate,
)
from lottery.beacon.errors import BeaconError

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def expand_secret(secret_key: bytes) -> tuple[int, bytes]:
    """Derive the secret scalar and the nonce prefix from a secret key.

    Args:
        secret_key: 32 secret bytes.

    Returns:
        The clamped scalar, and the 32 bytes that make nonces unpredictable.

    Raises:
        ValueError: The key is not 32 bytes.

    Source: RFC 8032, section 5.1.5.
    """
    if len(secret_key) != KEY_BYTES:
        raise ValueError(f"an Ed25519 secret key is {KEY_BYTES} bytes, not {len(secret_key)}")
    digest = hashlib.sha512(secret_key).digest()
    scalar = int.from_bytes(digest[:32], "little")
    scalar &= (1 << 254) - 8
    scalar |= 1 << 254
    return scalar, digest[32:]


def public_key(secret_key: bytes) -> bytes:
    """Compute the public key that belongs to a secret key.

    Args:
        secret_key: 32 secret bytes.

    Returns:
        The 32-byte public key.

    Raises:
        ValueError: The key is not 32 bytes.

    Source: RFC 8032, section 5.1.5.
    """
    scalar, _ = expand_secret(secret_key)
    return encode_point(multiply_base(scalar))


def sign(secret_key: bytes, message: bytes) -> bytes:
    """Sign a message; the same key and message always give the same signature.

    Args:
        secret_key: 32 secret bytes.
        message: Any bytes.

    Returns:
        The 64-byte signature.

    Raises:
        ValueError: The key is not 32 bytes.

    Source: RFC 8032, section 5.1.6.
    """
    scalar, prefix = expand_secret(secret_key)
    key = encode_point(multiply_base(scalar))
    nonce = _hash_to_scalar(prefix, message)
    commitment = encode_point(multiply_base(nonce))
    challenge = _hash_to_scalar(commitment, key, message)
    response = (nonce + challenge * scalar) % ORDER
    return commitment + response.to_bytes(32, "little")


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of a message was made with the secret half of a key.

    Args:
        public_key: 32 bytes; anything else is answered with False.
        message: Any bytes.
        signature: 64 bytes; anything else is answered with False.

    Returns:
        True only if key and signature are canonical, of large order, and match.

    Source: RFC 8032, section 5.1.7, with the group equation not multiplied by the cofactor.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    commitment, response = signature[:32], int.from_bytes(signature[32:], "little")
    if response >= ORDER:
        return False
    try:
        key_point = decode_point(public_key, "the public key")
    except BeaconError:
        return False
    if has_small_order(key_point):
        return False
    challenge = _hash_to_scalar(commitment, public_key, message)
    expected = add(multiply_base(response), negate(multiply(challenge, key_point)))
    # Comparing canonical bytes also refuses every other encoding of the commitment.
    return not has_small_order(expected) and encode_point(expected) == commitment


def _hash_to_scalar(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER
