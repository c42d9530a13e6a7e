"""The monitor's own folder: a copy of the log as static files, and everything it ever saw.

::

    FOLDER/log/                 the log, as ``python -m audit verify`` and any C2SP tool read it
    FOLDER/checkpoints/         every signed checkpoint that was ever served
    FOLDER/bundles/             every draw's bundle as it was verified
    FOLDER/frozen/              every draw's list as it was frozen, and its cut
    FOLDER/evidence/            proofs of what must not happen
    FOLDER/findings.ndjson      what was found, and when it no longer held
    FOLDER/growth.ndjson        when the log was seen to grow
    FOLDER/verified.ndjson      which draws were verified, and how each check ended
    FOLDER/status.json          when the platform was last reached
    FOLDER/numbers.txt          lottery numbers that the monitor's operator typed
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from audit.checkpoint import Checkpoint
from audit.errors import AuditError
from audit.keys import Verifier
from audit.policy import Policy
from audit.tiles import ENTRIES, TILE_WIDTH, Tile, decode_bundle, tile_for, tiles_of
from audit.tiletree import Frontier, TileTree, widths
from market.monitoring.errors import FolderDamagedError, FolderInUseError
from market.monitoring.files import append_line, keep, replace, sync_folder, whole_lines

_INCOMING: Final = "incoming"


@dataclass(frozen=True, slots=True)
class Growth:
    """The log went from one size to another: at ``absent_at`` the new entries were not there.

    Both are instants of the monitor's own clock, in Unix seconds; ``absent_at`` is None for
    the first state that was ever seen.
    """

    before: int
    after: int
    absent_at: int | None
    seen_at: int


@dataclass(slots=True)
class Status:
    """When the platform was reached, in Unix seconds of the monitor's own clock."""

    first_tried_at: int | None = None
    reached_at: int | None = None
    unwitnessed_since: int | None = None
    was_witnessed: bool = False


class Folder:
    """One monitor's folder, which it alone may change while it runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = (path / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise FolderInUseError(path) from error
        self._log = path / "log"
        self.checkpoint: Checkpoint | None = None
        self.note = b""
        shutil.rmtree(path / _INCOMING, ignore_errors=True)

    def __enter__(self) -> Self:
        """Use the folder."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let others use it."""
        self.close()

    def close(self) -> None:
        """Let others use the folder."""
        self._lock.close()

    @property
    def size(self) -> int:
        """How many entries are kept."""
        return self.checkpoint.size if self.checkpoint else 0

    @property
    def root(self) -> bytes:
        """The root of what is kept."""
        return self.tree().root()

    def open_log(self, verifiers: tuple[Verifier, ...]) -> None:
        """Read what was kept of the log, and remove what a killed monitor left half done.

        Raises:
            FolderDamagedError: The files do not belong to a checkpoint of one of these keys.
        """
        try:
            self.note = (self._log / "checkpoint").read_bytes()
            self.checkpoint = Policy(logs=verifiers).check(self.note).checkpoint
        except FileNotFoundError:
            self.note, self.checkpoint = b"", None
        except AuditError as error:
            raise FolderDamagedError(self._log, error) from error
        wanted = {tile.path for tile in tiles_of(self.size)}
        tiles = self._log / "tile"
        tiles.mkdir(parents=True, exist_ok=True)
        for found in [path for path in tiles.rglob("*") if path.is_file()]:
            if found.relative_to(self._log).as_posix() not in wanted:
                _remove(found)
        if self.checkpoint and self.frontier().root() != self.checkpoint.root:
            raise FolderDamagedError(self._log, "tile/")

    def read(self, tile: Tile) -> bytes:
        """Return a tile that is kept, or a wider state of it.

        Raises:
            FolderDamagedError: It is not there.
        """
        now = tile_for(tile.level, tile.number, self.size)
        try:
            return (self._log / (now or tile).path).read_bytes()
        except OSError as error:
            raise FolderDamagedError(self._log, tile.path) from error

    def tree(self) -> TileTree:
        """Return the tree of all that is kept."""
        return TileTree(self.size, self.read)

    def frontier(self) -> Frontier:
        """Return the edge at which the tree grows."""
        tails = []
        for level, width in enumerate(widths(self.size)):
            number = self.size >> (8 * (level + 1))
            tails.append(self.read(Tile(level, number, width)) if width else b"")
        try:
            return Frontier(self.size, tails)
        except ValueError as error:
            raise FolderDamagedError(self._log, "tile/") from error

    def entries(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield every entry from an index on, with its index.

        Raises:
            FolderDamagedError: A bundle cannot be read.
        """
        for number in range(start // TILE_WIDTH, -(-self.size // TILE_WIDTH)):
            tile = tile_for(ENTRIES, number, self.size)
            if tile is None:
                return
            try:
                bodies = decode_bundle(self.read(tile), tile.width)
            except AuditError as error:
                raise FolderDamagedError(self._log, tile.path) from error
            for index, body in enumerate(bodies, number * TILE_WIDTH):
                if index >= start:
                    yield index, body

    def stage(self, tile: Tile, data: bytes) -> None:
        """Put a tile aside until the root it leads to is known to be the signed one."""
        path = self.path / _INCOMING / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def drop_staged(self) -> None:
        """Forget what was put aside."""
        shutil.rmtree(self.path / _INCOMING, ignore_errors=True)

    def commit(self, note: bytes, checkpoint: Checkpoint, verifier: Verifier, at: int) -> None:
        """Take over the tiles that were put aside; the checkpoint comes last."""
        old = {tile.path for tile in tiles_of(self.size) if not tile.is_full}
        for found in sorted((self.path / _INCOMING).rglob("*")):
            if found.is_file():
                target = self._log / found.relative_to(self.path / _INCOMING)
                target.parent.mkdir(parents=True, exist_ok=True)
                found.replace(target)
                sync_folder(target.parent)
        replace(self._log / "log.vkey", f"{verifier.vkey}\n".encode())
        if checkpoint.size > self.size:
            absent_at = self.status().reached_at if self.checkpoint else None
            self._append("growth", asdict(Growth(self.size, checkpoint.size, absent_at, at)))
        replace(self._log / "checkpoint", note)
        self.note, self.checkpoint = note, checkpoint
        wanted = {tile.path for tile in tiles_of(self.size) if not tile.is_full}
        for path in old - wanted:
            _remove(self._log / path)
        self.drop_staged()

    def growth(self) -> list[Growth]:
        """Return every time at which the log was seen to grow, in order."""
        return [Growth(**row) for row in self._rows("growth")]

    def verified(self) -> Iterator[dict[str, Any]]:
        """Yield what was written of verified draws, in order."""
        yield from self._rows("verified")

    def note_verified(self, row: Mapping[str, object]) -> None:
        """Write down how a draw's verification ended."""
        self._append("verified", row)

    def keep_checkpoint(self, size: int, note: bytes) -> None:
        """Keep a signed checkpoint for ever, whatever it says."""
        name = f"{size:012d}-{_short(note)}.checkpoint"
        keep(self.path / "checkpoints" / f"{size // 1000:06d}" / name, note)

    def keep_bundle(self, draw: str, data: bytes) -> None:
        """Keep a draw's bundle as it was served."""
        keep(self.path / "bundles" / draw / f"{_short(data)}.ismdraw.zip", data)

    def keep_frozen(self, draw: str, name: str, data: bytes) -> None:
        """Keep a frozen list, and what shows that it is the draw's."""
        keep(self._frozen(draw, name), data)

    def has_frozen(self, draw: str, name: str) -> bool:
        """Whether such a file of a frozen draw is kept."""
        return self._frozen(draw, name).exists()

    def _frozen(self, draw: str, name: str) -> Path:
        return self.path / "frozen" / draw / f"{name}.ismdraw.zip"

    def keep_evidence(self, name: str, files: Mapping[str, bytes]) -> None:
        """Keep the proof of something, in a folder of its own."""
        for file, data in files.items():
            keep(self.path / "evidence" / name / file, data)

    def status(self) -> Status:
        """Return when the platform was reached."""
        try:
            return Status(**json.loads((self.path / "status.json").read_bytes()))
        except FileNotFoundError:
            return Status()
        except (ValueError, TypeError) as error:
            raise FolderDamagedError(self.path, "status.json") from error

    def set_status(self, status: Status) -> None:
        """Write down when the platform was reached."""
        replace(self.path / "status.json", json.dumps(asdict(status)).encode())

    def _append(self, name: str, row: Mapping[str, object]) -> None:
        append_line(self.path / f"{name}.ndjson", json.dumps(row, sort_keys=True))

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:  # what json.loads gives
        path = self.path / f"{name}.ndjson"
        for number, line in enumerate(whole_lines(path), 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise FolderDamagedError(path, f"line {number}") from error


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _remove(path: Path) -> None:
    path.unlink()
    if not any(path.parent.iterdir()):
        path.parent.rmdir()
