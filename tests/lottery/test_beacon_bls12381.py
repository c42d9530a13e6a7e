"""BLS12-381: the vectors of RFC 9380, the laws of fields, groups and pairing, bad encodings."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.beacon import bls12381
from lottery.beacon import bls12381_fields as fields
from lottery.beacon import bls12381_g1 as g1
from lottery.beacon import bls12381_g2 as g2
from lottery.beacon.bls12381_hash import (
    expand_message_xmd,
    hash_to_field,
    hash_to_g1,
    map_to_curve,
)
from lottery.beacon.bls12381_pairing import pairing_product, prepare
from lottery.beacon.errors import BeaconError, NotAPointError, WeakPointError, WrongLengthError

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "rfc9380-bls12381g1.json").read_text()
)
HASH_VECTORS = VECTORS["vectors"]
EXPAND_VECTORS = VECTORS["expand_message_xmd"]["vectors"]
P, R = fields.PRIME, fields.ORDER

# draft-irtf-cfrg-pairing-friendly-curves-11, section 4.2.1: the generator of G1, compressed.
G1_GENERATOR = g1.decode_g1(
    bytes.fromhex(
        "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905"
        "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    )
)
G2_GENERATOR = g2.decode_g2(bls12381.G2_GENERATOR)

fp = st.integers(0, P - 1)
fp2 = st.tuples(fp, fp)
fp6 = st.tuples(fp2, fp2, fp2)
fp12 = st.tuples(fp6, fp6)
small = st.integers(1, 30)


def encode_g1(point: tuple[int, int]) -> bytes:
    x, y = point
    flags = 0x80 | (0x20 if y > P // 2 else 0)
    return bytes([flags | x >> 376]) + (x % (1 << 376)).to_bytes(47, "big")


def encode_g2(point: g2.G2Affine) -> bytes:
    (x_1, x_u), (y_1, y_u) = point
    flags = 0x80 | (0x20 if (y_u or y_1) > P // 2 else 0)
    return bytes([flags | x_u >> 376]) + (x_u % (1 << 376)).to_bytes(47, "big") + x_1.to_bytes(48)


def power(base: fields.Fp12, exponent: int) -> fields.Fp12:
    result = fields.FP12_ONE
    for bit in f"{exponent:b}":
        result = fields.fp12_square(result)
        if bit == "1":
            result = fields.fp12_mul(result, base)
    return result


def pairing(left: g1.G1Point, right: g2.G2Point) -> fields.Fp12:
    return pairing_product([(left, prepare(right))])


# --- Constants ---------------------------------------------------------------------------


def test_prime_and_order_follow_from_the_parameter():
    assert hex(P) == VECTORS["field_prime"]
    assert f"{R:x}" == "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"
    assert (P**4 - P**2 + 1) % R == 0


def test_the_short_exponent_is_three_times_the_long_one():
    t = fields.PARAMETER

    assert (t - 1) ** 2 * (t + P) * (t**2 + P**2 - 1) + 3 == 3 * ((P**4 - P**2 + 1) // R)
    assert R % 3 != 0


# --- Hashing to the curve ----------------------------------------------------------------


@pytest.mark.parametrize("vector", EXPAND_VECTORS, ids=lambda v: v["msg"][:8] + v["len_in_bytes"])
def test_rfc_9380_appendix_k_1(vector):
    tag = VECTORS["expand_message_xmd"]["dst"].encode()
    length = int(vector["len_in_bytes"], 16)

    uniform = expand_message_xmd(vector["msg"].encode(), tag, length)

    assert uniform.hex() == vector["uniform_bytes"]


@pytest.mark.parametrize("vector", HASH_VECTORS, ids=lambda v: v["msg"][:8] or "empty")
def test_rfc_9380_appendix_j_9_1(vector):
    message, tag = vector["msg"].encode(), VECTORS["dst"].encode()

    elements = hash_to_field(message, tag)

    assert [f"0x{element:096x}" for element in elements] == vector["u"]
    for element, name in zip(elements, ("Q0", "Q1"), strict=True):
        assert map_to_curve(element) == tuple(int(vector[name][axis], 16) for axis in "xy")
    assert hash_to_g1(message, tag) == tuple(int(vector["P"][axis], 16) for axis in "xy")


@given(message=st.binary(max_size=64))
@settings(max_examples=10, deadline=None)
def test_hashes_lie_in_the_prime_order_group(message):
    point = hash_to_g1(message, b"a tag")

    assert point is not None
    assert g1.decode_g1(encode_g1(point)) == point


def test_zero_maps_to_the_curve_too():
    # The one element that divides by zero in the general formula.
    x, y = map_to_curve(0)

    assert (y * y - x**3 - 4) % P == 0


@pytest.mark.parametrize(("tag", "length"), [(bytes(256), 32), (b"tag", 8161)])
def test_expanding_too_far_is_the_callers_mistake(tag, length):
    with pytest.raises(ValueError, match="at most 8160 bytes"):
        expand_message_xmd(b"", tag, length)


# --- Fields ------------------------------------------------------------------------------


@given(a=fp12, b=fp12, c=fp12)
@settings(max_examples=10, deadline=None)
def test_fp12_is_a_commutative_ring(a, b, c):
    mul = fields.fp12_mul
    total = tuple(fields.fp6_add(x, y) for x, y in zip(b, c, strict=True))
    separate = zip(mul(a, b), mul(a, c), strict=True)

    assert mul(a, b) == mul(b, a)
    assert mul(mul(a, b), c) == mul(a, mul(b, c))
    assert mul(a, total) == tuple(fields.fp6_add(x, y) for x, y in separate)
    assert fields.fp12_square(a) == mul(a, a)


@given(a=fp12)
@settings(max_examples=10, deadline=None)
def test_fp12_inverses_invert(a):
    if a != (fields.FP6_ZERO, fields.FP6_ZERO):
        assert fields.fp12_mul(a, fields.fp12_inverse(a)) == fields.FP12_ONE


@given(a=fp12)
@settings(max_examples=3, deadline=None)
def test_frobenius_is_the_power_of_the_prime(a):
    sixth = a
    for _ in range(6):
        sixth = fields.fp12_frobenius(sixth)

    assert fields.fp12_frobenius(a) == power(a, P)
    assert fields.fp12_conjugate(a) == sixth


@given(a=fp2)
@settings(max_examples=15, deadline=None)
def test_fp2_roots_are_roots(a):
    square = fields.fp2_mul(a, a)

    assert fields.fp2_square(a) == square
    assert fields.fp2_sqrt(square) in (a, fields.fp2_sub(fields.FP2_ZERO, a))


@pytest.mark.parametrize("a", [(0, 0), (4, 0), (P - 4, 0), (2, 0), (P - 2, 0), (5, 0), (0, 8)])
def test_fp2_roots_of_special_shapes(a):
    # Every element of the prime field is a square in Fp2, with one part of its root zero.
    root = fields.fp2_sqrt(a)

    assert root is not None
    assert fields.fp2_square(root) == a


def test_xi_is_not_a_square():
    assert fields.fp2_sqrt((1, 1)) is None


# --- Groups ------------------------------------------------------------------------------


@given(a=small, b=small)
@settings(max_examples=15, deadline=None)
def test_multiples_in_g1_add_up(a, b):
    left, right = g1.g1_multiply(a, G1_GENERATOR), g1.g1_multiply(b, G1_GENERATOR)

    assert g1.g1_add(left, right) == g1.g1_multiply(a + b, G1_GENERATOR)
    assert g1.g1_add(left, g1.g1_negate(left)) is None
    assert g1.g1_add(left, None) == left == g1.g1_add(None, left)


@given(a=small, b=small)
@settings(max_examples=15, deadline=None)
def test_multiples_in_g2_add_up(a, b):
    left, right = g2.g2_multiply(a, G2_GENERATOR), g2.g2_multiply(b, G2_GENERATOR)

    assert g2.g2_add(left, right) == g2.g2_multiply(a + b, G2_GENERATOR)
    assert g2.g2_add(left, (left[0], fields.fp2_sub(fields.FP2_ZERO, left[1]))) is None
    assert g2.decode_g2(encode_g2(left)) == left


def test_infinity_stays_infinity():
    assert g1.g1_negate(None) is None
    assert g1.g1_multiply(5, None) is None
    assert g1.g1_multiply(0, G1_GENERATOR) is None
    assert g2.g2_multiply(5, None) is None


# --- Pairing -----------------------------------------------------------------------------


@given(a=small, b=small)
@settings(max_examples=6, deadline=None)
def test_the_pairing_is_bilinear(a, b):
    once = pairing(G1_GENERATOR, G2_GENERATOR)
    left, right = g1.g1_multiply(a, G1_GENERATOR), g2.g2_multiply(b, G2_GENERATOR)

    assert pairing(left, right) == power(once, a * b)


def test_the_pairing_is_not_degenerate_and_has_the_groups_order():
    once = pairing(G1_GENERATOR, G2_GENERATOR)

    assert once != fields.FP12_ONE
    assert power(once, R) == fields.FP12_ONE


def test_a_product_of_pairings_is_the_product():
    lines = prepare(G2_GENERATOR)
    two, three = (g1.g1_multiply(n, G1_GENERATOR) for n in (2, 3))
    both = pairing_product([(two, lines), (three, lines), (None, lines)])

    assert both == pairing(g1.g1_multiply(5, G1_GENERATOR), G2_GENERATOR)
    assert pairing_product([(two, lines), (g1.g1_negate(two), lines)]) == fields.FP12_ONE
    assert pairing_product([]) == fields.FP12_ONE


def test_a_point_of_order_two_has_no_lines():
    with pytest.raises(ValueError, match="vertical"):
        prepare(((1, 0), (0, 0)))


# --- Signatures --------------------------------------------------------------------------


@given(secret=st.integers(1, 1000), message=st.binary(max_size=40))
@settings(max_examples=4, deadline=None)
def test_own_signatures_match_and_others_do_not(secret, message):
    key = encode_g2(g2.g2_multiply(secret, G2_GENERATOR))
    hashed = hash_to_g1(message, bls12381.SIGNATURE_TAG)
    signature = encode_g1(g1.g1_multiply(secret, hashed))
    another = encode_g1(g1.g1_multiply(secret + 1, hashed))

    assert bls12381.signature_matches(key, message, signature)
    assert not bls12381.signature_matches(key, message + b"!", signature)
    assert not bls12381.signature_matches(key, message, another)


# --- Encodings ---------------------------------------------------------------------------


@pytest.mark.parametrize("x", [P, P + 1, 2**381 - 1])
def test_g1_coordinates_that_are_not_reduced_are_refused(x):
    with pytest.raises(NotAPointError, match="not reduced"):
        g1.decode_g1(encode_g1((x, 0)))


@pytest.mark.parametrize(("x_1", "x_u"), [(P, 0), (2**384 - 1, 0), (0, P), (0, 2**381 - 1)])
def test_g2_coordinates_that_are_not_reduced_are_refused(x_1, x_u):
    with pytest.raises(NotAPointError, match="not reduced"):
        g2.decode_g2(encode_g2(((x_1, x_u), (0, 0))))


def test_points_off_the_curve_are_refused():
    with pytest.raises(NotAPointError, match="no point has this x"):
        g1.decode_g1(encode_g1((1, 0)))
    with pytest.raises(NotAPointError, match="no point has this x"):
        g2.decode_g2(encode_g2(((1, 0), (0, 0))))


@pytest.mark.parametrize("y", [2, P - 2])
def test_the_g1_point_of_order_three_is_refused(y):
    # (0, 2) satisfies y^2 = x^3 + 4; three times it is infinity.
    with pytest.raises(WeakPointError):
        g1.decode_g1(encode_g1((0, y)))


def test_a_signature_with_a_small_order_part_added_is_refused():
    # The pairing alone would not notice: 3 divides the cofactor, and the part pairs to one.
    twisted = g1.g1_add(G1_GENERATOR, (0, 2))

    with pytest.raises(WeakPointError):
        g1.decode_g1(encode_g1(twisted))


def test_a_g2_point_outside_the_group_is_refused():
    def y_of(x):
        return fields.fp2_sqrt(fields.fp2_add(fields.fp2_mul(fields.fp2_square(x), x), (4, 4)))

    x, y = next(((n, 0), y_of((n, 0))) for n in range(1, 50) if y_of((n, 0)))

    with pytest.raises(WeakPointError):
        g2.decode_g2(encode_g2((x, y)))


@pytest.mark.parametrize("flags", [0x40, 0xC0, 0xE0])
def test_infinity_in_any_form_is_refused(flags):
    for decode, length in ((g1.decode_g1, 48), (g2.decode_g2, 96)):
        with pytest.raises(BeaconError):
            decode(bytes([flags]) + bytes(length - 1))


def test_an_uncompressed_point_is_refused():
    whole = encode_g1(G1_GENERATOR)

    with pytest.raises(NotAPointError, match="first hexadecimal digit"):
        g1.decode_g1(bytes([whole[0] & 0x7F]) + whole[1:])


@pytest.mark.parametrize("length", [0, 47, 49, 96])
def test_wrong_lengths_are_refused(length):
    with pytest.raises(WrongLengthError, match=f"48 bytes, this one has {length}"):
        g1.decode_g1(bytes(length))
    with pytest.raises(WrongLengthError, match=f"96 bytes, this one has {length + 1}"):
        g2.decode_g2(bytes(length + 1))


@given(encoded=st.binary(min_size=48, max_size=48))
@settings(max_examples=30, deadline=None)
def test_decoding_either_round_trips_or_is_refused(encoded):
    try:
        point = g1.decode_g1(encoded)
    except BeaconError:
        return
    assert encode_g1(point) == encoded


@pytest.mark.parametrize(
    ("y", "larger"),
    [((P - 1, 1), False), ((1, P - 1), True), ((P - 1, 0), True), ((1, 0), False)],
)
def test_the_larger_root_is_told_by_the_coefficient_of_u_first(y, larger):
    assert g2._is_larger_root(y) == larger


@pytest.mark.parametrize("multiple", range(1, 9))
def test_both_signs_round_trip(multiple):
    point = g1.g1_multiply(multiple, G1_GENERATOR)
    negative = g1.g1_negate(point)

    assert g1.decode_g1(encode_g1(point)) == point
    assert g1.decode_g1(encode_g1(negative)) == negative
