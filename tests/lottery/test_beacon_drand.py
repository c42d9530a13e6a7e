"""The drand beacon: real rounds, forged rounds, and the calendar of rounds."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.beacon import bls12381, drand
from lottery.beacon.errors import (
    BeaconError,
    BeforeGenesisError,
    NotAPointError,
    RoundRangeError,
    SignatureRefusedError,
    UnknownChainError,
    WeakPointError,
    WrongLengthError,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "drand-quicknet.json").read_text())
BEACONS = VECTORS["beacons"]
ROUND = BEACONS[0]["round"]
SIGNATURE = bytes.fromhex(BEACONS[0]["signature"])

instants = st.integers(drand.QUICKNET.genesis_time, 2**40)


def by_round(vector: dict[str, object]) -> str:
    return str(vector.get("round"))


# --- Signatures --------------------------------------------------------------------------


@pytest.mark.parametrize("beacon", BEACONS, ids=by_round)
def test_real_rounds_verify(beacon):
    signature = bytes.fromhex(beacon["signature"])

    randomness = drand.verify(drand.QUICKNET, beacon["round"], signature)

    assert randomness.hex() == beacon["randomness"]
    assert randomness == hashlib.sha256(signature).digest()


@pytest.mark.parametrize("beacon", VECTORS["must_fail"], ids=lambda v: v["why"])
def test_forged_rounds_are_refused(beacon):
    with pytest.raises(SignatureRefusedError, match=f"of round {beacon['round']}"):
        drand.verify(drand.QUICKNET, beacon["round"], bytes.fromhex(beacon["signature"]))


@given(bit=st.integers(0, 48 * 8 - 1))
@settings(max_examples=40, deadline=None)
def test_any_flipped_bit_of_a_signature_is_refused(bit):
    broken = bytearray(SIGNATURE)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BeaconError):
        drand.verify(drand.QUICKNET, ROUND, bytes(broken))


def test_the_negative_of_a_signature_is_refused_although_it_is_a_sound_point():
    negative = bytes([SIGNATURE[0] ^ 0x20]) + SIGNATURE[1:]

    with pytest.raises(SignatureRefusedError):
        drand.verify(drand.QUICKNET, ROUND, negative)


@given(junk=st.binary(max_size=100))
@settings(max_examples=40, deadline=None)
def test_junk_is_refused_with_the_packages_own_error(junk):
    with pytest.raises(BeaconError):
        drand.verify(drand.QUICKNET, ROUND, junk)


@given(other=st.integers(1, 2**64 - 1).filter(lambda n: n != ROUND))
@settings(max_examples=8, deadline=None)
def test_a_signature_serves_no_other_round(other):
    with pytest.raises(SignatureRefusedError):
        drand.verify(drand.QUICKNET, other, SIGNATURE)


@pytest.mark.parametrize(
    ("signature", "error"),
    [
        (b"", WrongLengthError),
        (SIGNATURE[:-1], WrongLengthError),
        (SIGNATURE + b"\0", WrongLengthError),
        (b"\xc0" + bytes(47), WeakPointError),
        (bytes([SIGNATURE[0] | 0x40]) + SIGNATURE[1:], WeakPointError),
        (b"\x80" + bytes(47), WeakPointError),
        (bytes([SIGNATURE[0] & 0x7F]) + SIGNATURE[1:], NotAPointError),
        (b"\x9f" + b"\xff" * 47, NotAPointError),
    ],
    ids=["empty", "short", "long", "infinity", "flag", "order-three", "uncompressed", "wide"],
)
def test_malformed_signatures_say_what_is_wrong(signature, error):
    with pytest.raises(error):
        drand.verify(drand.QUICKNET, ROUND, signature)


def test_another_key_refuses_the_signature():
    impostor = dataclasses.replace(drand.QUICKNET, public_key=bls12381.G2_GENERATOR)

    with pytest.raises(SignatureRefusedError):
        drand.verify(impostor, ROUND, SIGNATURE)


@pytest.mark.parametrize("number", [0, -1, 2**64, True, 1.0, "1000", None])
def test_what_is_no_round_number_is_refused(number):
    with pytest.raises(RoundRangeError, match="not a round number"):
        drand.verify(drand.QUICKNET, number, SIGNATURE)
    with pytest.raises(RoundRangeError):
        drand.round_time(drand.QUICKNET, number)


# --- Chains ------------------------------------------------------------------------------


def test_the_pinned_values_are_the_published_ones():
    info = VECTORS["chain_info"]

    assert (
        drand.Chain(
            hash=info["hash"],
            public_key=bytes.fromhex(info["public_key"]),
            genesis_time=info["genesis_time"],
            period_seconds=info["period"],
            scheme=info["schemeID"],
        )
        == drand.QUICKNET
    )


def test_the_chain_hash_commits_to_the_pinned_values():
    chain = drand.QUICKNET
    group_hash = bytes.fromhex(VECTORS["chain_info"]["groupHash"])
    committed = (
        chain.period_seconds.to_bytes(4, "big")
        + chain.genesis_time.to_bytes(8, "big")
        + chain.public_key
        + group_hash
        + b"quicknet"
    )

    assert hashlib.sha256(committed).hexdigest() == chain.hash


def test_a_chain_is_found_by_its_hash_alone():
    assert drand.chain_by_hash(drand.QUICKNET.hash) is drand.QUICKNET


@pytest.mark.parametrize("unknown", ["", "00" * 32, drand.QUICKNET.hash.upper(), "x" * 10_000])
def test_an_unknown_chain_is_refused(unknown):
    with pytest.raises(UnknownChainError, match="is not pinned here"):
        drand.chain_by_hash(unknown)


# --- The calendar of rounds --------------------------------------------------------------


@pytest.mark.parametrize("example", VECTORS["round_time_examples"], ids=by_round)
def test_published_round_times(example):
    assert drand.round_at(drand.QUICKNET, example["unix"]) == example["round"]
    assert drand.round_time(drand.QUICKNET, example["round"]) <= example["unix"]
    assert drand.round_time(drand.QUICKNET, example["round"] + 1) > example["unix"]


@given(unix_seconds=instants)
@settings(deadline=None)
def test_the_round_at_an_instant_is_the_newest_that_has_come(unix_seconds):
    newest = drand.round_at(drand.QUICKNET, unix_seconds)

    assert drand.round_time(drand.QUICKNET, newest) <= unix_seconds
    assert unix_seconds < drand.round_time(drand.QUICKNET, newest + 1)


@given(unix_seconds=instants)
@settings(deadline=None)
def test_the_first_round_from_an_instant_is_not_known_before_it(unix_seconds):
    first = drand.first_round_at_or_after(drand.QUICKNET, unix_seconds)

    assert drand.round_time(drand.QUICKNET, first) >= unix_seconds
    assert first == 1 or drand.round_time(drand.QUICKNET, first - 1) < unix_seconds


@pytest.mark.parametrize(("offset", "expected"), [(-10, 1), (0, 1), (1, 2), (3, 2), (4, 3)])
def test_first_rounds_around_the_genesis(offset, expected):
    instant = drand.QUICKNET.genesis_time + offset

    assert drand.first_round_at_or_after(drand.QUICKNET, instant) == expected


def test_before_the_genesis_there_is_no_round():
    with pytest.raises(BeforeGenesisError, match="choose a later time"):
        drand.round_at(drand.QUICKNET, drand.QUICKNET.genesis_time - 1)
