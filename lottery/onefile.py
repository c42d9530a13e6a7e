"""The verifier as one file, ``verify.pyz``: for a machine with Python and nothing else.

``python3 -S -E -I verify.pyz verify BUNDLE --policy POLICY``
"""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from lottery.archive import write_archive

_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = b"import sys\n\nfrom lottery.__main__ import main\n\nsys.exit(main())\n"
# Verifiers in other languages are files of their own.
_LEFT_OUT: Final = frozenset({"verifiers", "__pycache__"})


def build() -> bytes:
    """Return the file; the same sources give the same bytes on every machine.

    Returns:
        A zip of this package's sources that Python runs, after a line for Unix shells.

    Source: the module zipapp of Python's standard library describes such files.
    """
    sources = dict(_sources(files("lottery"), "lottery"))
    return _SHEBANG + write_archive({"__main__.py": _MAIN} | sources)


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir() and item.name not in _LEFT_OUT:
            yield from _sources(item, f"{name}/{item.name}")
        elif item.name.endswith(".py"):
            yield f"{name}/{item.name}", item.read_bytes()
