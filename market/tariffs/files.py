"""The fee tables' data files: dated, closed schema, one file per document and date.

A file replaces the table of the same ``id`` from ``effective_from``. Amounts of a base are
written in ten thousand yuan, fees in yuan, rates in millionths: all whole numbers. Files in force
are never edited (``LOCK``).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from market.regulations.files import (
    DataFileError,
    Problem,
    Table,
    check_lock,
    configured,
    forget_on_configure,
    is_exactly,
    read_files,
)
from market.tariffs.coefficients import Extra, Factor, Option
from market.tariffs.rules import Document, Note, Performance, Standard, Standing, Variant
from market.tariffs.shapes import (
    Band,
    Banded,
    Bracket,
    Fixed,
    FixedByBand,
    Formula,
    Interpolated,
    Point,
    Progressive,
    UnitPrice,
)
from market.tariffs.steps import FEN_PER_WAN, FEN_PER_YUAN, Named

SHIPPED: Final = Path(__file__).parent
PATTERN: Final = "fees/*.toml"
E = TypeVar("E", bound=StrEnum)


class Shape(StrEnum):
    """What a column of a table looks like."""

    PROGRESSIVE = "progressive"
    INTERPOLATED = "interpolated"
    BANDED = "banded"
    FIXED = "fixed"
    UNIT_PRICE = "unit-price"


class Standards:
    """All dated tables; ``on(day)`` gives those of a day."""

    def __init__(self, standards: Sequence[Standard]) -> None:
        self._standards = sorted(standards, key=lambda one: (one.effective_from, one.id))

    def on(self, day: date) -> Mapping[str, Standard]:
        """Return the tables that apply on a day, by id, in order of id."""
        found = {one.id: one for one in self._standards if one.effective_from <= day}
        return MappingProxyType(dict(sorted(found.items())))


def load_standards(*folders: Path) -> Standards:
    """Read the shipped tables and those in the given rules folders.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    if problems := check_standards(*folders):
        raise DataFileError(problems)
    return Standards([one for _, one in _read(folders, [])])


@cache
def current_standards() -> Standards:
    """Return the fee tables of this installation (see ``market.regulations.configure``).

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return load_standards(*configured())


forget_on_configure(current_standards.cache_clear)


def check_standards(*folders: Path) -> list[Problem]:
    """List everything that is wrong with the shipped tables and those of the folders."""
    problems = [p for folder in (SHIPPED, *folders) for p in check_lock(folder)]
    seen: dict[tuple[str, date], str] = {}
    for file, standard in _read(folders, problems):
        other = seen.setdefault((standard.id, standard.effective_from), file)
        if other != file:
            problems.append(Problem(file, "id", f"与 {other} 同日规定同一标准"))
    return problems


def _read(folders: Sequence[Path], problems: list[Problem]) -> list[tuple[str, Standard]]:
    return [
        (f"{folder.name}/{name}", parse_standard(content, f"{folder.name}/{name}", problems))
        for folder in dict.fromkeys((SHIPPED, *folders))
        for name, content in read_files(folder, PATTERN)
    ]


def parse_standard(content: bytes, file: str, problems: list[Problem]) -> Standard:
    """Read one file; what is wrong with it is added to ``problems``."""
    table = Table.parse(content, file, problems)
    factors = tuple(_factor(one) for one in table.tables("factor"))
    extras = tuple(_extra(one) for one in table.tables("extra"))
    standard = Standard(
        id=table.text("id"),
        name=_named(table),
        region=_named(table, "region"),
        document=_document(table.table("document")),
        standing=_one_of(table, "standing", Standing, Standing.LOCAL),
        effective_from=table.day("effective_from"),
        variants=tuple(_variant(one, factors, extras) for one in table.tables("variant")),
        items=table.texts("items"),
        notes=tuple(_note(one) for one in table.tables("note")),
        float_down_bp=_optional(table, "float_down_bp") or 0,
        float_up_bp=_optional(table, "float_up_bp") or 0,
        equipment_share_bp=_optional(table, "equipment_share_bp"),
        several_parts=table.flag("several_parts"),
    )
    table.close()
    if not standard.variants:
        table.fault("variant", "至少写一项")
    _codes_differ(table, "variant", [one.code for one in standard.variants])
    if bare := [code for code in standard.items if not standard.variants_for(code)]:
        table.fault("items", f"没有一个类别适用于 {'、'.join(bare)}")
    _codes_differ(table, "factor", [one.code for one in factors])
    _codes_differ(table, "extra", [one.code for one in extras])
    return standard


# In an address the fields of the second part of a project end in "-2" (see ``asking.field_of``).
_LIKE_A_PART: Final = re.compile(r".*-\d+")


def _codes_differ(table: Table, key: str, codes: Sequence[str]) -> None:
    if key in {"factor", "extra"} and any(map(_LIKE_A_PART.fullmatch, codes)):
        table.fault(key, "编码不能以“-数字”结尾：与第几部分的字段同名")
    if len(set(codes)) != len(codes):
        table.fault(key, "编码有重复")


def _named(table: Table, key: str = "name") -> Named:
    return Named(table.text(f"{key}_zh"), table.text(f"{key}_en"))


def _document(table: Table) -> Document:
    document = Document(
        title=table.text("title"),
        number=table.text("number", optional=True),
        clause=table.text("clause", optional=True),
        confirm=table.flag("confirm"),
    )
    table.close()
    return document


def _note(table: Table) -> Note:
    note = Note(name=Named(table.text("zh"), table.text("en")), confirm=table.flag("confirm"))
    table.close()
    return note


def _factor(table: Table) -> Factor:
    options = tuple(_option(one) for one in table.tables("options"))
    factor = Factor(
        code=table.text("code"),
        name=_named(table),
        options=options,
        default=table.text("default", optional=True),
        low_milli=_milli(table, "low_milli"),
        high_milli=_milli(table, "high_milli"),
        joined=table.flag("joined"),
    )
    table.close()
    if factor.default and factor.default not in {option.code for option in options}:
        table.fault("default", "不在各取值之中")
    if not options and factor.low_milli >= factor.high_milli:
        table.fault("low_milli", "没有取值时须写明范围")
    _codes_differ(table, "options", [option.code for option in options])
    return factor


def _option(table: Table) -> Option:
    option = Option(code=table.text("code"), name=_named(table), milli=table.integer("milli"))
    table.close()
    return option


def _extra(table: Table) -> Extra:
    extra = Extra(code=table.text("code"), name=_named(table), rate_ppm=table.integer("rate_ppm"))
    table.close()
    return extra


def _variant(table: Table, factors: tuple[Factor, ...], extras: tuple[Extra, ...]) -> Variant:
    minimum, maximum = _optional(table, "minimum_yuan"), _optional(table, "maximum_yuan")
    own = table.texts("factors") if "factors" in table else None
    unknown = {*(own or ())} - {factor.code for factor in factors}
    variant = Variant(
        code=table.text("code"),
        name=_named(table),
        base=_named(table, "base"),
        formula=_formula(table),
        performance=_performance(table.table("performance")) if "performance" in table else None,
        surcharge=_extra(table.table("surcharge")) if "surcharge" in table else None,
        factors=tuple(f for f in factors if own is None or f.code in own),
        extras=extras,
        minimum_fen=None if minimum is None else minimum * FEN_PER_YUAN,
        maximum_fen=None if maximum is None else maximum * FEN_PER_YUAN,
        items=table.texts("items") if "items" in table else None,
    )
    table.close()
    if unknown:
        table.fault("factors", f"没有系数 {'、'.join(sorted(unknown))}")
    if minimum is not None and maximum is not None and minimum > maximum:
        table.fault("minimum_yuan", "最低收费高于最高限额")
    return variant


def _performance(table: Table) -> Performance:
    performance = Performance(base=_named(table, "base"), formula=_progressive(table))
    table.close()
    return performance


def _formula(table: Table) -> Formula:
    match _one_of(table, "shape", Shape, Shape.UNIT_PRICE):
        case Shape.PROGRESSIVE:
            return _progressive(table)
        case Shape.INTERPOLATED:
            return _interpolated(table)
        case Shape.BANDED:
            return _banded(table)
        case Shape.FIXED:
            return _fixed(table)
        case Shape.UNIT_PRICE:
            return UnitPrice(_optional(table, "price_fen"))


def _progressive(table: Table) -> Progressive:
    bounds, rates = _rising(table, "bounds_wan"), _integers(table, "rates_ppm")
    if len(rates) not in {len(bounds), len(bounds) + 1} or not rates:
        table.fault("rates_ppm", "费率个数须与档数相同，或多一档")
    limits: list[int | None] = [bound * FEN_PER_WAN for bound in bounds]
    pairs = zip([*limits, None], rates, strict=False)
    brackets = tuple(Bracket(limit, rate) for limit, rate in pairs)
    return Progressive(brackets, per_mille=table.flag("per_mille"))


def _interpolated(table: Table) -> Interpolated:
    bases, fees = _rising(table, "bases_wan"), _rising(table, "fees_yuan")
    if len(bases) != len(fees) or len(bases) < 2:  # noqa: PLR2004 - a line has two ends
        table.fault("fees_yuan", "基价个数须与计费额个数相同，至少两个")
    return Interpolated(
        tuple(
            Point(base * FEN_PER_WAN, fee * FEN_PER_YUAN)
            for base, fee in zip(bases, fees, strict=False)
        ),
        _optional(table, "above_rate_ppm"),
    )


def _banded(table: Table) -> Banded:
    edges = _rising(table, "edges_wan")
    lows, highs = _integers(table, "lows_yuan"), _integers(table, "highs_yuan")
    if len(lows) != len(highs) or len(lows) not in {len(edges), len(edges) - 1} or not lows:
        table.fault("lows_yuan", "各档上下限个数不符")
    if any(low > high for low, high in zip(lows, highs, strict=False)):
        table.fault("highs_yuan", "上限不得低于下限")
    if any(high != low for high, low in zip(highs, lows[1:], strict=False)):
        table.fault("highs_yuan", "相邻两档须衔接")
    ends: list[int | None] = [edge * FEN_PER_WAN for edge in edges[1:]]
    return Banded(
        tuple(
            Band(start * FEN_PER_WAN, end, low * FEN_PER_YUAN, high * FEN_PER_YUAN)
            for start, end, low, high in zip(edges, [*ends, None], lows, highs, strict=False)
        )
    )


def _fixed(table: Table) -> FixedByBand:
    bounds, fees = _rising(table, "bounds_wan"), _rising(table, "fees_yuan")
    if len(fees) not in {len(bounds), len(bounds) + 1} or not fees:
        table.fault("fees_yuan", "定额个数须与档数相同，或多一档")
    limits: list[int | None] = [bound * FEN_PER_WAN for bound in bounds]
    return FixedByBand(
        tuple(
            Fixed(limit, fee * FEN_PER_YUAN)
            for limit, fee in zip([*limits, None], fees, strict=False)
        )
    )


def _optional(table: Table, key: str) -> int | None:
    return table.integer(key) if key in table else None


def _milli(table: Table, key: str) -> int:
    """Return a bound of a coefficient: 1.000 where none is written."""
    found = _optional(table, key)
    return 1000 if found is None else found


def _integers(table: Table, key: str) -> tuple[int, ...]:
    """Return a list of whole numbers that are not negative; equal ones may stand in it."""
    value = table.raw(key)
    if not isinstance(value, list) or not all(is_exactly(one, int) and one >= 0 for one in value):
        table.fault(key, "应为不小于零的整数列表")
        return ()
    return tuple(value)


def _rising(table: Table, key: str) -> tuple[int, ...]:
    """Return a list of whole numbers, each above the one before."""
    value = _integers(table, key)
    if any(low >= high for low, high in pairwise(value)):
        table.fault(key, "须由小到大")
    return value


def _one_of(table: Table, key: str, kind: type[E], stand_in: E) -> E:
    text = table.text(key)
    if text in {member.value for member in kind}:
        return kind(text)
    if text:
        table.fault(key, f"只能是 {'、'.join(kind)} 之一")
    return stand_in
