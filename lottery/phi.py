"""The last value Φ from its evidence: each mode's check, and nothing that could be chosen."""

import re
from typing import Final

from lottery.beacon import drand, vrf
from lottery.entries.phi import (
    DrandEvidence,
    DrandSource,
    NumbersEvidence,
    NumbersSource,
    PhiEvidence,
    PhiSource,
    VrfEvidence,
    VrfSource,
)
from lottery.errors import PhiError
from lottery.seed import phi_from_numbers, phi_from_vrf

# How many different numbers a game draws, the greatest of them, and how it names its issues.
GAMES: Final = {"cwl-kl8": (20, 80, re.compile(r"[0-9]{7}"))}


def is_issue(source: NumbersSource) -> bool:
    """Say whether a source names an issue as its game names them.

    Args:
        source: What a notice, or a departure, fixes.

    Returns:
        Whether such an issue can exist; a game that is not known here has none.

    Source: docs/spec/lottery-v1.md, section 3.
    """
    if source.game not in GAMES:
        return False
    *_, pattern = GAMES[source.game]
    return bool(pattern.fullmatch(source.issue))


def evaluate(source: PhiSource, evidence: PhiEvidence, alpha: bytes) -> bytes:
    """Check the evidence of a last value and return the value.

    Args:
        source: What the notice fixed.
        evidence: What arrived.
        alpha: For modes C and D the VRF input, from ``seed.vrf_alpha``; else unused.

    Returns:
        Φ, 32 bytes.

    Raises:
        PhiError: The evidence is of another source than the notice fixed.
        BeaconError: The source would not have produced this evidence.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    match source, evidence:
        case DrandSource(), DrandEvidence():
            return _drand(source, evidence)
        case NumbersSource(), NumbersEvidence():
            return _numbers(source, evidence)
        case VrfSource(), VrfEvidence():
            return _vrf(source, evidence, alpha)
        case _:
            raise PhiError(f"the notice fixed mode {source.mode}, this is mode {evidence.mode}")


def _drand(source: DrandSource, evidence: DrandEvidence) -> bytes:
    if evidence.round != source.round:
        raise PhiError(f"the notice fixed round {source.round}, this is round {evidence.round}")
    chain = drand.chain_by_hash(source.chain)
    return drand.verify(chain, source.round, bytes.fromhex(evidence.signature))


def _numbers(source: NumbersSource, evidence: NumbersEvidence) -> bytes:
    if source.game not in GAMES:
        raise PhiError(f"the game {source.game!r} is not known here")
    count, greatest, _ = GAMES[source.game]
    numbers = evidence.numbers
    if len(numbers) != count or not 1 <= numbers[0] <= numbers[-1] <= greatest:
        raise PhiError(f"{source.game} draws {count} different numbers from 1 to {greatest}")
    return phi_from_numbers(source.game, source.issue, numbers)


def _vrf(source: VrfSource, evidence: VrfEvidence, alpha: bytes) -> bytes:
    if evidence.mode != source.mode:
        raise PhiError(f"the notice fixed mode {source.mode}, this is mode {evidence.mode}")
    if tuple(proof.key for proof in evidence.proofs) != source.keys:
        raise PhiError("there must be one proof for each key of the notice, in its order")
    values = []
    for proof in evidence.proofs:
        key = bytes.fromhex(proof.key)
        values.append((key, vrf.verify(key, alpha, bytes.fromhex(proof.pi))))
    return phi_from_vrf(values)
