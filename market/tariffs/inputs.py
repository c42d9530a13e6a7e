"""What a project has of each base, as an owner types it and a notice prints it. Pure.

One line for each base: its name, a number, and a unit. 元, 万元 and 亿元 make an amount; any
other unit makes a quantity. A fee that names the base in the same words can be computed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, urlencode

from market.errors import MarketError, msgid
from market.firms.fee_bases import MONEY_UNITS, UNIT, is_unit
from market.tariffs.numbers import NotANumberError, read_number
from market.tariffs.steps import FEN_PER_WAN, FEN_PER_YUAN

MONEY: Final[Mapping[str, int]] = MappingProxyType(
    dict(zip(MONEY_UNITS, (FEN_PER_YUAN, FEN_PER_WAN, FEN_PER_WAN * 10_000), strict=True))
)
MOST_BASES: Final = 10
LONGEST: Final = 1_000
MOST_FIELDS: Final = 100
LONGEST_NAME: Final = 100
LONGEST_UNIT: Final = 20
_AMOUNT: Final = "元"
_LINE: Final = re.compile(rf"(.+?)\s*[:：]\s*([\d,，.]+)\s*({UNIT})")
_TABLE: Final = re.compile(r"(?:.*/fees/standards/)?([a-z0-9-]{1,60})\?(.*)", re.DOTALL)
# The firm brings its own discount, and no float: what it publishes rests on the table as it is.
OF_THE_FIRM: Final = frozenset({"discount", "float"})
# The buttons of a page are no part of the question.
DROPPED: Final = OF_THE_FIRM | {"more", "sort", "order"}


class BasesError(MarketError):
    """A base that cannot be read."""

    sentence = msgid("计费参数第 %(line)s 行：%(problem)s")

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line=line, problem=problem, field="fee_bases")


class QuestionError(MarketError):
    """A calculation by a fee table that cannot be read or made."""

    sentence = msgid("标准收费的计算式不能采用：%(problem)s")

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem, field="fee_standard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a project has of one base."""

    name: str
    number: Fraction
    unit: str

    @property
    def key(self) -> str:
        """By what a fee finds it: an amount by its name, a quantity by name and unit."""
        return key_of(self.name, "" if self.unit in MONEY else self.unit)

    @property
    def value(self) -> Fraction:
        """The amount in fen, or the quantity."""
        return self.number * MONEY.get(self.unit, 1)

    @property
    def line(self) -> str:
        """The base as it is typed, in its one form."""
        return f"{self.name}：{_decimal(self.number)} {self.unit}"


def key_of(name: str, unit: str = "") -> str:
    """Return by what a base is found: with a unit it is a quantity, else an amount.

    An amount whose name ends like that of a quantity has a mark of its own: "面积（平方米）" in
    yuan is not "面积" in square metres.

    Args:
        name: What it is called.
        unit: Of what one is counted; empty for an amount.

    Source: platform default.
    """
    return label_of(name, unit or (_AMOUNT if name.endswith("）") else ""))


def label_of(name: str, unit: str = "") -> str:
    """Return how a base is called where people read it.

    Args:
        name: What it is called.
        unit: Of what one is counted; empty for an amount.

    Source: platform default.
    """
    return f"{name}（{unit}）" if unit else name


def read_bases(text: str) -> tuple[Base, ...]:
    """Read the bases of a project, one on each line.

    Args:
        text: Lines such as ``项目总投资：3000 万元`` and ``建筑面积：12000 平方米``.

    Returns:
        The bases in the order typed.

    Raises:
        BasesError: It names the line.

    Source: issue 4, Fees: 'compute for my project'; platform default.
    """
    lines = [line.strip() for line in re.split(r"[\n;；]", text) if line.strip()]
    if len(lines) > MOST_BASES:
        raise BasesError(len(lines), msgid("最多填写 10 行。"))
    found: dict[str, Base] = {}
    for number, line in enumerate(lines, start=1):
        base = _base(number, line)
        if base.key in found:
            raise BasesError(number, msgid("与前面一行的名称和单位相同，请合并。"))
        found[base.key] = base
    return tuple(found.values())


def written(bases: Sequence[Base]) -> str:
    """Return bases as text, in their one form.

    Args:
        bases: As ``read_bases`` gave them.

    Source: platform default.
    """
    return "\n".join(base.line for base in bases)


def _base(number: int, line: str) -> Base:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BasesError(number, msgid("请写成“名称：数 单位”，例如“项目总投资：3000 万元”。"))
    name, digits, unit = found.groups()
    if len(name) > LONGEST_NAME or len(unit) > LONGEST_UNIT:
        raise BasesError(number, msgid("名称或单位过长。"))
    if unit not in MONEY and not is_unit(unit):
        raise BasesError(number, msgid("单位中不能有括号或冒号，例如把“（平方米）”改为“平方米”。"))
    try:
        value = read_number(digits)
    except NotANumberError:
        raise BasesError(number, msgid("请填写数字，例如 3000 或 12.5。")) from None
    if value <= 0:
        raise BasesError(number, msgid("须大于零。"))
    return Base(name=name, number=value, unit=unit)


def _decimal(number: Fraction) -> str:
    """Return a number that was typed as a decimal as one again, without commas."""
    scaled = number * 10**8
    whole, rest = divmod(int(scaled), 10**8)
    return f"{whole}.{rest:08d}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Question:
    """A calculation by a fee table: the table, and what its page's address said."""

    table: str
    typed: Mapping[str, Sequence[str]]

    @property
    def address(self) -> str:
        """The question in its one form: the table and the sorted arguments."""
        return f"{self.table}?{urlencode(sorted(self.typed.items()), doseq=True)}"


def read_question(text: str) -> Question | None:
    """Read the address of a calculation; None if there is none.

    Args:
        text: The address of a page of the calculator, or its end from the table's id on.

    Raises:
        QuestionError: It is no such address.

    Source: docs/fees.md: the address holds the whole question.
    """
    if not text.strip():
        return None
    found = _TABLE.fullmatch(text.strip())
    if found is None or len(text) > LONGEST:
        words = msgid("请粘贴“收费标准与计算器”页算出结果后的网址，或由“为我的项目计算”带入。")
        raise QuestionError(words)
    try:
        typed = parse_qs(found.group(2), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise QuestionError(
            msgid("网址中的项目太多，请从“收费标准与计算器”页重新复制算出结果后的网址。")
        ) from None
    kept = {name: tuple(texts) for name, texts in typed.items() if name not in DROPPED}
    return Question(found.group(1), MappingProxyType(kept))
