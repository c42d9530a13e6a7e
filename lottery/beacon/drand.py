"""The drand beacon, checked without a network against a key pinned here.

Every few seconds a group of independent organisations signs the number of the round. Nobody
can know the signature before, choose it, or make a second one, and anyone can check it, so it
does not matter who carried it here.

Source: drand protocol specification, "Randomness generation"; chain values as published by
the League of Entropy for quicknet.
"""

import hashlib
from dataclasses import dataclass
from types import MappingProxyType

from lottery.beacon import bls12381
from lottery.beacon.courier import parse_courier
from lottery.beacon.errors import (
    BeforeGenesisError,
    RoundRangeError,
    SignatureRefusedError,
    UnknownChainError,
)

__all__ = [
    "QUICKNET",
    "Chain",
    "chain_by_hash",
    "first_round_at_or_after",
    "parse_courier",
    "round_at",
    "round_time",
    "verify",
]

_LAST_ROUND = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Chain:
    """One beacon: who signs its rounds, and when each round comes."""

    hash: str
    public_key: bytes
    genesis_time: int
    period_seconds: int
    scheme: str


QUICKNET = Chain(
    hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key=bytes.fromhex(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
        "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
    genesis_time=1692803367,
    period_seconds=3,
    scheme="bls-unchained-g1-rfc9380",
)

# A chain that is no longer used stays here, so that its old draws can still be checked.
_PINNED = MappingProxyType({chain.hash: chain for chain in (QUICKNET,)})


def chain_by_hash(hash_hex: str) -> Chain:
    """Return the pinned chain with this hash.

    Args:
        hash_hex: 64 lower-case hexadecimal characters.

    Returns:
        The chain with its pinned public key.

    Raises:
        BeaconError: No chain with this hash is pinned.

    Source: docs/spec, drand pins.
    """
    chain = _PINNED.get(hash_hex)
    if chain is None:
        raise UnknownChainError(hash_hex)
    return chain


def round_time(chain: Chain, round_number: int) -> int:
    """Return when a round comes.

    Args:
        chain: The beacon.
        round_number: From 1 to 2^64-1.

    Returns:
        The instant in Unix seconds, before which nobody knows the round's value.

    Raises:
        BeaconError: The round number is out of range.

    Source: drand protocol specification: genesis + (round - 1) * period.
    """
    _check_round(round_number)
    return chain.genesis_time + (round_number - 1) * chain.period_seconds


def round_at(chain: Chain, unix_seconds: int) -> int:
    """Return the newest round at an instant: the last whose time has come.

    Args:
        chain: The beacon.
        unix_seconds: The instant, not before the chain's genesis.

    Returns:
        The round number; its time is the instant or less than one period earlier.

    Raises:
        BeaconError: The instant is before the first round.

    Source: drand protocol specification: floor((time - genesis) / period) + 1.
    """
    if unix_seconds < chain.genesis_time:
        raise BeforeGenesisError(unix_seconds, chain.genesis_time)
    return (unix_seconds - chain.genesis_time) // chain.period_seconds + 1


def first_round_at_or_after(chain: Chain, unix_seconds: int) -> int:
    """Return the first round whose time is not before an instant.

    This is the round a notice names for its draw: at the instant itself, nobody knows it yet.

    Args:
        chain: The beacon.
        unix_seconds: The instant; before the genesis, the answer is round 1.

    Returns:
        The round number; its time is the instant or less than one period later.

    Source: docs/spec, section on the timeline ("first round at or after T").
    """
    elapsed = max(0, unix_seconds - chain.genesis_time)
    return -(-elapsed // chain.period_seconds) + 1


def verify(chain: Chain, round_number: int, signature: bytes) -> bytes:
    """Check a round's signature and return the randomness it stands for.

    Args:
        chain: The beacon, from ``chain_by_hash``.
        round_number: From 1 to 2^64-1.
        signature: 48 bytes, a compressed point of BLS12-381's G1.

    Returns:
        32 bytes: SHA-256 of the signature, which drand publishes as "randomness".

    Raises:
        BeaconError: The signature is malformed or is not this round's.

    Source: drand scheme bls-unchained-g1-rfc9380: the message is SHA-256 of the round number
    in eight big-endian bytes.
    """
    _check_round(round_number)
    message = hashlib.sha256(round_number.to_bytes(8, "big")).digest()
    if not bls12381.signature_matches(chain.public_key, message, signature):
        raise SignatureRefusedError(round_number)
    return hashlib.sha256(signature).digest()


def _check_round(round_number: int) -> None:
    """Refuse what is not a round number; True and 1.0 come out of careless parsers."""
    if type(round_number) is not int or not 1 <= round_number <= _LAST_ROUND:
        raise RoundRangeError(round_number)
