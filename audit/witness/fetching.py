"""Fetches a log's new entries by its tiles and makes sure that they are those that it signed."""

import http.client
import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

from audit.checkpoint import Checkpoint
from audit.errors import MalformedError
from audit.tiles import ENTRIES, TILE_WIDTH, Tile, decode_bundle, tile_for
from audit.tree import HASH_BYTES, CompactRange, leaf_hash, subtrees
from audit.witness.errors import UnreadableLogError

Fetch = Callable[[Tile], bytes]
"""Returns the bytes of an entry bundle, at the width that is asked for or wider."""

MAX_BUNDLE_BYTES: Final = TILE_WIDTH * (2 + 0xFFFF)
PATIENCE_SECONDS: Final = 20.0
_CHUNK_BYTES: Final = 64 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """A log is where the operator of the witness said it is."""

    def redirect_request(self, *_arguments: object) -> None:
        """Follow nothing: the status becomes the error."""


_opener: Final = build_opener(ProxyHandler({}), _NoRedirects)


def fetcher(base_url: str, *, seconds: float = PATIENCE_SECONDS) -> Fetch:
    """Return what fetches the entry bundles of a log over HTTP.

    Args:
        base_url: Under which the log serves ``tile/…``.
        seconds: The most time for one bundle.
    """

    def fetch(tile: Tile) -> bytes:
        url = f"{base_url.rstrip('/')}/{tile.path}"
        try:
            with _opener.open(url, timeout=seconds) as answer:
                return _read(answer, time.monotonic() + seconds)
        except HTTPError as error:
            error.close()
            raise UnreadableLogError(f"{tile.path}: {error}") from error
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            raise UnreadableLogError(f"{tile.path}: {error}") from error

    return fetch


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    parts, length = [], 0
    while part := answer.read1(_CHUNK_BYTES):
        parts.append(part)
        length += len(part)
        if length > MAX_BUNDLE_BYTES or time.monotonic() > until:
            raise ValueError("too long, or too slow")
    return b"".join(parts)


class Growth:
    """The tree of a log as the witness follows it: the roots of its complete subtrees."""

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        """Take up a tree from where it was left.

        Raises:
            ValueError: These are not the peaks of a tree of this size.
        """
        parts = subtrees(0, size)
        if len(peaks) != HASH_BYTES * len(parts):
            raise ValueError(f"these are not the peaks of a tree of {size}")
        self._range = CompactRange()
        roots = [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)]
        for (height, _), peak in zip(parts, roots, strict=True):
            self._range.append(peak, height)

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return self._range.size

    @property
    def peaks(self) -> bytes:
        """The joined roots of its complete subtrees, leftmost first."""
        return b"".join(self._range.peaks())

    def entries_up_to(
        self, checkpoint: Checkpoint, fetch: Fetch
    ) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield index, leaf hash and body of each new entry; grow by them.

        Whoever reads must read to the end before believing anything: only then is it shown
        that these are the entries that were signed.

        Raises:
            UnreadableLogError: A bundle is missing or broken, or the root is another one.
        """
        while self.size < checkpoint.size:
            first = self.size
            tile = tile_for(ENTRIES, first // TILE_WIDTH, checkpoint.size)
            if tile is None:
                raise UnreadableLogError(f"no bundle holds entry {first}")
            bodies = _bundle(fetch, tile)
            for body in bodies[first % TILE_WIDTH :]:
                leaf = leaf_hash(body)
                yield self.size, leaf, body
                self._range.append(leaf)
        if self._range.root() != checkpoint.root:
            raise UnreadableLogError(f"they are not those that were signed at {checkpoint.size}")


def _bundle(fetch: Fetch, tile: Tile) -> list[bytes]:
    """Return the entries of a bundle; where a partial one is gone, those of the full one.

    Source: C2SP tlog-tiles, "Partial Tiles".
    """
    try:
        try:
            return decode_bundle(fetch(tile), tile.width)
        except UnreadableLogError:
            if tile.is_full:
                raise
            full = Tile(tile.level, tile.number)
            return decode_bundle(fetch(full), TILE_WIDTH)[: tile.width]
    except MalformedError as error:
        raise UnreadableLogError(f"{tile.path}: {error.why}") from error
