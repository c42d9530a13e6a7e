"""What a list and a last value lead to: pure functions, in which nothing is chosen.

The evidence of a value is checked here before anything is stored or logged.
"""

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lottery import steps
from lottery.beacon import drand, ed25519, vrf
from lottery.draw import fresh_order, full_order, order_file, ticket, ticket_input
from lottery.encoding import leaf_hash
from lottery.entries import (
    Departure,
    DrandEvidence,
    DrandSource,
    Freeze,
    Notice,
    NumbersEvidence,
    PhiEvidence,
    PhiSource,
    Result,
    VrfEvidence,
    VrfProof,
    VrfSource,
)
from lottery.listing import FrozenList
from lottery.phi import evaluate
from lottery.seed import commit, fresh_seed, vrf_alpha


def check_vrf(public_key: str, alpha: bytes, proof: bytes) -> None:
    """Check a VRF proof.

    Raises:
        BeaconError: It is not this key's proof of this input.
    """
    vrf.verify(bytes.fromhex(public_key), alpha, proof)


def platform_proof(vrf_secret: bytes, alpha: bytes) -> bytes:
    """Return the platform's own VRF proof."""
    return vrf.prove(vrf_secret, alpha)


@lru_cache(maxsize=256)
def check_round(number: int, signature: bytes) -> bytes:
    """Check a drand signature against the pinned key; return the value it gives.

    A round serves every draw of a session, so it is checked once in a process.

    Raises:
        BeaconError: It is not the round's.
    """
    return drand.verify(drand.QUICKNET, number, signature)


def is_signed(key: str, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 key signed a message."""
    return ed25519.verify(bytes.fromhex(key), message, signature)


def commitment(draw_hash: str, who: str, value: bytes) -> str:
    """Return in hex the commitment that a value opens."""
    return commit(bytes.fromhex(draw_hash), who, value).hex()


def drand_evidence(number: int, signature: bytes) -> DrandEvidence:
    """Return the evidence of a beacon's round."""
    return DrandEvidence(round=number, signature=signature.hex())


def numbers_evidence(numbers: Sequence[int], source: str) -> NumbersEvidence:
    """Return the evidence of a public lottery's numbers."""
    return NumbersEvidence(numbers=tuple(sorted(numbers)), source=source)


def vrf_evidence(source: VrfSource, proofs: Mapping[str, bytes]) -> VrfEvidence | None:
    """Return the evidence of VRF values; None while a key's proof is missing."""
    found = [VrfProof(key=key, pi=proofs[key].hex()) for key in source.keys if key in proofs]
    complete = len(found) == len(source.keys)
    return VrfEvidence(mode=source.mode, proofs=tuple(found)) if complete else None


def value_of(source: PhiSource, evidence: PhiEvidence, alpha: bytes) -> bytes:
    """Return the last value that evidence proves.

    Raises:
        LotteryError: The evidence is not what the source would have produced.
    """
    same_round = (
        isinstance(source, DrandSource)
        and isinstance(evidence, DrandEvidence)
        and (source.chain, source.round) == (drand.QUICKNET.hash, evidence.round)
    )
    if same_round and isinstance(evidence, DrandEvidence):
        return check_round(evidence.round, bytes.fromhex(evidence.signature))
    return evaluate(source, evidence, alpha)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a list and a last value lead to: the entry, and everybody's ticket in order."""

    entry: Result
    order: tuple[str, ...]
    order_file: bytes
    tickets: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What was fixed before the last value: notice, freeze, list, and the reveals' digest."""

    opened: Notice
    frozen: Freeze
    listed: FrozenList
    reveals: bytes

    @property
    def alpha(self) -> bytes:
        """What the VRF keys of a draw are evaluated on."""
        return steps.alpha(self.frozen, self.reveals)


def outcome(fixed: Fixed, evidence: PhiEvidence, at: int) -> Outcome:
    """Check the last value and compute the result. It is a pure function: nothing is chosen.

    Raises:
        LotteryError: The evidence is not what the notice's source would have produced.
    """
    value = value_of(fixed.opened.phi, evidence, fixed.alpha)
    entry = steps.conclude(fixed.opened, fixed.frozen, fixed.listed, fixed.reveals, value, at=at)
    seeded = bytes.fromhex(entry.seed)
    weights = fixed.listed.weights
    order = tuple(full_order(weights, seeded))
    return Outcome(
        entry=entry,
        order=order,
        order_file=order_file(order),
        tickets={firm: ticket(seeded, firm, weights[firm]).hex() for firm in order},
    )


def winning_number(seed: str, firm: str, weight: int) -> int:
    """Return which of a firm's tickets is its least, from 0: the one by which it was drawn."""
    seeded = bytes.fromhex(seed)
    return min(range(weight), key=lambda n: hashlib.sha256(ticket_input(seeded, firm, n)).digest())


def fresh_alpha(leaf: str, seed: str) -> bytes:
    """Return what the VRF keys are evaluated on to fill the place of a firm that left."""
    return vrf_alpha(bytes.fromhex(leaf), bytes.fromhex(seed))


def fresh(
    left: Departure,
    evidence: PhiEvidence,
    weights: Mapping[str, int],
    seed: str,
    barred: Container[str],
) -> tuple[str, tuple[str, ...]]:
    """Return seed2 in hex and the fresh order of those who may take a vacant place.

    Raises:
        LotteryError: The evidence is not what the entry's source would have produced.
        ValueError: The entry fixes no later value.
    """
    if left.next_value is None:
        raise ValueError("this entry fixes no next value")
    leaf = leaf_hash(left.to_bytes())
    value = value_of(left.next_value.phi, evidence, fresh_alpha(leaf.hex(), seed))
    seeded = fresh_seed(bytes.fromhex(seed), leaf, value)
    return seeded.hex(), tuple(fresh_order(weights, barred, seeded))
