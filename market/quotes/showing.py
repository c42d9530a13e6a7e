"""The tickets of a mean price as pages show them, and the coefficient that was drawn with them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from market.db import UnitOfWork
from market.draws import outcome
from market.draws import queries as draws
from market.draws.actions.closing import WEIGHTS_FILE
from market.draws.model import Draw
from market.money import yuan
from market.quotes import sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A firm's tickets of one coefficient: the first and the last, from 0."""

    firm: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient with its target in yuan, shown to the fen, and whose tickets it has."""

    coefficient_bp: int
    target: str
    firms: Sequence[Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The ticket that was drawn, and the coefficient to which it belongs."""

    firm: str
    number: int
    coefficient_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """All there is to see of a mean price."""

    mean: str
    dropped: str
    tickets_each: int
    exact: bool
    rows: Sequence[Coefficient]
    drawn: Drawn | None


def mean_of(work: UnitOfWork, draw: Draw) -> Mean | None:
    """Return the mean price of a draw with a frozen list; None where the method knows none."""
    body = draws.file_of(work, draw, WEIGHTS_FILE) if draw.frozen_at is not None else None
    sheet: Mapping[str, Any] = json.loads(body) if body else {}
    if sheet.get("format") != sheets.COEFFICIENTS:
        return None
    rows = [
        Coefficient(
            coefficient_bp=each["coefficient_bp"],
            target=_yuan(each["target_fen"]),
            firms=[
                Numbers(firm=of["firm"], first=of["first"], last=of["first"] + of["tickets"] - 1)
                for of in each["firms"]
            ],
        )
        for each in sheet["coefficients"]
    ]
    return Mean(
        mean=_yuan(sheet["mean_fen"]),
        dropped="、".join(_yuan(f"{fen}/1") for fen in sheet["dropped_fen"]),
        tickets_each=sheet["tickets_each"],
        exact=sheet["exact"],
        rows=rows,
        drawn=_drawn(work, draw, rows, {each["firm"]: each["tickets"] for each in sheet["firms"]}),
    )


def _drawn(
    work: UnitOfWork, draw: Draw, rows: Sequence[Coefficient], tickets: Mapping[str, int]
) -> Drawn | None:
    """Return the winning ticket; a firm that came to the place later drew none."""
    places = draws.places_of(work, draw)
    if draw.seed is None or not places:
        return None
    firm = places[0][1].code
    number = outcome.winning_number(draw.seed, firm, tickets[firm])
    points = next(
        row.coefficient_bp
        for row in rows
        for of in row.firms
        if of.firm == firm and of.first <= number <= of.last
    )
    return Drawn(firm=firm, number=number, coefficient_bp=points)


def _yuan(fen: str) -> str:
    """Return exact fen as yuan to the nearest fen, half of one upwards."""
    whole = (Fraction(fen) * 2 + 1) // 2
    return yuan(whole)
