"""Arithmetic in the group of edwards25519, with strict decoding of points.

Points are tuples of extended homogeneous coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z and
x*y = T/Z. Python's integers do not hide how long an operation takes, so whoever uses a secret
scalar here does so on a machine of their own, not next to strangers.

Source: RFC 8032, sections 5.1 and 5.1.4; RFC 7748, section 4.1.
"""

from functools import cache

from lottery.beacon.errors import NotAPointError, WrongLengthError

Point = tuple[int, int, int, int]

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
POINT_BYTES = 32

_D = -121665 * pow(121666, -1, PRIME) % PRIME
_TWICE_D = 2 * _D % PRIME
_SQRT_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
_SIGN_BIT = 1 << 255

_WINDOW_BITS = 4
_WINDOW_MASK = (1 << _WINDOW_BITS) - 1
_SCALAR_WINDOWS = 256 // _WINDOW_BITS

IDENTITY: Point = (0, 1, 1, 0)


def _recover_x(y: int, sign: int, what: str) -> int:
    """Find the x of the curve point with this y and sign (RFC 8032, section 5.1.3)."""
    numerator = (y * y - 1) % PRIME
    denominator = (_D * y * y + 1) % PRIME
    # A candidate for the square root of numerator/denominator, without a division.
    cube = denominator * denominator * denominator % PRIME
    seventh = cube * cube * denominator % PRIME
    x = numerator * cube * pow(numerator * seventh, (PRIME - 5) // 8, PRIME) % PRIME
    square = denominator * x * x % PRIME
    if square == PRIME - numerator:
        x = x * _SQRT_MINUS_ONE % PRIME
    elif square != numerator:
        raise NotAPointError(what, "no point has this y coordinate")
    if x == 0 and sign:
        raise NotAPointError(what, "zero has no negative")
    return PRIME - x if x & 1 != sign else x


def decode_point(encoded: bytes, what: str = "the point") -> Point:
    """Decode a point, accepting its one canonical encoding only.

    Args:
        encoded: 32 bytes, little-endian y with the sign of x in the top bit.
        what: How an error calls the point.

    Returns:
        The point, not necessarily in the prime-order group.

    Raises:
        BeaconError: The bytes are not the canonical encoding of a curve point.

    Source: RFC 8032, section 5.1.3, which RFC 9381, section 5.5, calls string_to_point.
    """
    if len(encoded) != POINT_BYTES:
        raise WrongLengthError(what, POINT_BYTES, len(encoded))
    number = int.from_bytes(encoded, "little")
    sign = number >> 255
    y = number & (_SIGN_BIT - 1)
    if y >= PRIME:
        raise NotAPointError(what, "its y coordinate is not reduced modulo the field prime")
    x = _recover_x(y, sign, what)
    return (x, y, 1, x * y % PRIME)


def encode_point(point: Point) -> bytes:
    """Encode a point in its canonical 32 bytes.

    Args:
        point: Any point.

    Returns:
        32 bytes, little-endian y with the sign of x in the top bit.

    Source: RFC 8032, section 5.1.2.
    """
    inverse = pow(point[2], -1, PRIME)
    x = point[0] * inverse % PRIME
    y = point[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(POINT_BYTES, "little")


def add(left: Point, right: Point) -> Point:
    """Add two points; the formula is complete, so it has no special cases.

    Args:
        left: Any point.
        right: Any point, also the same one or its negative.

    Returns:
        Their sum.

    Source: RFC 8032, section 5.1.4.
    """
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a = (y1 - x1) * (y2 - x2) % PRIME
    b = (y1 + x1) * (y2 + x2) % PRIME
    c = t1 * t2 % PRIME * _TWICE_D % PRIME
    d = 2 * z1 * z2 % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def double(point: Point) -> Point:
    """Add a point to itself, a little faster than ``add`` would.

    Args:
        point: Any point.

    Returns:
        Twice the point.

    Source: RFC 8032, section 5.1.4.
    """
    x, y, z, _ = point
    a = x * x
    b = y * y
    h = a + b
    e = h - (x + y) * (x + y)
    g = a - b
    f = (2 * z * z + g) % PRIME
    e, g, h = e % PRIME, g % PRIME, h % PRIME
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def negate(point: Point) -> Point:
    """Return the point that cancels another in a sum.

    Args:
        point: Any point.

    Returns:
        Its negative.

    Source: RFC 8032, section 5.1.4: the negative of (x, y) is (-x, y).
    """
    x, y, z, t = point
    return (PRIME - x, y, z, PRIME - t)


def multiply(scalar: int, point: Point) -> Point:
    """Add a point to itself many times.

    Args:
        scalar: How many times, from 0 to 2^256-1.
        point: Any point.

    Returns:
        The multiple.

    Source: RFC 8032, section 5.1.4; four bits of the scalar at a time.
    """
    small_multiples = _small_multiples(point)
    total = IDENTITY
    for shift in range(_WINDOW_BITS * (_SCALAR_WINDOWS - 1), -1, -_WINDOW_BITS):
        if total is not IDENTITY:
            for _ in range(_WINDOW_BITS):
                total = double(total)
        window = scalar >> shift & _WINDOW_MASK
        if window:
            total = add(total, small_multiples[window])
    return total


def multiply_base(scalar: int) -> Point:
    """Multiply the generator, using a table that is made once per process.

    Args:
        scalar: How many times, from 0 to 2^256-1.

    Returns:
        The multiple.

    Source: RFC 8032, section 5.1, table 1 (the base point B).
    """
    total = IDENTITY
    for position, multiples in enumerate(_base_table()):
        window = scalar >> _WINDOW_BITS * position & _WINDOW_MASK
        if window:
            total = add(total, multiples[window])
    return total


def clear_cofactor(point: Point) -> Point:
    """Multiply by the cofactor 8, which strips whatever small-order part a point has.

    Args:
        point: Any point.

    Returns:
        Eight times the point, always in the prime-order group.

    Source: RFC 9381, section 5.5 (cofactor = 8).
    """
    return double(double(double(point)))


def is_identity(point: Point) -> bool:
    """Say whether a point is the neutral element.

    Args:
        point: Any point.

    Returns:
        True for (0, 1) in any coordinates.

    Source: RFC 8032, section 5.1.4.
    """
    return point[0] % PRIME == 0 and (point[1] - point[2]) % PRIME == 0


def has_small_order(point: Point) -> bool:
    """Say whether a point is one of the eight whose order divides the cofactor.

    Args:
        point: Any point.

    Returns:
        True if eight times the point is the identity.

    Source: RFC 9381, section 5.4.5.
    """
    return is_identity(clear_cofactor(point))


def _small_multiples(point: Point) -> list[Point]:
    """Return 0, 1, ... 15 times a point."""
    multiples = [IDENTITY, point]
    for _ in range(_WINDOW_MASK - 1):
        multiples.append(add(multiples[-1], point))
    return multiples


@cache
def _base_table() -> list[list[Point]]:
    """Return the small multiples of 16^0 B, 16^1 B, ... 16^63 B."""
    # RFC 8032, section 5.1: B is the point with y = 4/5 and even x.
    y = 4 * pow(5, -1, PRIME) % PRIME
    step = decode_point(y.to_bytes(POINT_BYTES, "little"))
    table = []
    for _ in range(_SCALAR_WINDOWS):
        multiples = _small_multiples(step)
        table.append(multiples)
        step = add(multiples[-1], step)
    return table
