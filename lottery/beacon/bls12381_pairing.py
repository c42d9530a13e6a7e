"""The optimal ate pairing of BLS12-381, shaped for checking signatures.

A point of G2 is turned once into the lines that the Miller loop needs; after that, any number
of products of pairings share one loop and one final exponentiation.

A point (x, y) of the twist stands for (x/w^2, y/w^3) on the curve over Fp12. A line of slope s
through it therefore has, at a point (X, Y) of G1, the value Y - y/w^3 - (s/w)(X - x/w^2). Times
w^3, which lies in a proper subfield and so vanishes in the final exponentiation, that is
(s*x - y) - s*X*w^2 + Y*w^3.

Source: draft-irtf-cfrg-pairing-friendly-curves-11, appendix A.2.
"""

from lottery.beacon.bls12381_fields import (
    FP12_ONE,
    PARAMETER,
    Fp2,
    Fp6,
    Fp12,
    fp2_mul,
    fp2_scale,
    fp2_sub,
    fp2_times_xi,
    fp6_add,
    fp6_mul_sparse,
    fp12_conjugate,
    fp12_frobenius,
    fp12_inverse,
    fp12_mul,
    fp12_square,
)
from lottery.beacon.bls12381_g1 import G1Point
from lottery.beacon.bls12381_g2 import G2Affine, chord_slope, third_point

Lines = tuple[tuple[Fp2, Fp2], ...]

_LOOP_BITS = f"{-PARAMETER:b}"[1:]


def prepare(point: G2Affine) -> Lines:
    """Compute the lines of a G2 point's Miller loop.

    Args:
        point: A point of the prime-order group.

    Returns:
        For each line in order its slope s and its constant s*x - y.

    Raises:
        ValueError: The point is not of the prime-order group.

    Source: draft-irtf-cfrg-pairing-friendly-curves-11, appendix A.2.
    """
    lines = []
    current = point
    for bit in _LOOP_BITS:
        for other in (None, point) if bit == "1" else (None,):
            target = current if other is None else other
            slope = chord_slope(current, target)
            if slope is None:
                raise ValueError("a point of the prime-order group never meets a vertical line")
            lines.append((slope, fp2_sub(fp2_mul(slope, current[0]), current[1])))
            current = third_point(current, target, slope)
    return tuple(lines)


def pairing_product(pairs: list[tuple[G1Point, Lines]]) -> Fp12:
    """Multiply the pairings of several pairs of points.

    The value is the usual reduced pairing to the power -3. Nothing is lost, since three does
    not divide the group order; the cube makes the last exponent short, and the inverse comes
    of running the loop over the absolute value of a negative parameter.

    Args:
        pairs: Points of G1's prime-order group, each with the lines of a point of G2.

    Returns:
        The product; one exactly where the usual product of pairings is one.

    Source: draft-irtf-cfrg-pairing-friendly-curves-11, appendix A.2.
    """
    finite = [(point, lines) for point, lines in pairs if point is not None]
    value = FP12_ONE
    step = 0
    for bit in _LOOP_BITS:
        value = fp12_square(value)
        for _ in range(2 if bit == "1" else 1):
            for (x, y), lines in finite:
                slope, constant = lines[step]
                value = _times_line(value, constant, fp2_scale(slope, -x), y)
            step += 1
    return _final_exponentiation(value)


def _times_line(value: Fp12, c0: Fp2, c1: Fp2, y: int) -> Fp12:
    """Multiply by c0 + c1*w^2 + y*w^3, a line evaluated at a point of G1."""
    even, odd = value
    new_even = fp6_add(fp6_mul_sparse(even, c0, c1), _times_v2_scaled(odd, y))
    new_odd = fp6_add(fp6_mul_sparse(odd, c0, c1), _times_v_scaled(even, y))
    return (new_even, new_odd)


def _times_v_scaled(a: Fp6, factor: int) -> Fp6:
    """Multiply by factor*v."""
    return (
        fp2_times_xi(fp2_scale(a[2], factor)),
        fp2_scale(a[0], factor),
        fp2_scale(a[1], factor),
    )


def _times_v2_scaled(a: Fp6, factor: int) -> Fp6:
    """Multiply by factor*v^2."""
    return (
        fp2_times_xi(fp2_scale(a[1], factor)),
        fp2_times_xi(fp2_scale(a[2], factor)),
        fp2_scale(a[0], factor),
    )


def _power_of_parameter(value: Fp12) -> Fp12:
    """Raise an element of norm one to the power of the (negative) curve parameter."""
    result = value
    for bit in _LOOP_BITS:
        result = fp12_square(result)
        if bit == "1":
            result = fp12_mul(result, value)
    return fp12_conjugate(result)


def _final_exponentiation(value: Fp12) -> Fp12:
    """Raise to the power 3*(p^12 - 1)/r.

    With t the parameter, 3*(p^4 - p^2 + 1)/r = (t - 1)^2 * (t + p) * (t^2 + p^2 - 1) + 3.

    Source: Hayashida, Hayasaka and Teruya, "Efficient Final Exponentiation via Cyclotomic
    Structure for Pairings over Families of Elliptic Curves" (2020), for BLS12.
    """
    value = fp12_mul(fp12_conjugate(value), fp12_inverse(value))
    value = fp12_mul(fp12_frobenius(fp12_frobenius(value)), value)
    # From here on the norm is one, so conjugation inverts.
    power = value
    for _ in range(2):
        power = fp12_mul(_power_of_parameter(power), fp12_conjugate(power))
    power = fp12_mul(_power_of_parameter(power), fp12_frobenius(power))
    shifted = fp12_mul(fp12_frobenius(fp12_frobenius(power)), fp12_conjugate(power))
    power = fp12_mul(_power_of_parameter(_power_of_parameter(power)), shifted)
    return fp12_mul(power, fp12_mul(value, fp12_square(value)))
