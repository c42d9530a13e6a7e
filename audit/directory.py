"""A log as a directory of static files: written so that readers never see a half, and checked.

Needs no database: whoever has the directory and the log's key can check it.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from audit.checkpoint import Checkpoint
from audit.errors import AuditError, EquivocationError, ExportConflictError, MalformedError
from audit.findings import Finding
from audit.keys import Verifier, parse_vkey
from audit.note import parse
from audit.policy import Policy
from audit.tiles import ENTRIES, TILE_WIDTH, Tile, decode_bundle, tiles_of
from audit.tiletree import Frontier, TileTree
from audit.tree import HASH_BYTES, leaf_hashes

CHECKPOINT: Final = "checkpoint"
VKEY: Final = "log.vkey"
TILES: Final = "tile"
_TEMPORARY: Final = ".new"


def write(
    directory: Path, checkpoint: bytes, verifier: Verifier, read: Callable[[Tile], bytes]
) -> None:
    """Write or renew the static files of a log.

    Tiles come first and the checkpoint last, each file as a whole, so that a reader always
    finds all tiles of the checkpoint it sees, however the writing ends.

    Args:
        directory: Made if it is not there.
        checkpoint: The signed checkpoint.
        verifier: The log's key.
        read: Returns the bytes of a tile of the checkpoint's tree.

    Raises:
        ExportConflictError: The directory holds another log, or more entries than this one.
        EquivocationError: The directory holds a tree that this one does not continue.
        AuditError: The checkpoint is not by the log's key.
        OSError: The directory cannot be written.

    Source: C2SP tlog-tiles, "APIs".
    """
    policy = Policy(logs=(verifier,))
    new = policy.check(checkpoint).checkpoint
    _refuse_conflict(directory, policy, new, read)
    wanted = set()
    for tile in tiles_of(new.size):
        wanted.add(tile.path)
        _replace(directory / tile.path, read(tile))
    _replace(directory / VKEY, f"{verifier.vkey}\n".encode())
    _replace(directory / CHECKPOINT, checkpoint)
    for path in [path for path in _files(directory) if path not in wanted]:
        _remove(directory / path)


def verify_export(
    directory: Path,
    vkey: str,
    kept: Mapping[str, bytes] | None = None,
    trust: Policy | None = None,
) -> list[Finding]:
    """Check an exported log from its entries up: any changed byte is found.

    It reads one tile at a time; its memory does not grow with the log.

    Args:
        directory: With ``checkpoint``, ``tile/`` and ``log.vkey``.
        vkey: The log's key, from a source other than the directory.
        kept: Checkpoints that were kept from earlier, by a name to report them under; the log
            must continue each of them.
        trust: The reader's policy, where its witnesses' cosignatures are to be checked too and
            their quorum is asked for; a signature of a key it does not know is ignored.

    Returns:
        What is wrong, in the order of the files; nothing if all is well.

    Raises:
        MalformedError: ``vkey`` or a kept checkpoint cannot be read.
        AuditError: A kept checkpoint is not by the log's key.

    Source: C2SP tlog-tiles, tlog-checkpoint; RFC 6962, section 2.1.
    """
    verifier = parse_vkey(vkey)
    policy = Policy(logs=(verifier,))
    earlier = {name: policy.check(note).checkpoint for name, note in (kept or {}).items()}
    findings = _check_vkey(directory / VKEY, verifier)
    try:
        note = (directory / CHECKPOINT).read_bytes()
        checkpoint = policy.check(note).checkpoint
        if trust is not None:
            trust.check(note)
    except (AuditError, OSError) as error:
        return [*findings, Finding(CHECKPOINT, _reason(error))]
    findings += _check_signatures(note)
    return findings + _Export(directory, checkpoint).check(earlier)


class _Export:
    """Walks through the entries of an export and compares what follows from them."""

    def __init__(self, directory: Path, checkpoint: Checkpoint) -> None:
        self._directory = directory
        self._checkpoint = checkpoint
        self._frontier = Frontier()
        self._findings: list[Finding] = []

    def check(self, earlier: Mapping[str, Checkpoint]) -> list[Finding]:
        """Return all findings, those about the kept checkpoints included."""
        stops = self._pass(self._reachable(earlier), b"")
        for bundle in tiles_of(self._checkpoint.size):
            if bundle.level != ENTRIES:
                break
            hashes = self._hashes(bundle)
            if hashes is None:
                return self._findings
            stops = self._pass(stops, hashes)
            for tile, data in self._frontier.extend(hashes):
                self._compare(tile, data)
        for tile, data in self._frontier.partials():
            self._compare(tile, data)
        if self._frontier.root() != self._checkpoint.root:
            self._find(CHECKPOINT, "its root is not the root of the leaf hashes in tile/0")
        self._find_strangers()
        return self._findings

    def _reachable(self, earlier: Mapping[str, Checkpoint]) -> list[tuple[str, Checkpoint]]:
        """Return the kept checkpoints that the log is long enough for, and report the others."""
        stops = sorted(earlier.items(), key=lambda item: item[1].size)
        for name, kept in stops:
            if kept.size > self._checkpoint.size:
                self._find(name, f"the log now has fewer entries than the {kept.size} it signed")
        return [(name, kept) for name, kept in stops if kept.size <= self._checkpoint.size]

    def _hashes(self, bundle: Tile) -> bytes | None:
        """Check a bundle against its hash tile; return the hashes, None where neither is whole."""
        tile = Tile(0, bundle.number, bundle.width)
        hashes = self._read(tile)
        if hashes is not None and len(hashes) != tile.width * HASH_BYTES:
            self._find(tile.path, f"it does not have {tile.width} hashes")
            hashes = None
        data = self._read(bundle)
        if data is None:
            return hashes
        try:
            entries = decode_bundle(data, bundle.width)
        except MalformedError as error:
            self._find(bundle.path, error.why)
            return hashes
        of_entries = leaf_hashes(entries)
        if hashes is not None and of_entries != hashes:
            wrong = next(
                at
                for at in range(0, len(hashes), 32)
                if of_entries[at : at + 32] != hashes[at : at + 32]
            )
            index = bundle.number * TILE_WIDTH + wrong // HASH_BYTES
            self._find(
                bundle.path, f"entry {index} does not have the hash that {tile.path} gives it"
            )
        return hashes or of_entries

    def _pass(
        self, stops: list[tuple[str, Checkpoint]], hashes: bytes
    ) -> list[tuple[str, Checkpoint]]:
        """Compare the kept checkpoints whose tree ends within these leaves; return the others."""
        end = self._frontier.size + len(hashes) // HASH_BYTES
        here = [(name, kept) for name, kept in stops if kept.size <= end]
        for name, kept in here:
            tree = self._frontier.copy()
            tree.extend(hashes[: (kept.size - tree.size) * HASH_BYTES])
            if tree.root() != kept.root:
                self._find(name, f"the log does not continue the tree of {kept.size} it signed")
        return stops[len(here) :]

    def _compare(self, tile: Tile, data: bytes) -> None:
        """Compare a hash tile with what the tiles below it give; level 0 has been compared."""
        if tile.level and (found := self._read(tile)) is not None and found != data:
            self._find(tile.path, "it does not follow from the tiles below it")

    def _find_strangers(self) -> None:
        expected = {tile.path for tile in tiles_of(self._checkpoint.size)}
        for path in _files(self._directory):
            if path not in expected:
                self._find(path, f"a tree of {self._checkpoint.size} has no such file")

    def _read(self, tile: Tile) -> bytes | None:
        try:
            return (self._directory / tile.path).read_bytes()
        except OSError as error:
            self._find(tile.path, _reason(error))
            return None

    def _find(self, where: str, what: str) -> None:
        self._findings.append(Finding(where, what))


def _refuse_conflict(
    directory: Path, policy: Policy, new: Checkpoint, read: Callable[[Tile], bytes]
) -> None:
    """Refuse to replace a published tree with one that does not continue it."""
    try:
        old = policy.check((directory / CHECKPOINT).read_bytes()).checkpoint
    except FileNotFoundError:
        return
    except AuditError as error:
        raise ExportConflictError(str(directory), f"in its checkpoint, {error}") from error
    if old.size > new.size:
        why = f"it has {old.size} entries, this log only {new.size}"
        raise ExportConflictError(str(directory), why)
    if TileTree(new.size, read).root_at(old.size) != old.root:
        raise EquivocationError(new.origin, old.size, new.size)


def _check_vkey(path: Path, verifier: Verifier) -> list[Finding]:
    try:
        found = path.read_bytes()
    except OSError as error:
        return [Finding(VKEY, _reason(error))]
    same = found == f"{verifier.vkey}\n".encode()
    return [] if same else [Finding(VKEY, "it is not the key you gave")]


def _check_signatures(note: bytes) -> list[Finding]:
    signatures = parse(note).signatures
    twice = len(set(signatures)) < len(signatures)
    return [Finding(CHECKPOINT, "a signature stands in it twice")] if twice else []


def _files(directory: Path) -> Iterator[str]:
    """Yield every file below ``tile``, as a path within the directory, in a fixed order."""
    for folder, folders, names in os.walk(directory / TILES):
        folders.sort()
        for name in sorted(names):
            yield (Path(folder) / name).relative_to(directory).as_posix()


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that it is there as a whole or not at all, even if the power fails."""
    try:
        if path.read_bytes() == data:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + _TEMPORARY)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove(path: Path) -> None:
    """Delete a partial tile that a wider one replaces, and its folder with the last of them."""
    path.unlink()
    if not any(path.parent.iterdir()):
        path.parent.rmdir()


def _reason(error: Exception) -> str:
    return error.strerror or "cannot be read" if isinstance(error, OSError) else str(error)
