"""What an expert panel scores by: the owner's criteria, as they are typed and fixed. Pure.

One line for each criterion: its name and the most points that it gives. Together they give 100.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from market.errors import msgid
from market.needs.rules import NeedFactsError

FEWEST: Final = 2
MOST: Final = 12
SUM: Final = 100
LONGEST_NAME: Final = 40
LONGEST: Final = 1_000
_LINE: Final = re.compile(r"(.+?)\s*[:：]\s*([0-9]{1,3})\s*分?", re.ASCII)


class CriteriaError(NeedFactsError):
    """The criteria cannot be scored by."""

    def __init__(self, **facts: object) -> None:
        super().__init__(field="criteria", **facts)


class CriterionLineError(CriteriaError):
    """A line is no criterion."""

    sentence = msgid(
        "评审标准第 %(line)s 行不能识别。请写成“名称：分值”，例如“服务方案：40”；"
        "名称不超过 40 个字，分值为 1 至 100 的整数。"
    )


class CriteriaCountError(CriteriaError):
    """Too few or too many criteria."""

    sentence = msgid("评审标准须为 2 至 12 项，现有 %(count)s 项。请增减后再提交。")


class CriterionTwiceError(CriteriaError):
    """Two criteria have one name."""

    sentence = msgid("评审标准“%(name)s”写了不止一次。请合并为一行。")


class CriteriaSumError(CriteriaError):
    """The criteria do not give 100 points together."""

    sentence = msgid("各项评审标准的分值之和须为 100，现为 %(sum)s。请调整分值。")


class CriteriaUnusedError(CriteriaError):
    """There are criteria although nobody scores."""

    sentence = msgid("只有综合评分的方式才有评审标准。请删去评审标准，或改选方式。")


class PriceCriterionError(CriteriaError):
    """A criterion scores the price."""

    sentence = msgid(
        "本方式不对价格评分（中选价由公告的规则确定），请删去评审标准“%(name)s”；"
        "要按价格选取的，请改选报价或竞价的方式。"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What is scored, and the most points it gives."""

    name: str
    points_max: int

    @property
    def line(self) -> str:
        """The criterion as it is typed, in its one form."""
        return f"{self.name}：{self.points_max}"


def read_criteria(text: str) -> tuple[Criterion, ...]:
    """Read criteria, one on each line, and refuse what could not be scored by.

    Args:
        text: Lines such as ``服务方案：40``.

    Returns:
        The criteria in the order typed.

    Raises:
        CriteriaError: The first rule that is broken.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md; platform default.
    """
    lines = [line for line in re.split(r"[\n;；]", text) if line.strip()]
    found = tuple(_criterion(number, line) for number, line in enumerate(lines, start=1))
    if not FEWEST <= len(found) <= MOST:
        raise CriteriaCountError(count=len(found))
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise CriterionTwiceError(name=name)
        if any(word in name for word in _OF_PRICE):
            raise PriceCriterionError(name=name)
    total = sum(each.points_max for each in found)
    if total != SUM:
        raise CriteriaSumError(sum=total)
    return found


_OF_PRICE: Final = ("价格", "报价", "费用", "收费", "下浮")


def _criterion(number: int, line: str) -> Criterion:
    plain = unicodedata.normalize("NFKC", line).strip()
    match = _LINE.fullmatch(plain)
    if match is None:
        raise CriterionLineError(line=number)
    name, points = match.group(1).strip(), int(match.group(2))
    if not name or len(name) > LONGEST_NAME or not 1 <= points <= SUM:
        raise CriterionLineError(line=number)
    return Criterion(name=name, points_max=points)


def written(criteria: Sequence[Criterion]) -> str:
    """Return criteria as text, in their one form.

    Args:
        criteria: As ``read_criteria`` gave them.

    Source: platform default.
    """
    return "\n".join(each.line for each in criteria)


def body_of(criteria: Sequence[Criterion]) -> list[dict[str, object]]:
    """Return criteria as a notice holds them.

    Args:
        criteria: In their order.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    return [{"name": each.name, "points_max": each.points_max} for each in criteria]


def criteria_in(method: Mapping[str, object]) -> tuple[Criterion, ...]:
    """Return the criteria that a notice's member about its method fixed; none where it has none.

    Args:
        method: The member.

    Raises:
        TypeError: They have another form.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    found = method.get("criteria", [])
    if not isinstance(found, list):
        raise TypeError("criteria of a notice are no list")
    return tuple(_stated(each) for each in found)


def _stated(each: object) -> Criterion:
    if not isinstance(each, dict):
        raise TypeError("a criterion of a notice is no object")
    name, most = each.get("name"), each.get("points_max")
    if not isinstance(name, str) or not isinstance(most, int):
        raise TypeError("a criterion of a notice has no name or no points")
    return Criterion(name=name, points_max=most)
