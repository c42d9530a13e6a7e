"""What people call the items for short: words to find them by, and nothing else."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from market.regulations.files import DataFileError, Problem, Table

FILE: Final = Path(__file__).parent / "words" / "aliases.toml"


@cache
def aliases() -> Mapping[str, tuple[str, ...]]:
    """Return the short names of items, by code.

    Raises:
        DataFileError: The file is malformed.
    """
    problems: list[Problem] = []
    table = Table.parse(FILE.read_bytes(), FILE.name, problems)
    found = {code: table.texts(code) for code in table.keys()}  # noqa: SIM118 - it is no dict
    table.close()
    if problems:
        raise DataFileError(problems)
    return MappingProxyType(found)


def names(code: str, word: str, haystack: str) -> bool:
    """Return whether a word means an item by a short name: alone, or with more of its words.

    Args:
        code: The item's code.
        word: One word of what is looked for, such as ``环评`` or ``环评报告表``.
        haystack: What the catalogue itself says of the item.

    Source: platform default.
    """
    return any(
        word in alias or (alias in word and word.replace(alias, "", 1) in haystack)
        for alias in aliases().get(code, ())
    )
