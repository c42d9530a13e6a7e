"""The log checks itself: everything the database says about it, recomputed from the entries.

The leaves are read once, one tile at a time. What is said in several places (an entry in its
submission, its leaf, its tile and its bundle) is believed where two of them agree, so that the
row that was changed is named and not its neighbours. ``recheck_rows`` checks the other rows.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from audit import store
from audit.checkpoint import parse_text
from audit.errors import AuditError, MalformedError
from audit.findings import Finding
from audit.keys import Verifier
from audit.note import open_note
from audit.recheck_rows import loose_rows, row_name, tile_name
from audit.tiles import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, decode_bundle
from audit.tiletree import Frontier, widths
from audit.tree import HASH_BYTES, CompactRange, leaf_hash, leaf_hashes, root_of

_UNKNOWN: Final = bytes(HASH_BYTES)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the rows of one index say about its leaf hash."""

    index: int
    submission_id: int | None
    of_body: bytes | None
    of_leaf: bytes | None

    @property
    def leaf_name(self) -> str:
        return f"log_leaf index={self.index}"

    @property
    def submission_name(self) -> str:
        return f"log_submission id={self.submission_id}"


def verify(connection: Connection, verifier: Verifier) -> list[Finding]:
    """Recompute hashes, tiles, roots and signatures, and look for rows lost or added.

    Args:
        connection: Best one that has not begun a transaction: on PostgreSQL it then gets the
            isolation level REPEATABLE READ, without which entries that come during the check
            look like faults.
        verifier: The log's key.

    Returns:
        What is wrong, each with the row that differs; nothing if all is well.

    Source: RFC 6962, section 2.1; C2SP tlog-tiles, tlog-checkpoint, signed-note.
    """
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return _Recheck(connection, verifier).run()


class _Recheck:
    """One walk through the leaves, with the tree that grows out of them."""

    def __init__(self, connection: Connection, verifier: Verifier) -> None:
        self._connection = connection
        self._verifier = verifier
        self._findings: list[Finding] = []
        self._frontier = Frontier()
        self._tree = CompactRange()
        self._known = True  # Every leaf hash so far is known, so roots can be compared.
        self._widths: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        self._last = store.CheckpointRow(0, b"", 0, store.FIRST_CHAIN)
        self._chains = {store.FIRST_CHAIN}
        self._good_size = 0
        self._wrong_roots: list[int] = []

    def run(self) -> list[Finding]:
        latest = store.latest_checkpoint(self._connection)
        size = max(store.size(self._connection), latest.size if latest else 0)
        for first in range(0, size, TILE_WIDTH):
            self._check_range(first, min(TILE_WIDTH, size - first))
        for tile, data in self._frontier.partials():
            self._check_tile(tile, data)
        self._report_roots()
        return [*self._findings, *loose_rows(self._connection, size, latest)]

    def _check_range(self, first: int, width: int) -> None:
        """Check the leaves of one tile, and the checkpoints that end within them."""
        tile = Tile(0, first // TILE_WIDTH, width)
        claims = self._claims(first, width)
        signed = [
            store.checkpoint_row(row)
            for row in self._connection.execute(
                select(store.checkpoints)
                .where(store.checkpoints.c.size.between(first + 1, first + width))
                .order_by(store.checkpoints.c.size)
            )
        ]
        hashes = self._settle(tile, claims, signed)
        if tile.is_full:
            self._check_bundle(tile.number, hashes)
        self._check_checkpoints(signed, hashes)
        for grown, data in self._frontier.extend(hashes):
            if grown.level:
                self._check_tile(grown, data)

    def _claims(self, first: int, width: int) -> list[_Claim]:
        """Read what the leaves and their submissions say; a missing leaf claims nothing."""
        leaf, submission = store.leaves.c, store.submissions.c
        rows = self._connection.execute(
            select(
                leaf.index.label("at"),
                leaf.submission_id,
                leaf.leaf_hash,
                leaf.entered_at,
                submission.body,
                submission.entered_at.label("submitted_at"),
            )
            .outerjoin(store.submissions, submission.id == leaf.submission_id)
            .where(leaf.index.between(first, first + width - 1))
        )
        claims = {index: _Claim(index, None, None, None) for index in range(first, first + width)}
        for row in rows:
            of_body = None if row.body is None else leaf_hash(bytes(row.body))
            claim = _Claim(row.at, row.submission_id, of_body, bytes(row.leaf_hash))
            claims[row.at] = claim
            if of_body and row.entered_at != row.submitted_at:
                where = f"{claim.leaf_name}, {claim.submission_name}"
                self._find(where, "entered_at differs between them")
        return list(claims.values())

    def _settle(self, tile: Tile, claims: list[_Claim], signed: list[store.CheckpointRow]) -> bytes:
        """Decide on the leaf hash of each index and name the rows that say otherwise."""
        stored = self._stored_leaves(tile)
        third = stored or self._signed_leaves(claims, signed)
        hashes = []
        for at, claim in enumerate(claims):
            vote = third[at * HASH_BYTES : (at + 1) * HASH_BYTES] if third else None
            hashes.append(self._judge(claim, vote))
        result = b"".join(hashes)
        if stored and stored != result:
            self._find(tile_name(tile), "its hashes are not those of its leaves")
        return result

    def _stored_leaves(self, tile: Tile) -> bytes | None:
        """Return the full tile of these leaves, or None where there is none that can be used."""
        data = self._rows(tile, {TILE_WIDTH} if tile.is_full else set()).get(TILE_WIDTH)
        if data is not None and len(data) != TILE_WIDTH * HASH_BYTES:
            self._find(tile_name(tile), "it does not have 256 hashes")
            return None
        return data

    def _signed_leaves(
        self, claims: list[_Claim], signed: list[store.CheckpointRow]
    ) -> bytes | None:
        """Choose, where no tile is stored yet, the claims that lead to the last signed root."""
        for column in ([c.of_leaf for c in claims], [c.of_body for c in claims]):
            hashes = b"".join(hash_ or _UNKNOWN for hash_ in column)
            tree = self._frontier.copy()
            tree.extend(hashes)
            for row in signed[-1:]:
                if row.size == tree.size and _root(row.note) == tree.root():
                    return hashes
        return None

    def _judge(self, claim: _Claim, third: bytes | None) -> bytes:
        """Return the hash that two sources agree on, and report the source that does not."""
        body, leaf = claim.of_body, claim.of_leaf
        if leaf is None:
            self._find(claim.leaf_name, "it is missing")
        elif body is None:
            where = f"{claim.leaf_name}, {claim.submission_name}"
            self._find(where, "the leaf names a submission that is missing")
        elif body != leaf and third == body:
            self._find(claim.leaf_name, "leaf_hash is not the hash of its entry")
        elif body != leaf and third == leaf:
            self._find(claim.submission_name, f"body is not what was logged at {claim.index}")
        elif body != leaf:
            where = f"{claim.leaf_name}, {claim.submission_name}"
            self._find(where, "leaf_hash is not the hash of body; one of them was changed")
        if third is not None and third in (body, leaf):
            return third
        if (settled := leaf or third) is None:
            self._known = False
        return settled or _UNKNOWN

    def _check_bundle(self, number: int, hashes: bytes) -> None:
        """Compare the entries of a full bundle with the leaf hashes."""
        tile = Tile(ENTRIES, number)
        data = self._rows(tile, {TILE_WIDTH}).get(TILE_WIDTH)
        if data is None:
            return
        try:
            found = leaf_hashes(decode_bundle(data, TILE_WIDTH))
        except MalformedError as error:
            self._find(tile_name(tile), error.why)
            return
        if found != hashes and self._known:
            self._find(tile_name(tile), "its entries do not have the hashes of its leaves")

    def _check_checkpoints(self, signed: list[store.CheckpointRow], hashes: bytes) -> None:
        """Check each checkpoint that ends within these leaves while the tree grows over them."""
        first = self._tree.size
        for row in signed:
            self._grow(hashes, first, row.size)
            self._check_checkpoint(row)
            for level, width in enumerate(widths(row.size)):
                if level and width:
                    self._widths[level, row.size >> (TILE_HEIGHT * (level + 1))].add(width)
        self._grow(hashes, first, first + len(hashes) // HASH_BYTES)

    def _grow(self, hashes: bytes, first: int, size: int) -> None:
        if size - self._tree.size == TILE_WIDTH:
            self._tree.append(root_of(hashes), TILE_HEIGHT)
        for at in range(self._tree.size - first, size - first):
            self._tree.append(hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES])

    def _check_checkpoint(self, row: store.CheckpointRow) -> None:
        where = f"log_checkpoint size={row.size}"
        chains = {store.chain_hash(c, row.size, row.note, row.made_at) for c in self._chains}
        if row.chain not in chains:
            self._find(where, "chain does not fit: this row was changed, or one before it is gone")
        # A chain that was itself changed still lets the next row be checked.
        self._chains = {row.chain} if row.chain in chains else {row.chain, *chains}
        if row.made_at < self._last.made_at:
            self._find(where, "made_at is earlier than that of the checkpoint before")
        self._last = row
        try:
            note, _ = open_note(row.note, [self._verifier])
            checkpoint = parse_text(note.text)
        except AuditError as error:
            self._find(where, f"note: {error}")
            return
        if (checkpoint.origin, checkpoint.size) != (self._verifier.name, row.size):
            self._find(where, f"note is of size {checkpoint.size} of {checkpoint.origin}")
        elif checkpoint.root == self._tree.root():
            self._good_size = row.size
        elif self._known:
            self._wrong_roots.append(row.size)

    def _report_roots(self) -> None:
        """Report roots that were signed over other entries, once for all of them."""
        if not self._wrong_roots:
            return
        first, *later = self._wrong_roots
        good = max((size for size in (0, self._good_size) if size < first), default=0)
        what = (
            f"the signed root is not that of the stored entries; those from {good} to {first - 1}"
        )
        self._find(
            f"log_checkpoint size={first}",
            f"{what} are not all as they were signed ({len(later)} later roots differ too)",
        )

    def _check_tile(self, tile: Tile, data: bytes) -> None:
        """Compare all stored widths of a tile above level 0 with what follows from below."""
        if tile.level == 0:
            return
        wanted = self._widths.pop((tile.level, tile.number), set())
        rows = self._rows(tile, wanted | ({TILE_WIDTH} if tile.is_full else set()))
        for width, found in rows.items():
            if self._known and found != data[: width * HASH_BYTES]:
                where = tile_name(Tile(tile.level, tile.number, width))
                self._find(where, "its hashes do not follow from the tiles below it")

    def _rows(self, tile: Tile, wanted: set[int]) -> dict[int, bytes]:
        """Read the stored widths of a tile; report those missing and those never written."""
        column = store.tiles.c
        rows = self._connection.execute(
            select(column.width, column.data)
            .where(column.level == tile.level, column.number == tile.number)
            .order_by(column.width)
        )
        found = {row.width: bytes(row.data) for row in rows}
        for width in sorted(wanted - found.keys()):
            self._find(tile_name(Tile(tile.level, tile.number, width)), "it is missing")
        for width in sorted(found.keys() - wanted):
            self._find(row_name(tile.level, tile.number, width), "no checkpoint asks for it")
        return {width: data for width, data in found.items() if width in wanted}

    def _find(self, where: str, what: str) -> None:
        self._findings.append(Finding(where, what))


def _root(note: bytes) -> bytes | None:
    """Return the root that a stored note names; its signature is checked elsewhere."""
    try:
        return parse_text(note.decode().partition("\n\n")[0] + "\n").root
    except (AuditError, UnicodeDecodeError):
        return None
