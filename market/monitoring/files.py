"""Files that are there as a whole or not at all, however the program ends."""

import os
from pathlib import Path
from typing import Final

_TEMPORARY: Final = ".new"


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: before, and if the power fails, the old one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + _TEMPORARY)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def keep(path: Path, data: bytes) -> None:
    """Write a file unless it is there: what was kept is never written again."""
    if not path.exists():
        replace(path, data)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append_line(path: Path, line: str) -> None:
    """Add a line to a file and make it last."""
    with path.open("ab") as file:
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def whole_lines(path: Path) -> list[str]:
    """Return the lines of a file; half a line, left by a program that was killed, is cut off."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    whole = data.rpartition(b"\n")[0]
    if len(whole) + 1 < len(data) or (data and not whole):
        with path.open("r+b") as file:
            file.truncate(len(whole) + 1 if whole else 0)
    return whole.decode("utf-8").split("\n") if whole else []
