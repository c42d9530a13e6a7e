"""Points of BLS12-381's group G1: the curve y^2 = x^3 + 4 over the prime field.

A point is its affine (x, y), or None for the point at infinity.

Source: draft-irtf-cfrg-pairing-friendly-curves-11, section 4.2.1 and appendix C.
"""

from lottery.beacon.bls12381_fields import ORDER, PRIME, fp_sqrt
from lottery.beacon.errors import NotAPointError, WeakPointError, WrongLengthError

G1Point = tuple[int, int] | None
_Jacobian = tuple[int, int, int]

G1_BYTES = 48

# The three top bits of an encoding, which the coordinate itself never needs.
COMPRESSED_FLAG = 0x80
INFINITY_FLAG = 0x40
SIGN_FLAG = 0x20
COORDINATE_BITS = 381

_CURVE_B = 4
_JACOBIAN_INFINITY: _Jacobian = (1, 1, 0)


def decode_g1(encoded: bytes, what: str = "the point") -> tuple[int, int]:
    """Decode a compressed point and check that it lies in the prime-order group.

    Args:
        encoded: 48 bytes: three flag bits, then the big-endian x coordinate.
        what: How an error calls the point.

    Returns:
        The affine point, never the point at infinity.

    Raises:
        BeaconError: The bytes are not a canonical encoding, or the point is the point at
            infinity or outside the prime-order group.

    Source: draft-irtf-cfrg-pairing-friendly-curves-11, appendix C; the subgroup check is
    required by draft-irtf-cfrg-bls-signature-05, section 2.7.
    """
    if len(encoded) != G1_BYTES:
        raise WrongLengthError(what, G1_BYTES, len(encoded))
    refuse_flags(encoded, what)
    x = int.from_bytes(encoded, "big") % (1 << COORDINATE_BITS)
    if x >= PRIME:
        raise NotAPointError(what, "its x coordinate is not reduced modulo the field prime")
    y = fp_sqrt((x * x * x + _CURVE_B) % PRIME)
    if y is None:
        raise NotAPointError(what, "no point has this x coordinate")
    if (y > PRIME // 2) != bool(encoded[0] & SIGN_FLAG):
        y = PRIME - y
    if g1_multiply(ORDER, (x, y)) is not None:
        raise WeakPointError(what)
    return (x, y)


def refuse_flags(encoded: bytes, what: str) -> None:
    """Refuse every form but that of a compressed point other than infinity.

    Args:
        encoded: At least one byte.
        what: How an error calls the point.

    Raises:
        BeaconError: The flags say uncompressed, or infinity.

    Source: draft-irtf-cfrg-pairing-friendly-curves-11, appendix C.
    """
    if not encoded[0] & COMPRESSED_FLAG:
        raise NotAPointError(what, "its first hexadecimal digit must be 8, 9, a or b")
    if encoded[0] & INFINITY_FLAG:
        raise WeakPointError(what)


def g1_add(left: G1Point, right: G1Point) -> G1Point:
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
    return _to_affine(_add_affine((left[0], left[1], 1), right))


def g1_negate(point: G1Point) -> G1Point:
    """Return the point that cancels another in a sum.

    Args:
        point: Any point of the curve.

    Returns:
        Its negative.

    Source: the chord-and-tangent law of a short Weierstrass curve.
    """
    return None if point is None else (point[0], -point[1] % PRIME)


def g1_multiply(scalar: int, point: G1Point) -> G1Point:
    """Add a point to itself many times.

    Args:
        scalar: How many times, at least 0.
        point: Any point of the curve.

    Returns:
        The multiple.

    Source: double-and-add in Jacobian coordinates (x = X/Z^2, y = Y/Z^3), which need no
    division on the way.
    """
    if point is None:
        return None
    total = _JACOBIAN_INFINITY
    for bit in f"{scalar:b}":
        total = _double(total)
        if bit == "1":
            total = _add_affine(total, point)
    return _to_affine(total)


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    xx = x * x % PRIME
    yy = y * y % PRIME
    slope = 3 * xx
    middle = 4 * x * yy
    new_x = (slope * slope - 2 * middle) % PRIME
    new_y = (slope * (middle - new_x) - 8 * yy * yy) % PRIME
    return (new_x, new_y, 2 * y * z % PRIME)


def _add_affine(point: _Jacobian, other: tuple[int, int]) -> _Jacobian:
    x1, y1, z1 = point
    if z1 == 0:
        return (other[0], other[1], 1)
    zz = z1 * z1 % PRIME
    run = (other[0] * zz - x1) % PRIME
    rise = (other[1] * zz * z1 - y1) % PRIME
    if run == 0:
        return _double(point) if rise == 0 else _JACOBIAN_INFINITY
    run2 = run * run % PRIME
    run3 = run2 * run % PRIME
    middle = x1 * run2 % PRIME
    new_x = (rise * rise - run3 - 2 * middle) % PRIME
    new_y = (rise * (middle - new_x) - y1 * run3) % PRIME
    return (new_x, new_y, z1 * run % PRIME)


def _to_affine(point: _Jacobian) -> G1Point:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, PRIME)
    inverse2 = inverse * inverse % PRIME
    return (x * inverse2 % PRIME, y * inverse2 * inverse % PRIME)
