"""Points of BLS12-381's group G2: the curve y^2 = x^3 + 4(1 + u) over Fp2.

Only public keys live here, and one chain has one key, so points stay affine and plain: a key
is decoded once per process. A point is its affine (x, y), or None for the point at infinity.

Source: draft-irtf-cfrg-pairing-friendly-curves-11, section 4.2.1 and appendix C.
"""

from lottery.beacon.bls12381_fields import (
    FP2_ZERO,
    ORDER,
    PRIME,
    Fp2,
    fp2_add,
    fp2_inverse,
    fp2_mul,
    fp2_scale,
    fp2_sqrt,
    fp2_square,
    fp2_sub,
)
from lottery.beacon.bls12381_g1 import COORDINATE_BITS, SIGN_FLAG, refuse_flags
from lottery.beacon.errors import NotAPointError, WeakPointError, WrongLengthError

G2Affine = tuple[Fp2, Fp2]
G2Point = G2Affine | None

G2_BYTES = 96

_CURVE_B: Fp2 = (4, 4)


def decode_g2(encoded: bytes, what: str = "the point") -> G2Affine:
    """Decode a compressed point and check that it lies in the prime-order group.

    Args:
        encoded: 96 bytes: three flag bits, then x, its coefficient of u first.
        what: How an error calls the point.

    Returns:
        The affine point, never the point at infinity.

    Raises:
        BeaconError: The bytes are not a canonical encoding, or the point is the point at
            infinity or outside the prime-order group.

    Source: draft-irtf-cfrg-pairing-friendly-curves-11, appendix C; key validation is
    required by draft-irtf-cfrg-bls-signature-05, section 2.5.
    """
    if len(encoded) != G2_BYTES:
        raise WrongLengthError(what, G2_BYTES, len(encoded))
    refuse_flags(encoded, what)
    half = G2_BYTES // 2
    x_u = int.from_bytes(encoded[:half], "big") % (1 << COORDINATE_BITS)
    x_1 = int.from_bytes(encoded[half:], "big")
    if x_u >= PRIME or x_1 >= PRIME:
        raise NotAPointError(what, "its x coordinate is not reduced modulo the field prime")
    x = (x_1, x_u)
    y = fp2_sqrt(fp2_add(fp2_mul(fp2_square(x), x), _CURVE_B))
    if y is None:
        raise NotAPointError(what, "no point has this x coordinate")
    if _is_larger_root(y) != bool(encoded[0] & SIGN_FLAG):
        y = fp2_sub(FP2_ZERO, y)
    if g2_multiply(ORDER, (x, y)) is not None:
        raise WeakPointError(what)
    return (x, y)


def chord_slope(left: G2Affine, right: G2Affine) -> Fp2 | None:
    """Return the slope of the line through two points, or None where it is vertical.

    Args:
        left: A point of the curve.
        right: A point of the curve; the same one gives the tangent.

    Returns:
        The slope, None if the points are each other's negatives.

    Source: the chord-and-tangent law of a short Weierstrass curve.
    """
    if left[0] != right[0]:
        run = fp2_inverse(fp2_sub(right[0], left[0]))
        return fp2_mul(fp2_sub(right[1], left[1]), run)
    if left[1] != right[1] or left[1] == FP2_ZERO:
        return None
    return fp2_mul(fp2_scale(fp2_square(left[0]), 3), fp2_inverse(fp2_scale(left[1], 2)))


def third_point(left: G2Affine, right: G2Affine, slope: Fp2) -> G2Affine:
    """Add two points whose line has a known slope.

    Args:
        left: A point of the curve.
        right: A point of the curve.
        slope: Their ``chord_slope``.

    Returns:
        Their sum.

    Source: the chord-and-tangent law of a short Weierstrass curve.
    """
    x = fp2_sub(fp2_square(slope), fp2_add(left[0], right[0]))
    return (x, fp2_sub(fp2_mul(slope, fp2_sub(left[0], x)), left[1]))


def g2_add(left: G2Point, right: G2Point) -> G2Point:
    """Add two points.

    Args:
        left: Any point of the curve.
        right: Any point of the curve.

    Returns:
        Their sum.

    Source: the chord-and-tangent law of a short Weierstrass curve.
    """
    if left is None:
        return right
    if right is None:
        return left
    slope = chord_slope(left, right)
    return None if slope is None else third_point(left, right, slope)


def g2_multiply(scalar: int, point: G2Point) -> G2Point:
    """Add a point to itself many times.

    Args:
        scalar: How many times, at least 0.
        point: Any point of the curve.

    Returns:
        The multiple.

    Source: double-and-add.
    """
    total: G2Point = None
    for bit in f"{scalar:b}":
        total = g2_add(total, total)
        if bit == "1":
            total = g2_add(total, point)
    return total


def _is_larger_root(y: Fp2) -> bool:
    """Say whether y is the larger of y and -y, comparing the coefficient of u first."""
    return (y[1] or y[0]) > PRIME // 2
