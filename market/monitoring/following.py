"""Following a log from outside: each new checkpoint is checked against all that was kept."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from audit.checkpoint import Checkpoint
from audit.encoding import to_base64
from audit.errors import AuditError, QuorumError
from audit.keys import KeyType, Verifier
from audit.note import MAX_NOTE_BYTES
from audit.policy import Policy, Trusted
from audit.tiles import ENTRIES, TILE_BYTES, TILE_WIDTH, Tile, decode_bundle, parse_path, tile_for
from audit.tiletree import Frontier, TileTree
from audit.tree import HASH_BYTES, leaf_hashes
from lottery import Said
from market.monitoring.errors import BadAnswerError
from market.monitoring.fetching import Site
from market.monitoring.findings import Finding, instant
from market.monitoring.folder import Folder, Status

MAX_BUNDLE_BYTES: Final = TILE_WIDTH * (2 + 0xFFFF)
BUNDLE_SECONDS: Final = 120.0
UNWITNESSED_SECONDS: Final = 120
"""So long a log that had its quorum before may go without: witnesses take a moment."""
ASK_AGAIN: Final = 3
PAUSE_SECONDS: Final = 2.0
Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A checkpoint that the log signed, and whether the quorum cosigned it."""

    note: bytes
    checkpoint: Checkpoint
    verifier: Verifier
    trusted: Trusted | None
    missing: QuorumError | None


@dataclass(slots=True)
class _Grown:
    """What the served entries lead to."""

    frontier: Frontier
    tiles: dict[Tile, bytes] = field(default_factory=dict)


class _WrongTilesError(Exception):
    """What was served does not lead to what was signed; nothing of it was taken over."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class Follower:
    """Keeps a copy of one log up to date, and says what is wrong with what is served."""

    def __init__(
        self, folder: Folder, site: Site, policy: Policy, pause: Pause = time.sleep
    ) -> None:
        self._folder = folder
        self._pause = pause
        self._site = site
        self._policy = policy
        self._logs = tuple(log for log in policy.logs if log.type is KeyType.ED25519)
        folder.open_log(self._logs)

    def follow(self, now: datetime, suspects: Iterable[str] = ()) -> list[Finding]:
        """Fetch the checkpoint and all that is new under it.

        Args:
            now: Read before this is called: what is not under the checkpoint was not yet
                served at this instant.
            suspects: Paths of tiles that were wrong when they were last asked for.

        Returns:
            What is wrong with what was served now.

        Raises:
            UnreachableError: The platform did not answer.
        """
        try:
            note = self._site.get("log/checkpoint", MAX_NOTE_BYTES)
        except BadAnswerError as error:
            return [_wrong("log/checkpoint", error.problem)]
        opened = self._open(note)
        if isinstance(opened, Finding):
            return [opened]
        self._folder.keep_checkpoint(opened.checkpoint.size, note)
        found = self._quorum(opened, now)
        if (fault := self.compare(note, opened.checkpoint)) is not None:
            return [*found, fault]
        try:
            found += self._take_over(opened, now)
        except _WrongTilesError as error:
            fork = self._fork_behind(opened)
            found.append(fork or _wrong(error.where, "it does not lead to the signed root"))
        else:
            status = self._folder.status()
            self._folder.set_status(replace(status, reached_at=int(now.timestamp())))
            found += self._check_again(suspects)
        return found

    def compare(self, note: bytes, checkpoint: Checkpoint) -> Finding | None:
        """Compare a checkpoint of the log with the copy, if the copy is long enough.

        A smaller tree or another root of the same size is kept as evidence with its note.
        """
        kept = self._folder.checkpoint
        if kept is None or checkpoint.size > kept.size:
            return None
        if self._folder.tree().root_at(checkpoint.size) != checkpoint.root:
            return self._fork(note, checkpoint)
        if checkpoint.size == kept.size:
            return None
        files = {"larger.checkpoint": self._folder.note, "smaller.checkpoint": note}
        self._folder.keep_evidence(f"shrunk-{kept.size}-{checkpoint.size}", files)
        said = Said(
            f"日志由 {kept.size} 条退回到 {checkpoint.size} 条",
            f"the log went back from {kept.size} entries to {checkpoint.size}",
        )
        return Finding("SHRUNK", said, index=checkpoint.size)

    def compare_signed(self, note: bytes) -> Finding | None:
        """Compare a checkpoint that came by another way; one that is not the log's says nothing."""
        try:
            checkpoint = Policy(logs=self._logs).check(note).checkpoint
        except AuditError:
            return None
        self._folder.keep_checkpoint(checkpoint.size, note)
        kept = self._folder.checkpoint
        if kept is None or checkpoint.size > kept.size:
            return None
        same = self._folder.tree().root_at(checkpoint.size) == checkpoint.root
        return None if same else self._fork(note, checkpoint)

    def _open(self, note: bytes) -> _Opened | Finding:
        try:
            checkpoint = Policy(logs=self._logs).check(note).checkpoint
        except AuditError as error:
            name = f"checkpoint-{_short(note)}"
            self._folder.keep_evidence(name, {"served.checkpoint": note})
            said = Said(
                f"平台给出的检查点不可信（{error}）",
                f"the checkpoint that is served cannot be believed: {error}",
            )
            return Finding("BAD_CHECKPOINT", said, subject=_short(note))
        verifier = next(log for log in self._logs if log.name == checkpoint.origin)
        try:
            return _Opened(note, checkpoint, verifier, self._policy.check(note), None)
        except QuorumError as error:
            return _Opened(note, checkpoint, verifier, None, error)
        except AuditError as error:
            name = f"checkpoint-{_short(note)}"
            self._folder.keep_evidence(name, {"served.checkpoint": note})
            said = Said(
                f"检查点上见证人的签名不对（{error}）",
                f"a witness's signature on the checkpoint is wrong: {error}",
            )
            return Finding("BAD_CHECKPOINT", said, subject=_short(note))

    def _quorum(self, opened: _Opened, now: datetime) -> list[Finding]:
        """Report a missing quorum: at once if there never was one, else after a moment."""
        status, at = self._folder.status(), int(now.timestamp())
        if opened.missing is None or self._is_cosigned_soon(status, at):
            if status.unwitnessed_since is not None or not status.was_witnessed:
                status = replace(status, unwitnessed_since=None, was_witnessed=True)
                self._folder.set_status(status)
            return []
        since = at if status.unwitnessed_since is None else status.unwitnessed_since
        self._folder.set_status(replace(status, unwitnessed_since=since))
        if status.was_witnessed and at - since < UNWITNESSED_SECONDS:
            return []
        signed = "、".join(opened.missing.cosigned) or "—"
        said = Said(
            f"检查点没有达到见证人数（已签：{signed}），自 {instant(since)} 起",
            f"the checkpoint lacks its quorum of witnesses since {instant(since)} "
            f"(signed by: {', '.join(opened.missing.cosigned) or 'none'})",
        )
        return [Finding("NO_QUORUM", said)]

    def _is_cosigned_soon(self, status: Status, at: int) -> bool:
        """Ask again before a missing quorum is reported: the log may just have grown."""
        since = at if status.unwitnessed_since is None else status.unwitnessed_since
        if status.was_witnessed and at - since < UNWITNESSED_SECONDS:
            return False
        for _ in range(ASK_AGAIN):
            self._pause(PAUSE_SECONDS)
            try:
                note = self._site.get("log/checkpoint", MAX_NOTE_BYTES)
                size = self._policy.check(note).checkpoint.size
            except (AuditError, BadAnswerError):
                continue
            self._folder.keep_checkpoint(size, note)
            return True
        return False

    def _take_over(self, opened: _Opened, now: datetime) -> list[Finding]:
        """Fetch what is new, check that it leads to the signed root, and keep it."""
        checkpoint, folder = opened.checkpoint, self._folder
        found = []
        try:
            if checkpoint.size > folder.size:
                grown = self._grow(checkpoint.size)
                if grown.frontier.root() != checkpoint.root:
                    raise _WrongTilesError("tile/entries")
                found = self._check_hash_tiles(grown)
            if opened.note != folder.note:
                at = int(now.timestamp())
                folder.commit(opened.note, checkpoint, opened.verifier, at)
        finally:
            folder.drop_staged()
        return found

    def _grow(self, size: int) -> _Grown:
        """Fetch the bundles of the new entries, and let the tree grow over them."""
        grown = _Grown(self._folder.frontier())
        for number in range(grown.frontier.size // TILE_WIDTH, -(-size // TILE_WIDTH)):
            bundle = tile_for(ENTRIES, number, size)
            if bundle is None:
                break
            data = self._fetch(bundle, MAX_BUNDLE_BYTES)
            try:
                hashes = leaf_hashes(decode_bundle(data, bundle.width))
            except AuditError as error:
                raise _WrongTilesError(bundle.path) from error
            known = grown.frontier.size - number * TILE_WIDTH
            if known and hashes[: known * HASH_BYTES] != self._tail(number, known):
                raise _WrongTilesError(bundle.path)
            self._folder.stage(bundle, data)
            for tile, content in grown.frontier.extend(hashes[known * HASH_BYTES :]):
                self._stage(grown, tile, content)
        for tile, content in grown.frontier.partials():
            self._stage(grown, tile, content)
        return grown

    def _stage(self, grown: _Grown, tile: Tile, content: bytes) -> None:
        self._folder.stage(tile, content)
        grown.tiles[tile] = hashlib.sha256(content).digest()

    def _tail(self, number: int, width: int) -> bytes:
        return self._folder.read(Tile(0, number, width))[: width * HASH_BYTES]

    def _check_hash_tiles(self, grown: _Grown) -> list[Finding]:
        """Compare the hash tiles that are served with those that follow from the entries."""
        found = []
        for tile, digest in grown.tiles.items():
            try:
                served = self._fetch(tile, TILE_BYTES)
            except _WrongTilesError as error:
                found.append(_wrong(error.where, "it is not served"))
                continue
            if hashlib.sha256(served).digest() != digest:
                found.append(_wrong(tile.path, "it does not follow from the entries"))
        return found

    def _check_again(self, suspects: Iterable[str]) -> list[Finding]:
        """Ask again for tiles that were wrong, and for an old bundle chosen by lot."""
        paths = set(suspects)
        if full := self._folder.size // TILE_WIDTH:
            paths.add(Tile(ENTRIES, secrets.randbelow(full)).path)
        found = []
        for path in sorted(paths):
            tile = _tile_of(path, self._folder.size)
            if tile is not None and not self._is_served(tile):
                found.append(_wrong(path, "it is not what follows from the signed root"))
        return found

    def _is_served(self, tile: Tile) -> bool:
        most = MAX_BUNDLE_BYTES if tile.level == ENTRIES else TILE_BYTES
        try:
            return self._fetch(tile, most) == self._folder.read(tile)
        except _WrongTilesError:
            return False

    def _fetch(self, tile: Tile, most: int) -> bytes:
        try:
            return self._site.get(f"log/{tile.path}", most, seconds=BUNDLE_SECONDS)
        except BadAnswerError as error:
            raise _WrongTilesError(tile.path) from error

    def _fork_behind(self, opened: _Opened) -> Finding | None:
        """Say whether the served hash tiles prove that the new tree does not continue ours."""
        new, old = opened.checkpoint, self._folder.size
        if not old:
            return None
        served: dict[Tile, bytes] = {}

        def read(tile: Tile) -> bytes:
            served[tile] = self._fetch(tile, TILE_BYTES)
            return served[tile]

        try:
            tree = TileTree(new.size, read)
            before = tree.root_at(old)
            if tree.root() != new.root or before == self._folder.root:
                return None
            proof = tree.consistency(old)
        except (_WrongTilesError, AuditError):
            return None
        lines = [to_base64(before), *(to_base64(hash_) for hash_ in proof)]
        extra = {"served.consistency": "".join(f"{line}\n" for line in lines).encode()}
        return self._fork(opened.note, new, extra)

    def _fork(
        self, note: bytes, checkpoint: Checkpoint, extra: dict[str, bytes] | None = None
    ) -> Finding:
        """Keep both signed stories, and say so."""
        kept = self._folder.checkpoint
        size = kept.size if kept else 0
        name = f"fork-{size}-{checkpoint.size}-{_short(note)}"
        files = {"kept.checkpoint": self._folder.note, "served.checkpoint": note}
        self._folder.keep_evidence(name, files | (extra or {}))
        said = Said(
            f"日志分叉：已签名的 {checkpoint.size} 条与此前签名的 {size} 条不能同时为真，"
            f"证据在 evidence/{name}",
            f"the log forked: its signed tree of {checkpoint.size} and its signed tree of {size} "
            f"cannot both be true, proof in evidence/{name}",
        )
        return Finding("FORK", said, index=checkpoint.size, subject=_short(note))


def _tile_of(path: str, size: int) -> Tile | None:
    """Return a tile of the tree of this size, None for what is none, or no longer one."""
    try:
        tile = parse_path(path)
    except AuditError:
        return None
    return tile if tile == tile_for(tile.level, tile.number, size) else None


def _wrong(where: str, why: str) -> Finding:
    said = Said(
        f"平台提供的 {where} 与已签名的内容不符（{why}）",
        f"{where} as it is served is not what was signed: {why}",
    )
    return Finding("WRONG_TILE", said, subject=where)


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
