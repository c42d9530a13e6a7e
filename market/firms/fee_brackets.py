"""A firm's own table of brackets: how it is typed, checked and kept. Pure.

The engine that computes it stands above, in ``market.tariffs``; here is only validated data.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from market.errors import MarketError, msgid

FEN_PER_WAN: Final = 1_000_000
FEN_PER_YUAN: Final = 100
PPM_PER_MILLE: Final = 1_000
MOST_ROWS: Final = 20
HIGHEST_FEN: Final = 10**13
_WHOLE: Final = 1_000_000
_ABOVE: Final = frozenset({"以上", "above"})
_LINE: Final = re.compile(r"\s*([^:：\s]+)\s*(?:[:：]|\s)\s*(\S+)\s*")
_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_FEWEST_POINTS: Final = 2


class BracketShape(StrEnum):
    """What the numbers of a table mean."""

    PROGRESSIVE = "progressive"
    INTERPOLATED = "interpolated"
    PER_BAND = "per-band"


class BracketsError(MarketError):
    """A table of brackets that nobody could compute."""

    sentence = msgid("分档表第 %(line)s 行：%(problem)s")

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line=line, problem=problem, field="brackets")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: up to which base (fen; None is everything above), and its number.

    The number is millionths of the stretch for ``PROGRESSIVE`` and a fee in fen otherwise.
    """

    up_to_fen: int | None
    number: int


@dataclass(frozen=True, slots=True)
class Brackets:
    """A whole table."""

    shape: BracketShape
    rows: tuple[Row, ...]

    def stored(self) -> str:
        """Return the table's one canonical form."""
        body = {"shape": self.shape.value, "rows": [[r.up_to_fen, r.number] for r in self.rows]}
        return json.dumps(body, sort_keys=True, separators=(",", ":"))

    def typed(self) -> str:
        """Return the table as somebody would type it."""
        return "\n".join(
            f"{_above(row.up_to_fen)}：{_plain(Decimal(row.number) / _unit(self.shape))}"
            for row in self.rows
        )


def stored_brackets(text: str) -> Brackets | None:
    """Return a table from its canonical form; None if there is none.

    Args:
        text: What ``Brackets.stored`` gave, or nothing.

    Raises:
        ValueError: It is something else.

    Source: platform default.
    """
    if not text:
        return None
    body = json.loads(text)
    rows = tuple(Row(up_to, number) for up_to, number in body["rows"])
    return Brackets(BracketShape(body["shape"]), rows)


def read_brackets(shape: BracketShape, text: str) -> Brackets:
    """Read a table as it is typed: one bracket on each line, its upper end and its number.

    Args:
        shape: What the numbers mean.
        text: Lines such as ``100：15`` and ``以上：8``: ends in ten thousand yuan; numbers in per
            mille for progressive rates, in yuan otherwise.

    Returns:
        The table, checked.

    Raises:
        BracketsError: A line cannot be read, or the table leaves something open.

    Source: handbook domain.md 5.3, 5.4 (the engine's shapes); platform default.
    """
    lines = [line for line in re.split(r"[\n;；]", text) if line.strip()]
    rows = tuple(_row(shape, number, line) for number, line in enumerate(lines, start=1))
    brackets = Brackets(shape, rows)
    check_brackets(brackets)
    return brackets


def check_brackets(brackets: Brackets) -> None:
    """Refuse a table that leaves a stretch open or falls as the base grows.

    Args:
        brackets: The table.

    Raises:
        BracketsError: It names the line.

    Source: issue 4, laws: brackets join, a fee is monotone in its base; platform default.
    """
    rows, shape = brackets.rows, brackets.shape
    if not rows:
        raise BracketsError(1, msgid("请至少填写一档。"))
    if len(rows) > MOST_ROWS:
        raise BracketsError(len(rows), msgid("最多填写 20 档。"))
    if shape is BracketShape.INTERPOLATED and len(rows) < _FEWEST_POINTS:
        raise BracketsError(1, msgid("内插至少要有两个点。"))
    for number, row in enumerate(rows, start=1):
        _check_row(shape, number, row, is_last=number == len(rows))
    for number, (low, high) in enumerate(pairwise(rows), start=2):
        if high.up_to_fen is not None and (low.up_to_fen or 0) >= high.up_to_fen:
            raise BracketsError(number, msgid("上限须大于前一行的上限。"))
        if shape is not BracketShape.PROGRESSIVE and high.number < low.number:
            raise BracketsError(number, msgid("计费基数增大时收费不能减少。"))


def _check_row(shape: BracketShape, number: int, row: Row, *, is_last: bool) -> None:
    if row.up_to_fen is None and (not is_last or shape is BracketShape.INTERPOLATED):
        raise BracketsError(number, msgid("“以上”只能用于最后一行，内插不能使用。"))
    if row.up_to_fen is not None and not 0 < row.up_to_fen <= HIGHEST_FEN:
        raise BracketsError(number, msgid("上限须大于零，不超过1000亿元。"))
    highest = _WHOLE if shape is BracketShape.PROGRESSIVE else HIGHEST_FEN
    if not 0 < row.number <= highest:
        raise BracketsError(number, msgid("费率须大于零、不超过1000‰；收费须大于零。"))


def _row(shape: BracketShape, number: int, line: str) -> Row:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BracketsError(number, msgid("请写成“上限：数值”，例如“100：15”。"))
    end, value = found.groups()
    up_to = None if end in _ABOVE else _scaled(number, end, FEN_PER_WAN)
    return Row(up_to, _scaled(number, value, _unit(shape)))


def _unit(shape: BracketShape) -> int:
    return PPM_PER_MILLE if shape is BracketShape.PROGRESSIVE else FEN_PER_YUAN


def _scaled(line: int, text: str, scale: int) -> int:
    plain = text.replace(",", "").replace("，", "").removesuffix("‰").removesuffix("元")
    plain = plain.removesuffix("万")
    if not _NUMBER.fullmatch(plain):
        raise BracketsError(line, msgid("请填写数字，例如 100 或 6.25。"))
    value = Decimal(plain) * scale
    if value != value.to_integral_value():
        raise BracketsError(line, msgid("小数位数过多。"))
    return int(value)


def _above(up_to_fen: int | None) -> str:
    return "以上" if up_to_fen is None else _plain(Decimal(up_to_fen) / FEN_PER_WAN)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
