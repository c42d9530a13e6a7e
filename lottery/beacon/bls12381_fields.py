"""The tower of fields over which BLS12-381 pairs its points.

Fp2 = Fp[u]/(u^2 + 1), Fp6 = Fp2[v]/(v^3 - (1 + u)), Fp12 = Fp6[w]/(w^2 - v). Elements are
plain tuples of integers from 0 to p - 1, because a check multiplies some ten thousand of them;
every function takes and returns reduced elements.

Source: draft-irtf-cfrg-pairing-friendly-curves-11, sections 2.5 and 4.2.1.
"""

Fp2 = tuple[int, int]
Fp6 = tuple[Fp2, Fp2, Fp2]
Fp12 = tuple[Fp6, Fp6]

# The curve's parameter t; every other constant of BLS12-381 follows from it.
PARAMETER = -0xD201000000010000
ORDER = PARAMETER**4 - PARAMETER**2 + 1
PRIME = (PARAMETER - 1) ** 2 * ORDER // 3 + PARAMETER

FP2_ZERO: Fp2 = (0, 0)
FP2_ONE: Fp2 = (1, 0)
FP6_ZERO: Fp6 = (FP2_ZERO, FP2_ZERO, FP2_ZERO)
FP6_ONE: Fp6 = (FP2_ONE, FP2_ZERO, FP2_ZERO)
FP12_ONE: Fp12 = (FP6_ONE, FP6_ZERO)


def fp_sqrt(square: int) -> int | None:
    """Take a square root modulo the field prime, or return None if there is none.

    Source: RFC 9380, appendix I.1; the prime is 3 modulo 4.
    """
    root = pow(square, (PRIME + 1) // 4, PRIME)
    return root if (root * root - square) % PRIME == 0 else None


def fp2_add(a: Fp2, b: Fp2) -> Fp2:
    """Add in Fp2."""
    return ((a[0] + b[0]) % PRIME, (a[1] + b[1]) % PRIME)


def fp2_sub(a: Fp2, b: Fp2) -> Fp2:
    """Subtract in Fp2."""
    return ((a[0] - b[0]) % PRIME, (a[1] - b[1]) % PRIME)


def fp2_scale(a: Fp2, factor: int) -> Fp2:
    """Multiply an element of Fp2 by an integer."""
    return (a[0] * factor % PRIME, a[1] * factor % PRIME)


def fp2_mul(a: Fp2, b: Fp2) -> Fp2:
    """Multiply in Fp2, with three integer products instead of four."""
    low = a[0] * b[0]
    high = a[1] * b[1]
    return (
        (low - high) % PRIME,
        ((a[0] + a[1]) * (b[0] + b[1]) - low - high) % PRIME,
    )


def fp2_square(a: Fp2) -> Fp2:
    """Square in Fp2."""
    return ((a[0] + a[1]) * (a[0] - a[1]) % PRIME, 2 * a[0] * a[1] % PRIME)


def fp2_conjugate(a: Fp2) -> Fp2:
    """Raise an element of Fp2 to the power of the field prime."""
    return (a[0], -a[1] % PRIME)


def fp2_inverse(a: Fp2) -> Fp2:
    """Invert in Fp2; zero has no inverse and raises ValueError."""
    inverse_norm = pow(a[0] * a[0] + a[1] * a[1], -1, PRIME)
    return (a[0] * inverse_norm % PRIME, -a[1] * inverse_norm % PRIME)


def fp2_power(a: Fp2, exponent: int) -> Fp2:
    """Raise an element of Fp2 to a power of at least zero."""
    result = FP2_ONE
    for bit in f"{exponent:b}":
        result = fp2_square(result)
        if bit == "1":
            result = fp2_mul(result, a)
    return result


def fp2_sqrt(square: Fp2) -> Fp2 | None:
    """Take a square root in Fp2, or return None if there is none.

    With n the norm of the square, the root's first part squares to (a + sqrt(n))/2 or to
    (a - sqrt(n))/2, and the second part follows from the first.

    Source: the identity (x + yu)^2 = (x^2 - y^2) + 2xyu, solved for x and y.
    """
    a, b = square
    norm_root = fp_sqrt((a * a + b * b) % PRIME)
    if norm_root is None:
        return None
    half = (PRIME + 1) // 2
    for root_of_norm in (norm_root, -norm_root):
        x = fp_sqrt((a + root_of_norm) * half % PRIME)
        if x is None:
            continue
        y = b * pow(2 * x, -1, PRIME) % PRIME if x else fp_sqrt(-a % PRIME)
        if y is not None and fp2_square((x, y)) == square:
            return (x, y)
    return None


def fp2_times_xi(a: Fp2) -> Fp2:
    """Multiply by xi = 1 + u, the constant that v^3 stands for."""
    return ((a[0] - a[1]) % PRIME, (a[0] + a[1]) % PRIME)


def fp6_add(a: Fp6, b: Fp6) -> Fp6:
    """Add in Fp6."""
    return (fp2_add(a[0], b[0]), fp2_add(a[1], b[1]), fp2_add(a[2], b[2]))


def fp6_sub(a: Fp6, b: Fp6) -> Fp6:
    """Subtract in Fp6."""
    return (fp2_sub(a[0], b[0]), fp2_sub(a[1], b[1]), fp2_sub(a[2], b[2]))


def fp6_negate(a: Fp6) -> Fp6:
    """Negate in Fp6."""
    return fp6_sub(FP6_ZERO, a)


def fp6_times_v(a: Fp6) -> Fp6:
    """Multiply by v, the constant that w^2 stands for."""
    return (fp2_times_xi(a[2]), a[0], a[1])


def fp6_mul(a: Fp6, b: Fp6) -> Fp6:
    """Multiply in Fp6, with six products in Fp2 instead of nine."""
    a0, a1, a2 = a
    b0, b1, b2 = b
    t0, t1, t2 = fp2_mul(a0, b0), fp2_mul(a1, b1), fp2_mul(a2, b2)
    cross12 = fp2_sub(fp2_mul(fp2_add(a1, a2), fp2_add(b1, b2)), fp2_add(t1, t2))
    cross01 = fp2_sub(fp2_mul(fp2_add(a0, a1), fp2_add(b0, b1)), fp2_add(t0, t1))
    cross02 = fp2_sub(fp2_mul(fp2_add(a0, a2), fp2_add(b0, b2)), fp2_add(t0, t2))
    return (
        fp2_add(t0, fp2_times_xi(cross12)),
        fp2_add(cross01, fp2_times_xi(t2)),
        fp2_add(cross02, t1),
    )


def fp6_mul_sparse(a: Fp6, b0: Fp2, b1: Fp2) -> Fp6:
    """Multiply in Fp6 by b0 + b1*v."""
    a0, a1, a2 = a
    t0, t1 = fp2_mul(a0, b0), fp2_mul(a1, b1)
    cross = fp2_sub(fp2_mul(fp2_add(a0, a1), fp2_add(b0, b1)), fp2_add(t0, t1))
    return (
        fp2_add(t0, fp2_times_xi(fp2_mul(a2, b1))),
        cross,
        fp2_add(fp2_mul(a2, b0), t1),
    )


def fp6_inverse(a: Fp6) -> Fp6:
    """Invert in Fp6; zero has no inverse and raises ValueError.

    Source: the adjugate of multiplication by a, divided by its determinant.
    """
    a0, a1, a2 = a
    c0 = fp2_sub(fp2_square(a0), fp2_times_xi(fp2_mul(a1, a2)))
    c1 = fp2_sub(fp2_times_xi(fp2_square(a2)), fp2_mul(a0, a1))
    c2 = fp2_sub(fp2_square(a1), fp2_mul(a0, a2))
    wrapped = fp2_times_xi(fp2_add(fp2_mul(a2, c1), fp2_mul(a1, c2)))
    inverse = fp2_inverse(fp2_add(fp2_mul(a0, c0), wrapped))
    return (fp2_mul(c0, inverse), fp2_mul(c1, inverse), fp2_mul(c2, inverse))


def fp12_mul(a: Fp12, b: Fp12) -> Fp12:
    """Multiply in Fp12, with three products in Fp6 instead of four."""
    low = fp6_mul(a[0], b[0])
    high = fp6_mul(a[1], b[1])
    both = fp6_mul(fp6_add(a[0], a[1]), fp6_add(b[0], b[1]))
    return (fp6_add(low, fp6_times_v(high)), fp6_sub(both, fp6_add(low, high)))


def fp12_square(a: Fp12) -> Fp12:
    """Square in Fp12, with two products in Fp6."""
    a0, a1 = a
    product = fp6_mul(a0, a1)
    both = fp6_mul(fp6_add(a0, a1), fp6_add(a0, fp6_times_v(a1)))
    return (
        fp6_sub(both, fp6_add(product, fp6_times_v(product))),
        fp6_add(product, product),
    )


def fp12_conjugate(a: Fp12) -> Fp12:
    """Raise to the power p^6, which inverts every element of norm one."""
    return (a[0], fp6_negate(a[1]))


def fp12_inverse(a: Fp12) -> Fp12:
    """Invert in Fp12; zero has no inverse and raises ValueError."""
    a0, a1 = a
    norm = fp6_sub(fp6_mul(a0, a0), fp6_times_v(fp6_mul(a1, a1)))
    inverse = fp6_inverse(norm)
    return (fp6_mul(a0, inverse), fp6_negate(fp6_mul(a1, inverse)))


# w^p = w * xi^((p - 1)/6), so the coefficient of w^i gains the i-th power of that constant.
_FROBENIUS = [fp2_power((1, 1), power * (PRIME - 1) // 6) for power in range(6)]


def fp12_frobenius(a: Fp12) -> Fp12:
    """Raise an element of Fp12 to the power of the field prime."""
    even, odd = (
        tuple(
            fp2_mul(fp2_conjugate(part), _FROBENIUS[2 * place + parity])
            for place, part in enumerate(a[parity])
        )
        for parity in (0, 1)
    )
    return ((even[0], even[1], even[2]), (odd[0], odd[1], odd[2]))
