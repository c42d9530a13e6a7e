"""The values by which places were drawn afresh, as pages show them beside the draw's own."""

from dataclasses import dataclass

from sqlalchemy import select

from lottery.entries import (
    DrandEvidence,
    NumbersEvidence,
    NumbersSource,
    PhiEvidence,
    Replace,
    VrfEvidence,
    decode,
)
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Draw
from market.draws.model_later import Replacement
from market.draws.rules import ReplacementState
from market.draws.values import Holder, Value
from market.firms.model import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """One place drawn afresh: who left, who took its place, and by which value.

    ``rank`` is the place of the firm that came, from 1, in the order of that value.
    """

    replacement: Replacement
    out_name: str
    in_name: str
    rank: int
    value: Value


def redrawn(work: UnitOfWork, draw: Draw) -> list[Redrawn]:
    """Return the places of a draw that were drawn afresh, the first one first."""
    rows = {
        row.out_code: row
        for row in work.session.scalars(
            select(Replacement).where(
                Replacement.draw_id == draw.id, Replacement.state == ReplacementState.DRAWN
            )
        )
    }
    entries = [decode(row.body) for row in queries.entries_of(work, draw, Replace.kind)]
    return [
        Redrawn(
            replacement=rows[entry.out_firm],
            out_name=_name(work, entry.out_firm),
            in_name=_name(work, entry.in_firm),
            rank=entry.rank,
            value=_value(work, draw, rows[entry.out_firm], entry.evidence),
        )
        for entry in entries
        if isinstance(entry, Replace) and entry.evidence is not None and entry.out_firm in rows
    ]


def _name(work: UnitOfWork, code: str) -> str:
    return work.session.scalars(select(Firm.name).where(Firm.code == code)).one()


def _value(work: UnitOfWork, draw: Draw, row: Replacement, evidence: PhiEvidence) -> Value:
    match evidence:
        case DrandEvidence():
            return Value(
                mode=draw.mode,
                round=row.phi_round or 0,
                signature=evidence.signature,
                has_arrived=True,
            )
        case NumbersEvidence():
            source = queries.notice_entry(work, draw).phi
            return Value(
                mode=draw.mode,
                game=source.game if isinstance(source, NumbersSource) else "",
                issue=row.issue or "",
                numbers=evidence.numbers,
                seen_in=evidence.source,
                has_arrived=True,
            )
        case VrfEvidence():
            names = {
                one.key: one.organisation.name if one.organisation else ""
                for one in queries.trustees_of(work, draw)
            }
            holders = [
                Holder(name=names.get(one.key, ""), key=one.key, organisation_id=None, proof=one.pi)
                for one in evidence.proofs
            ]
            return Value(mode=draw.mode, holders=holders, has_arrived=True)
