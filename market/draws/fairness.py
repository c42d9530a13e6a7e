"""Fairness of the latest draws, from what is public of them: frozen lists and results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from lottery.errors import LotteryError
from lottery.listing import read_list
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws import queries
from market.draws.fairness_rules import (
    Drawn,
    Overall,
    Tally,
    by_firm,
    by_pair,
    left_to_chance,
    overall,
)
from market.draws.model import Draw, DrawFile, Place
from market.draws.rules import DrawState
from market.firms.model import Firm
from market.needs.model import Need

# Bounds of one page, which names the first; the second stops at an unusually long list.
MOST_DRAWS: Final = 500
MOST_LINES: Final = 50_000
_BATCH: Final = 50
_NAMES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRow:
    """One firm over all draws."""

    code: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """One firm in the draws of one owner."""

    owner_id: int
    code: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """What the latest draws show; rows begin with the rarest.

    Attributes:
        seen: How many draws were looked at.
        alone: How many of these had a single firm on the list.
        unreadable: How many have no list that can be read, or a winner who is not on it.
        total: All draws together; None if nothing was left to chance.
    """

    seen: int
    alone: int
    unreadable: int
    total: Overall | None
    firms: tuple[FirmRow, ...]
    pairs: tuple[PairRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A draw with a result, before its list is read."""

    draw_id: int
    freeze_hash: str
    owner_id: int


# A result never changes, and the lists are read again only when there is another one.
_KEPT: Final[dict[tuple[str, ...], Fairness]] = {}


def fairness(work: UnitOfWork) -> Fairness:
    """Return what the latest draws with a result show."""
    found = _latest(work)
    key = tuple(draw.freeze_hash for draw in found)
    kept = _KEPT.get(key)
    if kept is None:
        kept = _computed(_read(work, found))
        _KEPT.clear()
        _KEPT[key] = kept
    return kept


def _latest(work: UnitOfWork) -> list[_Found]:
    rows = work.session.execute(
        select(Draw.id, Draw.freeze_hash, Need.owner_org_id)
        .join(Need, Need.id == Draw.need_id)
        .where(Draw.state == DrawState.DRAWN)
        .order_by(Draw.phi_at.desc(), Draw.id.desc())
        .limit(MOST_DRAWS)
    )
    return [
        _Found(draw_id=draw_id, freeze_hash=freeze_hash or "", owner_id=owner_id)
        for draw_id, freeze_hash, owner_id in rows
    ]


def _read(work: UnitOfWork, found: Sequence[_Found]) -> list[Drawn]:
    """Return the draws with their lists, the latest first, until there are too many lines."""
    read: list[Drawn] = []
    lines = 0
    for start in range(0, len(found), _BATCH):
        for draw in _batch(work, found[start : start + _BATCH]):
            lines += len(draw.weights)
            if read and lines > MOST_LINES:
                return read
            read.append(draw)
    return read


def _batch(work: UnitOfWork, found: Sequence[_Found]) -> list[Drawn]:
    ids = [draw.draw_id for draw in found]
    winners = {  # noqa: C416 - typed as rows
        draw_id: code
        for draw_id, code in work.session.execute(
            select(Place.draw_id, Firm.code)
            .join(Firm, Firm.id == Place.firm_id)
            .where(Place.draw_id.in_(ids), Place.rank == 1)
        )
    }
    bodies = {  # noqa: C416 - typed as rows
        draw_id: body
        for draw_id, body in work.session.execute(
            select(DrawFile.draw_id, DrawFile.body).where(
                DrawFile.draw_id.in_(ids), DrawFile.name == queries.LIST_FILE
            )
        )
    }
    return [
        Drawn(
            owner_id=draw.owner_id,
            weights=_weights(bodies.get(draw.draw_id, b"")),
            winner=winners.get(draw.draw_id, ""),
        )
        for draw in found
    ]


def _weights(body: bytes) -> Mapping[str, int]:
    """Return the tickets of a list by firm; nothing if its bytes are no list."""
    try:
        return {line.firm_id: line.weight for line in read_list(body)}
    except LotteryError:
        return {}


def _computed(draws: Sequence[Drawn]) -> Fairness:
    counted = left_to_chance(draws)
    unreadable = sum(draw.winner not in draw.weights for draw in draws)
    firms, pairs = by_firm(counted), by_pair(counted)
    return Fairness(
        seen=len(draws),
        alone=len(draws) - len(counted) - unreadable,
        unreadable=unreadable,
        total=overall(counted, firms),
        firms=tuple(
            FirmRow(code=code, tally=tally)
            for code, tally in sorted(firms.items(), key=lambda row: (row[1].chance, row[0]))
        ),
        pairs=tuple(
            PairRow(owner_id=owner_id, code=code, tally=tally)
            for (owner_id, code), tally in sorted(
                pairs.items(), key=lambda row: (row[1].chance, row[0])
            )
        ),
    )


def firm_names(work: UnitOfWork, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of firms by code."""
    wanted = sorted(set(codes))
    names: dict[str, str] = {}
    for start in range(0, len(wanted), _NAMES):
        part = wanted[start : start + _NAMES]
        rows = work.session.execute(select(Firm.code, Firm.name).where(Firm.code.in_(part)))
        names |= {code: name for code, name in rows}  # noqa: C416 - typed as rows
    return names


def owner_names(work: UnitOfWork, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of owners by organisation."""
    wanted = sorted(set(ids))
    names: dict[int, str] = {}
    for start in range(0, len(wanted), _NAMES):
        part = wanted[start : start + _NAMES]
        rows = work.session.execute(
            select(Organisation.id, Organisation.name).where(Organisation.id.in_(part))
        )
        names |= {owner_id: name for owner_id, name in rows}  # noqa: C416 - typed as rows
    return names
