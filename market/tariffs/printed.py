"""A column of a table as its document prints it: rows of words for the page."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flask_babel import gettext

from market.tariffs.rules import Variant
from market.tariffs.shapes import Banded, FixedByBand, Interpolated, Progressive, UnitPrice
from market.tariffs.showing import amount, name, rate
from market.tariffs.steps import Rate
from market.tariffs.words import yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBlock:
    """One list of numbers: its name, the heads of its two columns, its rows."""

    caption: str
    columns: tuple[str, str]
    rows: list[tuple[str, str]]


def number_blocks(variant: Variant) -> list[NumberBlock]:
    """Return everything the document's table says of a column."""
    base = name(variant.base)
    blocks = [NumberBlock(caption=name(variant.name), columns=_heads(variant, base), rows=[])]
    match variant.formula:
        case Progressive() as formula:
            blocks[0].rows.extend(_rates(formula))
        case Interpolated() as formula:
            blocks[0].rows.extend(_points(formula))
        case Banded() as formula:
            blocks[0].rows.extend(_bands(formula))
        case FixedByBand() as formula:
            limits = [band.up_to_fen for band in formula.bands]
            fees = [yuan(band.fee_fen) for band in formula.bands]
            blocks[0].rows.extend(zip(_spans(limits), fees, strict=True))
        case UnitPrice(price_fen):
            printed = gettext("按文件所列") if price_fen is None else yuan(price_fen)
            blocks[0].rows.append((base, printed))
    if variant.performance is not None:
        changed = name(variant.performance.base)
        rows = _rates(variant.performance.formula)
        heads = (changed, gettext("效益收费费率"))
        blocks.append(NumberBlock(caption=gettext("效益收费"), columns=heads, rows=rows))
    blocks[0].rows.extend(_around(variant))
    return blocks


def _heads(variant: Variant, base: str) -> tuple[str, str]:
    match variant.formula:
        case Progressive():
            return base, gettext("费率（差额累进）")
        case Interpolated():
            return base, gettext("基价（内插）")
        case Banded():
            return base, gettext("收费（内插）")
        case FixedByBand():
            return base, gettext("定额")
        case UnitPrice():
            return base, gettext("单价")


def _around(variant: Variant) -> list[tuple[str, str]]:
    rows = []
    if variant.surcharge is not None:
        rows.append((name(variant.surcharge.name), f"+ {rate(Rate(variant.surcharge.rate_ppm))}"))
    if variant.minimum_fen is not None:
        rows.append((gettext("最低收费"), yuan(variant.minimum_fen)))
    if variant.maximum_fen is not None:
        rows.append((gettext("最高限额"), yuan(variant.maximum_fen)))
    return rows


def _rates(formula: Progressive) -> list[tuple[str, str]]:
    limits = [bracket.up_to_fen for bracket in formula.brackets]
    rates = [rate(Rate(bracket.rate_ppm, formula.per_mille)) for bracket in formula.brackets]
    return list(zip(_spans(limits), rates, strict=True))


def _spans(limits: list[int | None]) -> list[str]:
    """Return each stretch in words, from its lower to its upper end."""
    return [_span(lower, upper) for lower, upper in pairwise([None, *limits])]


def _span(lower: int | None, upper: int | None) -> str:
    if lower is None:
        words = gettext("全部") if upper is None else gettext("%(most)s及以下", most=_fen(upper))
    elif upper is None:
        words = gettext("%(least)s以上", least=_fen(lower))
    else:
        words = gettext("%(least)s以上至%(most)s", least=_fen(lower), most=_fen(upper))
    return str(words)


def _points(formula: Interpolated) -> list[tuple[str, str]]:
    rows = [(_fen(point.base_fen), _fen(point.fee_fen)) for point in formula.points]
    if formula.above_rate_ppm is not None:
        above = gettext("%(least)s以上", least=rows[-1][0])
        rows.append((above, rate(Rate(formula.above_rate_ppm))))
    return rows


def _bands(formula: Banded) -> list[tuple[str, str]]:
    return [
        (_span(band.from_fen, band.to_fen), _fees(band.low_fen, band.high_fen))
        for band in formula.bands
    ]


def _fees(low_fen: int, high_fen: int) -> str:
    if low_fen == high_fen:
        return _fen(low_fen)
    return str(gettext("%(low)s至%(high)s", low=_fen(low_fen), high=_fen(high_fen)))


def _fen(fen: int) -> str:
    return amount(Fraction(fen))
