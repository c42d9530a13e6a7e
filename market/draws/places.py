"""The frozen list as pages show it: searched, a page at a time, in the order of the draw."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from lottery.draw import ticket, ticket_input
from lottery.listing import ListLine, read_list
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Award, Draw, Enrolment, Place
from market.draws.rules import DrawState, EnrolmentState
from market.firms.model import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One firm of a frozen list, with its place once there is a result."""

    code: str
    name: str
    enrol_index: int
    weight: int = 1
    rank: int | None = None
    ticket: str = ""
    command: str = ""
    role: str = ""
    award: Award | None = None


def count_of(work: UnitOfWork, draw: Draw, words: str = "") -> int:
    """Return how many firms of a frozen list match the words a reader looks for."""
    chosen = _listed(draw, words).with_only_columns(func.count())
    return work.session.scalar(chosen) or 0


def rows_of(
    work: UnitOfWork, draw: Draw, *, words: str = "", limit: int = 50, offset: int = 0
) -> list[PlaceRow]:
    """Return firms of a frozen list: in the order of the draw once there is one, by code before."""
    lines = _lines_of(work, draw)
    if draw.state is not DrawState.DRAWN:
        firms = work.session.scalars(
            _listed(draw, words).order_by(Firm.code).limit(limit).offset(offset)
        )
        return [
            PlaceRow(
                code=firm.code,
                name=firm.name,
                enrol_index=lines[firm.code].enrol_index,
                weight=lines[firm.code].weight,
            )
            for firm in firms
        ]
    awards = {award.firm_id: award for award in queries.awards_of(work, draw)}
    found = work.session.execute(
        _drawn(draw, words).order_by(Place.rank).limit(limit).offset(offset)
    )
    return [
        PlaceRow(
            code=firm.code,
            name=firm.name,
            enrol_index=lines[firm.code].enrol_index,
            weight=lines[firm.code].weight,
            rank=place.rank,
            ticket=place.ticket,
            command=command_of(draw.seed or "", firm.code, lines[firm.code].weight),
            role=role_of(draw, place.rank),
            award=awards.get(firm.id),
        )
        for place, firm in found
    ]


# Screens ask every second, and a frozen list never changes: FREEZE commits to its bytes.
_KEPT: Final[OrderedDict[str, Mapping[str, ListLine]]] = OrderedDict()
_MOST_LISTS: Final = 64
_LONGEST_KEPT: Final = 20_000


def _lines_of(work: UnitOfWork, draw: Draw) -> Mapping[str, ListLine]:
    """Return the lines of a frozen list by firm."""
    key = draw.freeze_hash or ""
    found = _KEPT.get(key)
    if found is None:
        body = queries.file_of(work, draw, queries.LIST_FILE) or b""
        found = {line.firm_id: line for line in read_list(body)}
        if len(found) <= _LONGEST_KEPT:
            _KEPT[key] = found
        while len(_KEPT) > _MOST_LISTS:
            _KEPT.popitem(last=False)
    return found


def _listed(draw: Draw, words: str) -> Select[Firm]:
    return (
        select(Firm)
        .join(Enrolment, Enrolment.firm_id == Firm.id)
        .where(
            Enrolment.draw_id == draw.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            *_matching(words),
        )
    )


def _drawn(draw: Draw, words: str) -> Select[Place, Firm]:
    return (
        select(Place, Firm)
        .join(Firm, Firm.id == Place.firm_id)
        .where(Place.draw_id == draw.id, *_matching(words))
    )


def _matching(words: str) -> Sequence[ColumnElement[bool]]:
    if not words:
        return ()
    return (
        Firm.name.contains(words, autoescape=True)
        | Firm.code.startswith(words.upper(), autoescape=True),
    )


def role_of(draw: Draw, rank: int) -> str:
    """Return what a place means at first: winner, alternate, or nothing."""
    if rank <= draw.places:
        return "winner"
    return "alternate" if rank <= draw.places + draw.alternates else ""


def command_of(seed: str, firm_code: str, weight: int = 1) -> str:
    """Return the command with which anybody recomputes one firm's ticket by hand.

    With a weight the ticket is the least of several: the line is that one's.
    """
    start = bytes.fromhex(seed)
    least = ticket(start, firm_code, weight)
    inputs = (ticket_input(start, firm_code, number) for number in range(weight))
    line = next(each for each in inputs if sha256(each).digest() == least)
    return f"echo {line.hex()} | xxd -r -p | sha256sum"
