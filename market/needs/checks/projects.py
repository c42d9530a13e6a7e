"""Which needs belong to one project: by its code, or by its name. Pure."""

import re
import unicodedata
from typing import Final

# What a name says of itself and not of the project: 工程, 项目 at its end, brackets, a stage.
_NOISE: Final = re.compile(r"[\W_]+")
_TAIL: Final = re.compile(r"(?:建设工程|建设项目|工程项目|工程|项目|建设)+$")
_SECTION: Final = re.compile(r"第?[一二三四五六七八九十\d]+(?:标段|部分|标|包)$")
_SHORTEST: Final = 4


def code_of(code: str) -> str:
    """Return a project code as it is compared: one width, no blanks or hyphens.

    Args:
        code: As it was typed; may be empty.

    Source: platform default.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", code)).casefold()


def name_of(name: str) -> str:
    """Return a project's name as it is compared, nothing if it is too short to tell.

    Args:
        name: As it was typed.

    Source: platform default.
    """
    short = _TAIL.sub("", code_of(name))
    return short if len(short) >= _SHORTEST else ""


def name_at_owner(name: str) -> str:
    """Return a project's name as it is compared among the needs of one owner.

    A short name tells enough there (图书馆工程), and a section (第二标段) is no other project.

    Args:
        name: As it was typed.

    Source: platform default.
    """
    return _TAIL.sub("", _SECTION.sub("", code_of(name)))


def same_project(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Say whether two needs are of one project: the code is the same, or the name is.

    Args:
        one: Code and name of a need's project.
        other: Those of another.

    Returns:
        True also for one name under two codes: who splits a project gives it a second code.

    Source: handbook domain.md 2.3 step 1 and 2.4 (回避); platform default.
    """
    codes = code_of(one[0]), code_of(other[0])
    names = name_of(one[1]), name_of(other[1])
    return (bool(codes[0]) and codes[0] == codes[1]) or (bool(names[0]) and names[0] == names[1])


def same_project_of_owner(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Say whether two needs of one owner are of one project: by code, or by name however short.

    Args:
        one: Code and name of a need's project.
        other: Those of another need of the same owner.

    Source: handbook domain.md 10.1 row 2; platform default.
    """
    mine, theirs = name_at_owner(one[1]), name_at_owner(other[1])
    return same_project(one, other) or (bool(mine) and mine == theirs)
