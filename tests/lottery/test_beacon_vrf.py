"""The verifiable random function: vectors of RFC 9381, forgeries, and the laws it promises."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.beacon import ed25519, vrf
from lottery.beacon import edwards25519 as group
from lottery.beacon.errors import (
    BeaconError,
    NotAPointError,
    ProofRefusedError,
    ScalarRangeError,
    WeakPointError,
    WrongLengthError,
)

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "rfc9381-ecvrf-edwards25519.json").read_text()
)["vectors"]
SECRET = bytes(range(1, 33))
ALPHA = b"frozen list"
KEY = vrf.public_key(SECRET)
PROOF = vrf.prove(SECRET, ALPHA)

# The eight canonical points of small order: order 1, 2, 4, 4, and four of order 8.
SMALL_ORDER_KEYS = [
    (1).to_bytes(32, "little"),
    (group.PRIME - 1).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
]


def a_proof_with(gamma: group.Point, nonce: int) -> bytes:
    """Prove honestly, but for a gamma of the forger's choice."""
    scalar, _ = ed25519.expand_secret(SECRET)
    hashed, hashed_bytes = vrf._encode_to_curve(KEY, ALPHA)
    gamma_bytes = group.encode_point(gamma)
    commitments = (group.multiply_base(nonce), group.multiply(nonce, hashed))
    challenge = vrf._challenge(
        KEY, hashed_bytes, gamma_bytes, *(group.encode_point(p) for p in commitments)
    )
    response = (nonce + int.from_bytes(challenge, "little") * scalar) % group.ORDER
    return gamma_bytes + challenge + response.to_bytes(32, "little")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["alpha"] or "empty")
def test_rfc_9381_appendix_b_3(vector):
    secret, key, alpha = (bytes.fromhex(vector[name]) for name in ("sk", "pk", "alpha"))

    assert vrf.public_key(secret) == key
    assert vrf.prove(secret, alpha).hex() == vector["tai"]["pi"]
    assert vrf.verify(key, alpha, bytes.fromhex(vector["tai"]["pi"])).hex() == vector["tai"]["beta"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["alpha"] or "empty")
def test_a_proof_of_the_other_suite_is_refused(vector):
    with pytest.raises(ProofRefusedError):
        vrf.verify(
            *(bytes.fromhex(vector[n]) for n in ("pk", "alpha")),
            bytes.fromhex(vector["ell2"]["pi"]),
        )


@given(secret=st.binary(min_size=32, max_size=32), alpha=st.binary(max_size=100))
@settings(max_examples=20, deadline=None)
def test_what_is_proved_verifies_and_is_the_same_every_time(secret, alpha):
    proof = vrf.prove(secret, alpha)

    beta = vrf.verify(vrf.public_key(secret), alpha, proof)

    assert len(proof) == vrf.PROOF_BYTES
    assert len(beta) == 64
    assert vrf.prove(secret, alpha) == proof


@given(bit=st.integers(0, vrf.PROOF_BYTES * 8 - 1))
@settings(max_examples=80, deadline=None)
def test_any_flipped_bit_of_a_proof_is_refused(bit):
    broken = bytearray(PROOF)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BeaconError):
        vrf.verify(KEY, ALPHA, bytes(broken))


@given(bit=st.integers(0, 255))
@settings(max_examples=40, deadline=None)
def test_any_flipped_bit_of_the_key_is_refused(bit):
    broken = bytearray(KEY)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BeaconError):
        vrf.verify(bytes(broken), ALPHA, PROOF)


@given(junk=st.binary(max_size=100))
@settings(max_examples=40, deadline=None)
def test_junk_is_refused_in_every_place(junk):
    for arguments in ((junk, ALPHA, PROOF), (KEY, ALPHA + b"!" + junk, PROOF), (KEY, ALPHA, junk)):
        with pytest.raises(BeaconError):
            vrf.verify(*arguments)


def test_a_proof_of_another_input_or_key_is_refused():
    for key, alpha in ((KEY, b"another list"), (vrf.public_key(bytes(32)), ALPHA)):
        with pytest.raises(ProofRefusedError, match="does not match"):
            vrf.verify(key, alpha, PROOF)


@pytest.mark.parametrize("key", SMALL_ORDER_KEYS, ids=lambda key: key.hex()[:8])
def test_keys_of_small_order_are_refused(key):
    with pytest.raises(WeakPointError, match="public key"):
        vrf.verify(key, ALPHA, PROOF)


def test_a_key_of_small_order_would_otherwise_let_anyone_prove_anything():
    # With the identity as key and gamma, every nonce is a valid response: the check is needed.
    key = SMALL_ORDER_KEYS[0]
    hashed, hashed_bytes = vrf._encode_to_curve(key, ALPHA)
    commitments = (group.multiply_base(5), group.multiply(5, hashed))
    challenge = vrf._challenge(
        key, hashed_bytes, key, *(group.encode_point(p) for p in commitments)
    )
    forged = key + challenge + (5).to_bytes(32, "little")

    with pytest.raises(WeakPointError):
        vrf.verify(key, ALPHA, forged)


def test_a_response_that_is_not_reduced_is_refused():
    response = int.from_bytes(PROOF[48:], "little") + group.ORDER

    with pytest.raises(ScalarRangeError):
        vrf.verify(KEY, ALPHA, PROOF[:48] + response.to_bytes(32, "little"))


@pytest.mark.parametrize("y", [group.PRIME, group.PRIME + 1, 2**255 - 1])
def test_a_gamma_or_key_that_is_not_canonical_is_refused(y):
    encoded = y.to_bytes(32, "little")

    with pytest.raises(NotAPointError):
        vrf.verify(KEY, ALPHA, encoded + PROOF[32:])
    with pytest.raises(NotAPointError):
        vrf.verify(encoded, ALPHA, PROOF)


@pytest.mark.parametrize("length", [0, 32, 79, 81, 160])
def test_a_proof_of_another_length_is_refused(length):
    with pytest.raises(WrongLengthError, match=f"80 bytes, this one has {length}"):
        vrf.verify(KEY, ALPHA, (PROOF * 2)[:length])


def test_another_valid_proof_of_the_same_input_proves_the_same_value():
    # A prover may pick nonces, and may hide a small-order part in gamma; neither moves beta.
    scalar, _ = ed25519.expand_secret(SECRET)
    hashed, _ = vrf._encode_to_curve(KEY, ALPHA)
    honest = group.multiply(scalar, hashed)
    twisted = group.add(honest, group.decode_point(SMALL_ORDER_KEYS[4]))
    twisted_proofs = (a_proof_with(twisted, nonce) for nonce in range(1, 200))
    # The twist cancels in the check only when the challenge is a multiple of eight.
    lucky = next(p for p in twisted_proofs if p[32] % 8 == 0)
    expected = vrf.verify(KEY, ALPHA, PROOF)

    assert a_proof_with(honest, 77) != PROOF
    assert vrf.verify(KEY, ALPHA, a_proof_with(honest, 77)) == expected
    assert vrf.verify(KEY, ALPHA, lucky) == expected


def test_a_gamma_of_the_forgers_choice_is_refused():
    scalar, _ = ed25519.expand_secret(SECRET)
    hashed, _ = vrf._encode_to_curve(KEY, ALPHA)
    for nonce in range(1, 20):
        with pytest.raises(ProofRefusedError):
            vrf.verify(KEY, ALPHA, a_proof_with(group.multiply(scalar + 1, hashed), nonce))


def test_betas_of_neighbouring_inputs_share_nothing():
    betas = {vrf.verify(KEY, bytes([n]), vrf.prove(SECRET, bytes([n]))).hex() for n in range(16)}

    assert len({beta[:8] for beta in betas}) == 16
    assert hashlib.sha512(ALPHA).hexdigest() not in betas


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_secret_key_of_another_length_is_the_callers_mistake(length):
    with pytest.raises(ValueError, match="32 bytes"):
        vrf.prove(bytes(length), ALPHA)
