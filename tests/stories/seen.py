"""What axe has looked at in this test run: a page that one worker saw, another need not see."""

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path


class Seen:
    """Things that were seen, by this process or by another that keeps them in the same file."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._file: Path | None = None
        self._read = 0

    def share(self, file: Path) -> None:
        """Keep what is seen in a file, and know what others keep there."""
        file.touch()
        self._file, self._read = file, 0

    def has(self, things: Iterable[str]) -> bool:
        """Tell whether all of them were seen."""
        names = {_name(thing) for thing in things}
        if not names <= self._known:
            self._catch_up()
        return names <= self._known

    def add(self, things: Iterable[str]) -> None:
        """Remember that they were seen."""
        names = {_name(thing) for thing in things} - self._known
        self._known |= names
        if self._file is not None and names:
            # In one piece: what two processes append at once does not mix.
            with self._file.open("ab", buffering=0) as file:
                file.write("".join(f"{name}\n" for name in sorted(names)).encode())

    def _catch_up(self) -> None:
        if self._file is None:
            return
        with self._file.open("rb") as file:
            file.seek(self._read, os.SEEK_SET)
            whole, newline, _rest = file.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        self._known.update(whole.decode().split())


def _name(thing: str) -> str:
    return sha256(thing.encode()).hexdigest()[:32]
