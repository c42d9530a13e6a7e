"""Facts of a panel as entries of the lottery: rows in, one entry out. Pure functions."""

from collections.abc import Iterable
from datetime import datetime

from lottery.beacon import drand
from lottery.encoding import leaf_hash
from lottery.entries import (
    Close,
    Decline,
    Disqualify,
    DrandSource,
    Enrol,
    Ineligible,
    Mode,
    Notice,
    PhiSource,
    Replace,
    Void,
    VrfSource,
)
from lottery.listing import Candidate, FrozenList
from lottery.seed import enrol_commit
from market.draws.protocol import digest, unix
from market.draws.rules import DrawMode
from market.panels.model import Panel, PanelCandidate


def source_of(panel: Panel) -> PhiSource:
    """Return where a panel's last value comes from: a beacon's round, or the platform alone."""
    if panel.mode is DrawMode.D1:
        return VrfSource(mode=Mode.PLATFORM, keys=(panel.platform_key or "",))
    return DrandSource(chain=drand.QUICKNET.hash, round=panel.phi_round or 0)


def notice(
    panel: Panel, *, document_digest: str, owner_code: str, rules_digest: str, at: datetime
) -> Notice:
    """Return the entry that opens a panel's draw; its leaf hash names the draw."""
    return Notice(
        at=unix(at),
        need=panel.series,
        document=document_digest,
        purchaser=owner_code,
        k=panel.seats,
        a=panel.alternates,
        eligibility_rules=rules_digest,
        enrol_open=unix(at),
        enrol_close=unix(panel.enrol_close_at),
        freeze_by=unix(panel.freeze_by_at),
        reveal_by=unix(panel.freeze_by_at),
        t_phi=unix(panel.phi_at),
        phi=source_of(panel),
    )


def enrol(panel: Panel, *, sequence: int, salt: bytes, expert_code: str, at: datetime) -> Enrol:
    """Return the entry that puts an expert of the pool among the candidates, hidden."""
    commitment = enrol_commit(salt, bytes.fromhex(panel.draw_hash), expert_code)
    return Enrol(at=unix(at), draw=panel.draw_hash, seq=sequence, enrol_commit=commitment.hex())


def ineligible(
    panel: Panel, *, enrol_index: int, reason: str, evidence: str, officer: str, at: datetime
) -> Ineligible:
    """Return the entry that recuses an expert, with the digest of the grounds."""
    return Ineligible(
        at=unix(at),
        draw=panel.draw_hash,
        enrol=enrol_index,
        reason=reason,
        evidence=digest(evidence),
        officer=officer,
    )


def close(panel: Panel, *, first: int, last: int, enrolled: int, at: datetime) -> Close:
    """Return the entry after which nobody comes to the candidates any more."""
    return Close(
        at=unix(at),
        draw=panel.draw_hash,
        first_index=first,
        last_index=last,
        enrolled=enrolled,
        commits=0,
    )


def frozen_list(rows: Iterable[tuple[PanelCandidate, int, bytes]]) -> FrozenList:
    """Return the list of candidates, each with its log index and entry bytes."""
    return FrozenList.of(
        Candidate(
            firm_id=row.expert_code,
            salt=row.salt.hex(),
            enrol_index=index,
            enrol_hash=leaf_hash(body),
        )
        for row, index, body in rows
    )


def leave(
    panel: Panel, *, who: str, reason: str, evidence: str, declined: bool, at: datetime
) -> Decline | Disqualify:
    """Return the entry by which an expert gives a seat up, or loses it by silence."""
    kind = Decline if declined else Disqualify
    return kind(
        at=unix(at),
        draw=panel.draw_hash,
        who=who,
        reason=reason,
        evidence=digest(evidence),
        next_value=None,
    )


def replace(panel: Panel, *, out: str, into: str, rank: int, at: datetime) -> Replace:
    """Return the entry by which the next expert of the order is called."""
    return Replace(
        at=unix(at), draw=panel.draw_hash, out_firm=out, in_firm=into, rank=rank, evidence=None
    )


def void(panel: Panel, *, reason: str, order: str, authority: str, at: datetime) -> Void:
    """Return the entry that calls a panel's draw off, with the digest of the written reason."""
    return Void(
        at=unix(at),
        draw=panel.draw_hash,
        reason=reason,
        order=digest(order),
        authority=authority,
    )
