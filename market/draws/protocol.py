"""The only place that turns facts of the market into entries of the lottery.

Every function is pure: rows in, one ``lottery`` entry out. What an entry may hold is
``lottery.entries``' to say; who may write it, and when, is said by the actions.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import lottery
from lottery import steps
from lottery.beacon import drand, vrf
from lottery.checks.notice import timetable_faults
from lottery.draw import full_order, order_file, ticket, ticket_input
from lottery.encoding import leaf_hash
from lottery.entries import (
    Close,
    Decline,
    Disqualify,
    DrandEvidence,
    DrandSource,
    Enrol,
    Freeze,
    Genesis,
    Ineligible,
    Mode,
    Notice,
    Phi,
    PhiEvidence,
    PhiSource,
    Replace,
    Result,
    Void,
    VrfEvidence,
    VrfProof,
    VrfSource,
    Withdraw,
)
from lottery.listing import Candidate, FrozenList
from lottery.seed import enrol_commit, reveals_digest
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawMode

SUITE: Final = "ismdraw/v1"
NO_REVEALS: Final = reveals_digest(())


def unix(at: datetime) -> int:
    """Return an instant as whole Unix seconds, as entries hold it."""
    return int(at.timestamp())


def digest(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text's UTF-8, in hex."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def genesis_entry(*, origin: str, policy: str, at: datetime) -> bytes:
    """Return the first entry of the log: what it runs on.

    ``software`` is the digest of the lottery's own source files, ``spec`` that of the published
    specification; zeros where the specification is not installed.
    """
    return Genesis(
        at=unix(at),
        origin=origin,
        policy=digest(policy),
        suite=SUITE,
        chains=(drand.QUICKNET.hash,),
        software=software_digest(),
        spec=_spec_digest(),
    ).to_bytes()


@cache
def software_digest() -> str:
    """Return the SHA-256 over the lottery's source files, each preceded by its name and length."""
    root = Path(lottery.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        body = path.read_bytes()
        whole.update(f"{path.relative_to(root).as_posix()} {len(body)}\n".encode() + body)
    return whole.hexdigest()


def _spec_digest() -> str:
    path = Path(lottery.__file__).parent.parent / "docs" / "spec" / "lottery-v1.md"
    return digest(path.read_bytes()) if path.is_file() else "0" * 64


def platform_key(vrf_secret: bytes) -> str:
    """Return the platform's public VRF key in hex."""
    return vrf.public_key(vrf_secret).hex()


def phi_round(phi_at: datetime) -> int:
    """Return the drand round a notice fixes: the first at or after the instant."""
    return drand.first_round_at_or_after(drand.QUICKNET, unix(phi_at))


def round_at(number: int) -> int:
    """Return the Unix second of a drand round."""
    return drand.round_time(drand.QUICKNET, number)


def source_of(draw: Draw) -> PhiSource:
    """Return where a draw's last value comes from, as its notice fixed it."""
    match draw.mode:
        case DrawMode.A:
            return DrandSource(chain=drand.QUICKNET.hash, round=draw.phi_round or 0)
        case DrawMode.D2:
            keys = (draw.platform_key or "", draw.supervisor_key or "")
            return VrfSource(mode=Mode.SUPERVISED, keys=keys)
        case DrawMode.D1:
            return VrfSource(mode=Mode.PLATFORM, keys=(draw.platform_key or "",))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What a NOTICE says beyond the draw's own row."""

    document_digest: str
    owner_code: str
    eligibility_digest: str
    previous: str | None


def notice(draw: Draw, facts: NoticeFacts, at: datetime) -> Notice:
    """Return the entry that opens a draw; its leaf hash names the draw."""
    return Notice(
        at=unix(at),
        need=draw.series,
        document=facts.document_digest,
        purchaser=facts.owner_code,
        k=draw.places,
        a=draw.alternates,
        eligibility_rules=facts.eligibility_digest,
        enrol_open=unix(draw.enrol_open_at),
        enrol_close=unix(draw.enrol_close_at),
        freeze_by=unix(draw.freeze_by_at),
        reveal_by=unix(draw.reveal_by_at),
        t_phi=unix(draw.phi_at),
        phi=source_of(draw),
        attempt=draw.series_attempt,
        prev=facts.previous,
    )


def notice_faults(entry: Notice) -> list[str]:
    """Return in Chinese why a notice would not pass the verifier; nothing if it would."""
    return [said.zh for said in timetable_faults(entry)]


def enrol(draw: Draw, *, sequence: int, salt: bytes, firm_code: str, at: datetime) -> Enrol:
    """Return the entry of an enrolment; the firm stays hidden until the freeze."""
    commitment = enrol_commit(salt, bytes.fromhex(draw.draw_hash), firm_code)
    return Enrol(at=unix(at), draw=draw.draw_hash, seq=sequence, enrol_commit=commitment.hex())


def withdraw(draw: Draw, *, enrol_index: int, officer: str, at: datetime) -> Withdraw:
    """Return the entry by which a firm takes its enrolment back."""
    return Withdraw(
        at=unix(at),
        draw=draw.draw_hash,
        enrol=enrol_index,
        reason="firm_withdrew",
        evidence=digest(""),
        officer=officer,
    )


def ineligible(
    draw: Draw, *, enrol_index: int, reason: str, evidence: str, officer: str, at: datetime
) -> Ineligible:
    """Return the entry that keeps a firm off the list, with the digest of the grounds."""
    return Ineligible(
        at=unix(at),
        draw=draw.draw_hash,
        enrol=enrol_index,
        reason=reason,
        evidence=digest(evidence),
        officer=officer,
    )


def close(draw: Draw, *, first: int, last: int, enrolled: int, at: datetime) -> Close:
    """Return the entry that ends enrolment, with the draw's range in the log."""
    return Close(
        at=unix(at),
        draw=draw.draw_hash,
        first_index=first,
        last_index=last,
        enrolled=enrolled,
        commits=0,
    )


def frozen_list(rows: Iterable[tuple[Enrolment, int, bytes]]) -> FrozenList:
    """Return the list of the given enrolments, each with its log index and entry bytes."""
    return FrozenList.of(
        Candidate(
            firm_id=enrolment.firm_code,
            salt=enrolment.salt.hex(),
            enrol_index=index,
            enrol_hash=leaf_hash(body),
        )
        for enrolment, index, body in rows
    )


def freeze(
    opened: Notice, listed: FrozenList, *, withdrawn: int, ineligible: int, at: datetime
) -> Freeze:
    """Return the entry that fixes the list."""
    return steps.freeze(opened, listed, at=unix(at), withdrawn=withdrawn, ineligible=ineligible)


def alpha_of(frozen: Freeze) -> bytes:
    """Return the input on which the VRF keys of a frozen draw are evaluated."""
    return steps.alpha(frozen, NO_REVEALS)


def platform_proof(frozen: Freeze, vrf_secret: bytes) -> bytes:
    """Return the platform's own VRF proof for a frozen draw."""
    return vrf.prove(vrf_secret, alpha_of(frozen))


def check_vrf(public_key: str, alpha: bytes, proof: bytes) -> None:
    """Check a VRF proof.

    Raises:
        BeaconError: It is not this key's proof of this input.
    """
    vrf.verify(bytes.fromhex(public_key), alpha, proof)


def check_round(number: int, signature: bytes) -> None:
    """Check a drand signature against the pinned key.

    Raises:
        BeaconError: It is not the round's.
    """
    drand.verify(drand.QUICKNET, number, signature)


def evidence_of(draw: Draw) -> PhiEvidence | None:
    """Return the evidence of a draw's last value; None while part of it is missing."""
    match draw.mode:
        case DrawMode.A:
            if draw.beacon_signature is None:
                return None
            return DrandEvidence(round=draw.phi_round or 0, signature=draw.beacon_signature.hex())
        case DrawMode.D1:
            return _vrf_evidence(Mode.PLATFORM, [(draw.platform_key, draw.platform_proof)])
        case DrawMode.D2:
            pairs = [
                (draw.platform_key, draw.platform_proof),
                (draw.supervisor_key, draw.supervisor_proof),
            ]
            return _vrf_evidence(Mode.SUPERVISED, pairs)


def _vrf_evidence(
    mode: Mode, pairs: Sequence[tuple[str | None, bytes | None]]
) -> VrfEvidence | None:
    proofs = [VrfProof(key=key, pi=pi.hex()) for key, pi in pairs if key and pi]
    return VrfEvidence(mode=mode, proofs=tuple(proofs)) if len(proofs) == len(pairs) else None


def phi(draw: Draw, evidence: PhiEvidence, at: datetime) -> Phi:
    """Return the entry of the last value."""
    return Phi(at=unix(at), draw=draw.draw_hash, evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a list and a last value lead to: the entry, and everybody's ticket in order."""

    entry: Result
    order: tuple[str, ...]
    order_file: bytes
    tickets: dict[str, str]


def outcome(
    opened: Notice, frozen: Freeze, listed: FrozenList, evidence: PhiEvidence, at: datetime
) -> Outcome:
    """Check the last value and compute the result. It is a pure function: nothing is chosen.

    Raises:
        LotteryError: The evidence is not what the notice's source would have produced.
    """
    value = steps.last_value(opened, frozen, NO_REVEALS, evidence)
    entry = steps.conclude(opened, frozen, listed, NO_REVEALS, value, at=unix(at))
    seeded = bytes.fromhex(entry.seed)
    order = tuple(full_order(listed.weights, seeded))
    return Outcome(
        entry=entry,
        order=order,
        order_file=order_file(order),
        tickets={firm: ticket(seeded, firm).hex() for firm in order},
    )


def ticket_line(seed: str, firm_code: str) -> str:
    """Return the command with which anybody recomputes one firm's ticket by hand."""
    preimage = ticket_input(bytes.fromhex(seed), firm_code).hex()
    return f"echo {preimage} | xxd -r -p | sha256sum"


def decline(draw: Draw, *, who: str, reason: str, evidence: str, at: datetime) -> Decline:
    """Return the entry by which a firm gives its place up."""
    return Decline(
        at=unix(at), draw=draw.draw_hash, who=who, reason=reason, evidence=digest(evidence)
    )


def disqualify(draw: Draw, *, who: str, reason: str, evidence: str, at: datetime) -> Disqualify:
    """Return the entry by which a firm loses its place."""
    return Disqualify(
        at=unix(at), draw=draw.draw_hash, who=who, reason=reason, evidence=digest(evidence)
    )


def replace(draw: Draw, *, out: str, into: str, rank: int, at: datetime) -> Replace:
    """Return the entry by which the next alternate takes a place."""
    return Replace(at=unix(at), draw=draw.draw_hash, out_firm=out, in_firm=into, rank=rank)


def void(draw: Draw, *, reason: str, order: str, authority: str, at: datetime) -> Void:
    """Return the entry that calls a draw off, with the digest of the written reason."""
    return Void(
        at=unix(at),
        draw=draw.draw_hash,
        reason=reason,
        order=digest(order),
        authority=authority,
    )


def leaf_of(body: bytes) -> str:
    """Return the leaf hash of an entry's bytes in hex."""
    return leaf_hash(body).hex()
