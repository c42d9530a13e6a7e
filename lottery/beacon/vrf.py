"""A verifiable random function: one unpredictable value per key and input, with its proof.

The holder of a key can compute the value of an input but cannot choose it: there is exactly
one value that verifies. Suite ECVRF-EDWARDS25519-SHA512-TAI, number 0x03.

Source: RFC 9381, sections 5.1 to 5.5.
"""

import hashlib

from lottery.beacon import ed25519
from lottery.beacon.edwards25519 import (
    ORDER,
    POINT_BYTES,
    Point,
    add,
    clear_cofactor,
    decode_point,
    encode_point,
    has_small_order,
    is_identity,
    multiply,
    multiply_base,
    negate,
)
from lottery.beacon.errors import (
    NotAPointError,
    ProofRefusedError,
    ScalarRangeError,
    WeakPointError,
    WrongLengthError,
)

# RFC 9381, section 5.5: suite_string, cLen and qLen of ECVRF-EDWARDS25519-SHA512-TAI.
_SUITE = b"\x03"
_CHALLENGE_BYTES = 16
_SCALAR_BYTES = 32
PROOF_BYTES = POINT_BYTES + _CHALLENGE_BYTES + _SCALAR_BYTES

_ENCODE_TO_CURVE = b"\x01"
_CHALLENGE = b"\x02"
_PROOF_TO_HASH = b"\x03"
_END = b"\x00"


def public_key(secret_key: bytes) -> bytes:
    """Compute the public key that belongs to a secret key.

    Args:
        secret_key: 32 secret bytes, which should serve no other purpose.

    Returns:
        The 32-byte public key.

    Raises:
        ValueError: The key is not 32 bytes.

    Source: RFC 9381, section 5.5; keys are those of RFC 8032, section 5.1.5.
    """
    return ed25519.public_key(secret_key)


def prove(secret_key: bytes, alpha: bytes) -> bytes:
    """Prove the one value that a key gives an input.

    Args:
        secret_key: 32 secret bytes.
        alpha: The input, any bytes.

    Returns:
        The 80-byte proof; ``verify`` turns it into the value.

    Raises:
        ValueError: The key is not 32 bytes.

    Source: RFC 9381, section 5.1; the nonce is that of section 5.4.2.2.
    """
    scalar, prefix = ed25519.expand_secret(secret_key)
    key = encode_point(multiply_base(scalar))
    hashed, hashed_bytes = _encode_to_curve(key, alpha)
    gamma = encode_point(multiply(scalar, hashed))
    digest = hashlib.sha512(prefix + hashed_bytes).digest()
    nonce = int.from_bytes(digest, "little") % ORDER
    challenge = _challenge(
        key,
        hashed_bytes,
        gamma,
        encode_point(multiply_base(nonce)),
        encode_point(multiply(nonce, hashed)),
    )
    response = (nonce + int.from_bytes(challenge, "little") * scalar) % ORDER
    return gamma + challenge + response.to_bytes(_SCALAR_BYTES, "little")


def verify(public_key: bytes, alpha: bytes, proof: bytes) -> bytes:
    """Check a proof and return the value it proves.

    Args:
        public_key: 32 bytes.
        alpha: The input, any bytes.
        proof: 80 bytes from ``prove``.

    Returns:
        The 64-byte value (beta), the same for every proof that verifies.

    Raises:
        BeaconError: The key is not a safe one, the proof is malformed, or it proves
            another input or belongs to another key.

    Source: RFC 9381, sections 5.2 and 5.3, with the key validation of section 5.4.5.
    """
    key = _validate_key(public_key)
    gamma, challenge, response = _decode_proof(proof)
    hashed, hashed_bytes = _encode_to_curve(public_key, alpha)
    factor = int.from_bytes(challenge, "little")
    left = add(multiply_base(response), negate(multiply(factor, key)))
    right = add(multiply(response, hashed), negate(multiply(factor, gamma)))
    expected = _challenge(
        public_key, hashed_bytes, encode_point(gamma), encode_point(left), encode_point(right)
    )
    if expected != challenge:
        raise ProofRefusedError
    final = encode_point(clear_cofactor(gamma))
    return hashlib.sha512(_SUITE + _PROOF_TO_HASH + final + _END).digest()


def _validate_key(encoded: bytes) -> Point:
    """Decode a public key and refuse the eight of small order (RFC 9381, section 5.4.5)."""
    point = decode_point(encoded, "the VRF public key")
    if has_small_order(point):
        raise WeakPointError("the VRF public key")
    return point


def _decode_proof(proof: bytes) -> tuple[Point, bytes, int]:
    """Split a proof into gamma, challenge and response (RFC 9381, section 5.4.4)."""
    if len(proof) != PROOF_BYTES:
        raise WrongLengthError("the VRF proof", PROOF_BYTES, len(proof))
    gamma = decode_point(proof[:POINT_BYTES], "the first part of the VRF proof")
    challenge = proof[POINT_BYTES : POINT_BYTES + _CHALLENGE_BYTES]
    response = int.from_bytes(proof[POINT_BYTES + _CHALLENGE_BYTES :], "little")
    if response >= ORDER:
        raise ScalarRangeError("the last part of the VRF proof")
    return gamma, challenge, response


def _encode_to_curve(key: bytes, alpha: bytes) -> tuple[Point, bytes]:
    """Hash an input to a point, trying counters in turn (RFC 9381, section 5.4.1.1)."""
    for counter in range(256):
        attempt = _SUITE + _ENCODE_TO_CURVE + key + alpha + bytes([counter]) + _END
        try:
            point = decode_point(hashlib.sha512(attempt).digest()[:POINT_BYTES])
        except NotAPointError:
            continue
        point = clear_cofactor(point)
        if not is_identity(point):
            return point, encode_point(point)
    # Each counter succeeds with probability about one half, so this is never reached.
    raise NotAPointError("the VRF input", "no counter gives a point")  # pragma: no cover


def _challenge(*points: bytes) -> bytes:
    """Hash five encoded points to a challenge (RFC 9381, section 5.4.3)."""
    digest = hashlib.sha512(_SUITE + _CHALLENGE + b"".join(points) + _END).digest()
    return digest[:_CHALLENGE_BYTES]
