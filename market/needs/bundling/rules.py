"""What may be joined into one need, and how the parts are written into it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from market.needs.bundling.errors import (
    BundleItemError,
    BundleLongError,
    FewDraftsError,
    ManyDraftsError,
    PartsSumError,
)
from market.tariffs.inputs import read_bases, written

FEWEST: Final = 2
MOST: Final = 20
LONGEST_CONTENT: Final = 5000
LONGEST_NAME: Final = 200
LONGEST_FUNDING: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a bundle, as the draft said it."""

    number: str
    item_code: str
    title: str
    project_code: str
    project_name: str
    scale: str
    content: str
    funding_source: str
    ceiling_fen: int


def check_parts(parts: Sequence[Part]) -> None:
    """Refuse drafts that cannot be one need.

    Args:
        parts: The drafts, in the order in which they will stand.

    Raises:
        FewDraftsError, ManyDraftsError: Fewer than two, or more than a reader can survey.
        BundleItemError: They are not of one item.

    Source: handbook domain.md 10.1 row 3 (打包 of small needs); the numbers are a platform default.
    """
    if len(parts) < FEWEST:
        raise FewDraftsError
    if len(parts) > MOST:
        raise ManyDraftsError(MOST)
    if len({part.item_code for part in parts}) > 1:
        raise BundleItemError


def project_of(parts: Sequence[Part]) -> tuple[str, str]:
    """Return code and name of the project of a bundle: the one they share, or all their names.

    Args:
        parts: The parts, at least one.

    Returns:
        The shared code, or nothing where they differ; and a name that names each project once.

    Raises:
        BundleLongError: The names are too long to stand together.

    Source: platform default. Checks that ask for a project look at every part's own.
    """
    codes = {part.project_code for part in parts}
    names = "、".join(dict.fromkeys(part.project_name for part in parts))
    if len(names) > LONGEST_NAME:
        raise BundleLongError(len(names), LONGEST_NAME)
    return (codes.pop() if len(codes) == 1 else ""), names


def content_of(parts: Sequence[Part]) -> str:
    """Return the content of a bundle: each part with its project, scale and what is asked.

    Args:
        parts: The parts, in order.

    Raises:
        BundleLongError: It is too long for one notice.

    Source: issue 4, Posting: the content of a bundle lists its parts.
    """
    texts = [f"本需求由 {len(parts)} 个部分打包，一并选取一家机构，各部分分别提交成果。"]
    for place, part in enumerate(parts, start=1):
        code = f"（{part.project_code}）" if part.project_code else ""
        texts.append(
            f"第{place}部分：{part.title}\n项目：{part.project_name}{code}\n"
            f"规模：{part.scale}\n{part.content}"
        )
    text = "\n\n".join(texts)
    if len(text) > LONGEST_CONTENT:
        raise BundleLongError(len(text), LONGEST_CONTENT)
    return text


def funding_of(parts: Sequence[Part]) -> str:
    """Return where the money of a bundle comes from: each source once.

    Args:
        parts: The parts.

    Raises:
        BundleLongError: The sources are too long to stand together.

    Source: platform default.
    """
    text = "；".join(dict.fromkeys(part.funding_source for part in parts))
    if len(text) > LONGEST_FUNDING:
        raise BundleLongError(len(text), LONGEST_FUNDING)
    return text


def bases_of(texts: Sequence[str]) -> str:
    """Return what fees for a bundle are computed from: each base that every part states, summed.

    Args:
        texts: The bases of each part, as its draft states them.

    Returns:
        The sums, one on each line; nothing of a base that a part leaves out or counts in another
        unit, for the sum would be no sum of the whole.

    Raises:
        BasesError: They cannot be read.

    Source: platform default.
    """
    parts = [{(base.name, base.unit): base for base in read_bases(text)} for text in texts]
    shared = [key for key in parts[0] if all(key in part for part in parts)]
    summed = [
        replace(parts[0][key], number=sum((part[key].number for part in parts), Fraction(0)))
        for key in shared
    ]
    return written(summed)


def check_sum(ceiling_fen: int, parts_fen: Sequence[int]) -> None:
    """Refuse a ceiling that is not the sum of the parts' ceilings.

    Args:
        ceiling_fen: The need's ceiling, in fen.
        parts_fen: The parts' ceilings, in fen; none where the need is no bundle.

    Raises:
        PartsSumError: They differ.

    Source: issue 4, Posting: thresholds are checked on the sum.
    """
    if parts_fen and sum(parts_fen) != ceiling_fen:
        raise PartsSumError(sum(parts_fen))
