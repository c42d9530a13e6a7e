"""The only place that turns facts of the market into entries of the lottery.

Every function is pure: rows in, one ``lottery`` entry out. What an entry may hold is
``lottery.entries``' to say; who may write it, and when, is said by the actions.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import lottery
from lottery import steps
from lottery.beacon import drand, vrf
from lottery.checks.notice import timetable_faults
from lottery.encoding import leaf_hash
from lottery.entries import (
    Alternates,
    Close,
    Commit,
    Contributor,
    Decline,
    Disqualify,
    DrandSource,
    Enrol,
    Freeze,
    Genesis,
    Ineligible,
    Mode,
    NextValue,
    Notice,
    NumbersSource,
    Phi,
    PhiEvidence,
    PhiSource,
    Replace,
    Reveal,
    Void,
    VrfSource,
    WeightRule,
    Withdraw,
)
from lottery.listing import Candidate, FrozenList
from lottery.seed import commit_message, enrol_commit, enrolment_name
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawMode

SUITE: Final = "ismdraw/v1"


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


def source_of(draw: Draw, keys: Sequence[str] = ()) -> PhiSource:
    """Return where a draw's last value comes from; ``keys`` are those of modes C, D1 and D2."""
    match draw.mode:
        case DrawMode.A:
            return DrandSource(chain=drand.QUICKNET.hash, round=draw.phi_round or 0)
        case DrawMode.B:
            return NumbersSource(game=draw.game or "", issue=draw.issue or "")
        case DrawMode.C:
            return VrfSource(mode=Mode.COMMITTEE, keys=tuple(keys))
        case DrawMode.D2:
            return VrfSource(mode=Mode.SUPERVISED, keys=tuple(keys))
        case DrawMode.D1:
            return VrfSource(mode=Mode.PLATFORM, keys=tuple(keys))


def later_source(fixed: PhiSource, *, phi_at: datetime, issue: str | None) -> PhiSource:
    """Return the source of a replacement's value: that of the notice, at a later time."""
    match fixed:
        case DrandSource():
            return DrandSource(chain=fixed.chain, round=phi_round(phi_at))
        case NumbersSource():
            return NumbersSource(game=fixed.game, issue=issue or "")
        case VrfSource():
            return fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What a NOTICE says beyond the draw's own row."""

    document_digest: str
    owner_code: str
    eligibility_digest: str
    previous: str | None
    keys: Sequence[str] = ()
    contributors: Sequence[tuple[str, str]] = ()
    """Name and Ed25519 key of each, in the order in which they count."""


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
        phi=source_of(draw, facts.keys),
        alternates=Alternates(draw.alternates_kind.value),
        weight_rule=WeightRule.LISTED if draw.weighted else WeightRule.EQUAL,
        firm_commits=draw.firm_commits,
        contributors=tuple(Contributor(who=who, key=key) for who, key in facts.contributors),
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


def commit(draw: Draw, *, who: str, value: str, signature: bytes | None, at: datetime) -> Commit:
    """Return the entry of a contributor's commitment."""
    signed = None if signature is None else signature.hex()
    return Commit(at=unix(at), draw=draw.draw_hash, who=who, commit=value, signature=signed)


def to_sign(draw: Draw, commitment: bytes) -> bytes:
    """Return what a contributor with a key signs with its commitment."""
    return commit_message(bytes.fromhex(draw.draw_hash), commitment)


def reveal(draw: Draw, *, who: str, value: bytes, at: datetime) -> Reveal:
    """Return the entry that opens a commitment."""
    return Reveal(at=unix(at), draw=draw.draw_hash, who=who, value=value.hex())


def enrolment_who(sequence: int) -> str:
    """Return the name under which an enrolment contributes; it does not tell the firm."""
    return enrolment_name(sequence)


def close(draw: Draw, *, first: int, last: int, enrolled: int, commits: int, at: datetime) -> Close:
    """Return the entry that ends enrolment, with the draw's range in the log."""
    return Close(
        at=unix(at),
        draw=draw.draw_hash,
        first_index=first,
        last_index=last,
        enrolled=enrolled,
        commits=commits,
    )


def frozen_list(
    rows: Iterable[tuple[Enrolment, int, bytes]], weights: Mapping[str, int]
) -> FrozenList:
    """Return the list of the given enrolments, each with its log index and entry bytes.

    A firm that ``weights`` does not name has one ticket.
    """
    return FrozenList.of(
        Candidate(
            firm_id=enrolment.firm_code,
            weight=weights.get(enrolment.firm_code, 1),
            salt=enrolment.salt.hex(),
            enrol_index=index,
            enrol_hash=leaf_hash(body),
        )
        for enrolment, index, body in rows
    )


def freeze(
    opened: Notice,
    listed: FrozenList,
    *,
    withdrawn: int,
    ineligible: int,
    commits: Mapping[str, str],
    at: datetime,
) -> Freeze:
    """Return the entry that fixes the list; ``commits`` are hexadecimal, by contributor."""
    return steps.freeze(
        opened,
        listed,
        at=unix(at),
        withdrawn=withdrawn,
        ineligible=ineligible,
        commits=commits,
    )


def alpha_of(frozen: Freeze, reveals: bytes) -> bytes:
    """Return the input on which the VRF keys of a frozen draw are evaluated."""
    return steps.alpha(frozen, reveals)


def phi(draw: Draw, evidence: PhiEvidence, at: datetime) -> Phi:
    """Return the entry of the last value."""
    return Phi(at=unix(at), draw=draw.draw_hash, evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A firm that leaves: why, and for a selected firm of a fresh draw what decides who comes."""

    who: str
    reason: str
    evidence: str
    next_value: NextValue | None = None


def next_value(source: PhiSource, phi_at: datetime) -> NextValue:
    """Return the later value that an entry fixes."""
    return NextValue(phi=source, t_phi=unix(phi_at))


LeavingKind: TypeAlias = type[Decline] | type[Disqualify]
"""Whether a firm gives its place up, or loses it."""


def leave(kind: LeavingKind, draw: Draw, leaving: Leaving, at: datetime) -> Decline | Disqualify:
    """Return the entry by which a firm leaves."""
    return kind(
        at=unix(at),
        draw=draw.draw_hash,
        who=leaving.who,
        reason=leaving.reason,
        evidence=digest(leaving.evidence),
        next_value=leaving.next_value,
    )


def replace(
    draw: Draw,
    *,
    out: str,
    into: str,
    rank: int,
    at: datetime,
    evidence: PhiEvidence | None = None,
) -> Replace:
    """Return the entry by which the next alternate, or a freshly drawn firm, takes a place."""
    return Replace(
        at=unix(at),
        draw=draw.draw_hash,
        out_firm=out,
        in_firm=into,
        rank=rank,
        evidence=evidence,
    )


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
