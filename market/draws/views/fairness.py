"""What the latest draws show together: wins beside what was to be expected, as a page and files."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from flask import Response, render_template
from flask_babel import gettext

from market.access import public
from market.db import UnitOfWork
from market.draws import fairness as gathered
from market.draws.fairness_rules import (
    FEW_DRAWS,
    NOTABLE,
    REHEARSALS,
    Tally,
    decimal,
    hundredths,
)
from market.draws.views.blueprint import bp
from market.web.deeds import reading
from market.web.lists import MOST_CSV_ROWS, Pages, csv_file, one_asked, wants_csv

MOST_PAIRS: Final = 20
_CHANCE_PLACES: Final = 4
# What no longer shows in so many decimals.
_LEAST: Final = Fraction(1, 10**_CHANCE_PLACES)


class Table(StrEnum):
    """Which of the two tables a file holds."""

    FIRMS = "firms"
    PAIRS = "pairs"


def chance_words(chance: Fraction) -> str:
    """Return a chance as a page says it."""
    return f"< {decimal(_LEAST, _CHANCE_PLACES)}" if chance < _LEAST else _chance(chance)


def _chance(chance: Fraction) -> str:
    return decimal(chance, _CHANCE_PLACES)


@bp.get("/fairness")
@public
def fairness() -> str | Response:
    """Show who won how often in the latest draws, and how that compares with fair ones."""
    with reading() as work:
        shown = gathered.fairness(work)
        if wants_csv():
            return _file(work, shown, one_asked(Table, "of") or Table.FIRMS)
        pages = Pages.of(len(shown.firms))
        firms = shown.firms[pages.offset : pages.offset + pages.rows]
        pairs = shown.pairs[:MOST_PAIRS]
        return render_template(
            "draws/fairness.html",
            shown=shown,
            total=shown.total,
            firms=firms,
            pairs=pairs,
            pages=pages,
            names=gathered.firm_names(
                work, [row.code for row in firms] + [row.code for row in pairs]
            ),
            owners=gathered.owner_names(work, (row.owner_id for row in pairs)),
            notable_firms=sum(row.tally.is_notable for row in shown.firms),
            notable_pairs=sum(row.tally.is_notable for row in shown.pairs),
            decimal=decimal,
            hundredths=hundredths,
            chance=chance_words,
            few=FEW_DRAWS,
            most=gathered.MOST_DRAWS,
            rehearsals=REHEARSALS,
            notable=decimal(NOTABLE, 2),
        )


def _file(work: UnitOfWork, shown: gathered.Fairness, table: Table) -> Response:
    if table is Table.FIRMS:
        firms = shown.firms[:MOST_CSV_ROWS]
        names = gathered.firm_names(work, (row.code for row in firms))
        return csv_file(
            "draws-fairness-firms",
            [gettext("统一社会信用代码"), gettext("中介机构"), *_header()],
            [[row.code, names.get(row.code, ""), *_cells(row.tally)] for row in firms],
        )
    pairs = shown.pairs[:MOST_CSV_ROWS]
    names = gathered.firm_names(work, (row.code for row in pairs))
    owners = gathered.owner_names(work, (row.owner_id for row in pairs))
    return csv_file(
        "draws-fairness-pairs",
        [gettext("项目业主"), gettext("统一社会信用代码"), gettext("中介机构"), *_header()],
        [
            [
                owners.get(row.owner_id, ""),
                row.code,
                names.get(row.code, ""),
                *_cells(row.tally),
            ]
            for row in pairs
        ],
    )


def _header() -> list[str]:
    return [
        gettext("参加摇号"),
        gettext("期望抽中"),
        gettext("实际抽中"),
        gettext("偏差（标准差）"),
        gettext("公平时的概率"),
        gettext("一共看了几个"),
        gettext("校正后的概率"),
    ]


def _cells(tally: Tally) -> list[object]:
    """Return a tally as a spreadsheet reads it: numbers without words."""
    return [
        tally.draws,
        decimal(tally.expected, 2),
        tally.wins,
        Decimal(tally.deviation_hundredths).scaleb(-2),  # a number: its sign makes no formula
        _chance(tally.chance),
        tally.looked_at,
        _chance(tally.corrected),
    ]
