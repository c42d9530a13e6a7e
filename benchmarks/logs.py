"""The entries and the in-memory log that the benchmarks of the log share."""

from typing import Final

from audit.checkpoint import Checkpoint
from audit.keys import KeyType, Signer
from audit.note import Note
from audit.tiles import ENTRIES, Tile, encode_bundle
from audit.tiletree import Frontier, TileTree
from audit.tree import leaf_hashes

ORIGIN: Final = "bench.example/log"
SIGNER: Final = Signer(ORIGIN, KeyType.ED25519, bytes(range(32)))


def entries(count: int) -> list[bytes]:
    """Return entries of 200 bytes, the usual length of one."""
    return [
        b'{"type":"enrol","seq":%07d,"draw":"%064x","pad":"%b"}' % (number, number, b"x" * 94)
        for number in range(count)
    ]


class MemoryLog:
    """The log without a database: every tile, entry bundle and signed checkpoint, in a dict."""

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.tiles: dict[Tile, bytes] = {}
        self.checkpoint = b""
        self._waiting: list[bytes] = []
        self._bundles = 0

    def extend(self, batch: list[bytes]) -> None:
        """Append a batch, write the tiles and bundles that it fills, and sign the tree."""
        self.tiles.update(self.frontier.extend(leaf_hashes(batch)))
        self._waiting += batch
        while len(self._waiting) >= 256:  # noqa: PLR2004 - a bundle is full
            self.tiles[Tile(ENTRIES, self._bundles)] = encode_bundle(self._waiting[:256])
            self._bundles += 1
            del self._waiting[:256]
        text = Checkpoint(ORIGIN, self.frontier.size, self.frontier.root()).text
        self.checkpoint = Note(text, (SIGNER.sign(text),)).encode()

    def tree(self) -> TileTree:
        """Return the tree as it stands, to prove things about it."""
        tiles = self.tiles | dict(self.frontier.partials())
        return TileTree(self.frontier.size, tiles.__getitem__)
