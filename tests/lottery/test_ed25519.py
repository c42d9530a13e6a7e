"""Ed25519 signatures, compared with an independent implementation and with hostile input."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.beacon import ed25519
from lottery.beacon import edwards25519 as group
from lottery.beacon.errors import BeaconError, NotAPointError, WrongLengthError

SECRET = bytes(range(32))
MESSAGE = "摇号公告".encode()

secrets = st.binary(min_size=32, max_size=32)
scalars = st.integers(0, 2**256 - 1)


def accepted_by_cryptography(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def small_order_points() -> list[group.Point]:
    """All eight points of order 1, 2, 4 and 8, found rather than listed."""
    for y in range(2, 100):
        try:
            point = group.decode_point(y.to_bytes(32, "little"))
        except NotAPointError:
            continue
        generator = group.multiply(group.ORDER, point)
        multiples = [group.multiply(n, generator) for n in range(8)]
        if len({group.encode_point(p) for p in multiples}) == 8:
            return multiples
    raise AssertionError("no generator of the small-order group below 100")


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [
        # RFC 8032, section 7.1, tests 1 to 3.
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            (
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ),
    ],
)
def test_rfc_8032_vectors(secret, public, message, signature):
    assert ed25519.public_key(bytes.fromhex(secret)).hex() == public
    assert ed25519.sign(bytes.fromhex(secret), bytes.fromhex(message)).hex() == signature
    assert ed25519.verify(*map(bytes.fromhex, (public, message, signature)))


@given(secret=secrets, message=st.binary(max_size=200))
@settings(max_examples=30, deadline=None)
def test_signing_agrees_with_cryptography_byte_for_byte(secret, message):
    theirs = Ed25519PrivateKey.from_private_bytes(secret)

    assert ed25519.public_key(secret) == theirs.public_key().public_bytes_raw()
    assert ed25519.sign(secret, message) == theirs.sign(message)
    assert ed25519.verify(ed25519.public_key(secret), message, theirs.sign(message))


@given(bit=st.integers(0, (32 + 64 + len(MESSAGE)) * 8 - 1))
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_refuses_the_signature(bit):
    whole = bytearray(ed25519.public_key(SECRET) + ed25519.sign(SECRET, MESSAGE) + MESSAGE)
    whole[bit // 8] ^= 1 << bit % 8
    key, signature, message = bytes(whole[:32]), bytes(whole[32:96]), bytes(whole[96:])

    assert not ed25519.verify(key, message, signature)


@given(torsion=st.integers(1, 7), message=st.binary(max_size=8))
@settings(max_examples=40, deadline=None)
def test_keys_with_a_small_order_part_are_judged_as_cryptography_judges_them(torsion, message):
    scalar, _ = ed25519.expand_secret(SECRET)
    mixed = group.add(group.multiply_base(scalar), small_order_points()[torsion])
    key = group.encode_point(mixed)
    commitment = group.encode_point(group.multiply_base(12345))
    challenge = ed25519._hash_to_scalar(commitment, key, message)
    response = (12345 + challenge * scalar) % group.ORDER
    signature = commitment + response.to_bytes(32, "little")

    ours = ed25519.verify(key, message, signature)

    assert ours == accepted_by_cryptography(key, message, signature)
    assert ours == (challenge * torsion % 8 == 0)


def test_a_scalar_that_is_not_reduced_is_refused():
    signature = ed25519.sign(SECRET, MESSAGE)
    response = int.from_bytes(signature[32:], "little") + group.ORDER
    malleated = signature[:32] + response.to_bytes(32, "little")

    assert not ed25519.verify(ed25519.public_key(SECRET), MESSAGE, malleated)


@pytest.mark.parametrize("index", range(8))
def test_small_order_keys_are_refused_although_the_equation_holds(index):
    # With the identity as key, S = r and R = rB satisfy the equation for every message.
    key = group.encode_point(small_order_points()[index])
    for attempt in range(64):
        message = attempt.to_bytes(2, "big")
        commitment = group.encode_point(group.multiply_base(7))
        signature = commitment + (7).to_bytes(32, "little")
        if ed25519._hash_to_scalar(commitment, key, message) % 8 == 0:
            assert accepted_by_cryptography(key, message, signature)
            assert not ed25519.verify(key, message, signature)
            return
    raise AssertionError("no message had a challenge that is a multiple of eight")


def test_a_small_order_commitment_is_refused_although_the_equation_holds():
    scalar, _ = ed25519.expand_secret(SECRET)
    key = ed25519.public_key(SECRET)
    commitment = group.encode_point(group.IDENTITY)
    challenge = ed25519._hash_to_scalar(commitment, key, MESSAGE)
    response = challenge * scalar % group.ORDER
    signature = commitment + response.to_bytes(32, "little")

    assert not ed25519.verify(key, MESSAGE, signature)


@pytest.mark.parametrize("y", [group.PRIME, group.PRIME + 1, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_coordinates_that_are_not_reduced_are_refused(y, sign):
    encoded = (y | sign << 255).to_bytes(32, "little")

    with pytest.raises(NotAPointError, match="not reduced"):
        group.decode_point(encoded)
    assert not ed25519.verify(encoded, MESSAGE, bytes(64))


@pytest.mark.parametrize("y", [1, group.PRIME - 1])
def test_minus_zero_is_refused(y):
    with pytest.raises(NotAPointError, match="zero has no negative"):
        group.decode_point((y | 1 << 255).to_bytes(32, "little"))


def test_a_y_coordinate_off_the_curve_is_refused():
    with pytest.raises(NotAPointError, match="no point has this y"):
        group.decode_point((2).to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_wrong_lengths_are_answers_not_crashes(length):
    key, signature = ed25519.public_key(SECRET), ed25519.sign(SECRET, MESSAGE)

    assert not ed25519.verify(bytes(length), MESSAGE, signature)
    assert not ed25519.verify(key, MESSAGE, (signature * 2)[: length + 1])
    with pytest.raises(WrongLengthError, match=f"32 bytes, this one has {length}"):
        group.decode_point(bytes(length))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_secret_key_of_another_length_is_the_callers_mistake(length):
    with pytest.raises(ValueError, match="32 bytes"):
        ed25519.sign(bytes(length), MESSAGE)


@given(encoded=secrets)
@settings(max_examples=60, deadline=None)
def test_decoding_either_round_trips_or_is_refused(encoded):
    try:
        point = group.decode_point(encoded)
    except BeaconError:
        return
    assert group.encode_point(point) == encoded


@given(left=scalars, right=scalars)
@settings(max_examples=15, deadline=None)
def test_multiplication_distributes_over_addition(left, right):
    base = group.multiply_base(1)
    total = group.add(group.multiply_base(left), group.multiply(right, base))

    expected = group.multiply_base((left + right) % group.ORDER)

    assert group.encode_point(total) == group.encode_point(expected)


def test_doubling_and_negation_agree_with_addition_on_every_small_order_point():
    base = group.multiply_base(9)
    for torsion in small_order_points():
        point = group.add(base, torsion)
        twice = group.encode_point(group.double(point))

        assert twice == group.encode_point(group.add(point, point))
        assert group.is_identity(group.add(point, group.negate(point)))
        assert group.has_small_order(torsion)
        assert not group.has_small_order(point)
