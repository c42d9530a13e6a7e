"""Gives queued submissions their indexes, grows the tree and signs it, in one transaction."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, insert, select, update

from audit import batches, store, waiting
from audit.checkpoint import Checkpoint, parse_text
from audit.errors import (
    BadSignatureError,
    CorruptLogError,
    MalformedError,
    OriginError,
    UnsignedError,
)
from audit.keys import Signer
from audit.note import Note, open_note, parse
from audit.tiles import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, encode_bundle
from audit.tiletree import Frontier, widths
from audit.tree import HASH_BYTES, leaf_hashes

BATCH: Final = 1024
_HEAD: Final = 1


def sequence(
    engine: Engine,
    signer: Signer,
    now: datetime,
    *,
    limit: int = BATCH,
    key: bytes | None = None,
) -> int:
    """Sequence one batch in a transaction of its own.

    Any number of processes may call this at once: one works, the others wait for it and then
    see to what is left. What was submitted before the call has an index after enough calls;
    ``drain`` makes them.

    Args:
        engine: Of the database that holds the log.
        signer: The log's own key; its name is the origin.
        now: The present time, aware.
        limit: The most submissions to take.
        key: Of the stamps (``audit.stamp``). What has no right one stays in the queue; without
            a key whatever is queued gets its index.

    Returns:
        How many submissions got their index.

    Raises:
        CorruptLogError: What is stored is not what was signed; nothing was changed.
        OriginError: The log was begun under another origin.
        ValueError: The limit is not positive or the time is naive.
    """
    with engine.begin() as connection:
        return sequence_within(connection, signer, now, limit=limit, key=key)


def drain(
    engine: Engine,
    signer: Signer,
    now: datetime,
    *,
    limit: int = BATCH,
    key: bytes | None = None,
) -> int:
    """Sequence batch after batch until none is left; arguments as for ``sequence``.

    Returns:
        How many submissions got their index from this caller.
    """
    total = 0
    while count := sequence(engine, signer, now, limit=limit, key=key):
        total += count
    return total


def sequence_within(
    connection: Connection,
    signer: Signer,
    now: datetime,
    *,
    limit: int = BATCH,
    key: bytes | None = None,
) -> int:
    """Sequence one batch in the caller's transaction; all else as for ``sequence``.

    The head of the log stays locked until the caller commits: commit soon.
    """
    if limit < 1:
        raise ValueError("a batch has at least one submission")
    seconds = store.unix_seconds(now)
    if connection.execute(select(store.queue.c.submission_id).limit(1)).first() is None:
        return 0
    frontier = _frontier(connection, _lock_head(connection))
    last = _check_signed(connection, frontier, signer)
    batch = waiting.next_batch(connection, limit, key)
    if not batch:  # Another process took them while this one waited, or none is stamped.
        return 0
    _grow(connection, frontier, batch)
    _sign(connection, frontier, signer, max(seconds, last.made_at if last else seconds), last)
    return len(batch)


def _lock_head(connection: Connection) -> int:
    """Lock the head and return the size of the log.

    PostgreSQL locks the row; in SQLite the transaction itself holds the only write lock.
    """
    head = select(store.heads.c.size).where(store.heads.c.id == _HEAD).with_for_update()
    size = connection.execute(head).scalar_one_or_none()
    if size is None:
        store.insert_once(connection, store.heads, id=_HEAD, size=0)
        size = connection.execute(head).scalar_one()
    return int(size)


def _frontier(connection: Connection, size: int) -> Frontier:
    """Take up the tree where it was left, from the partial tile of each level."""
    tails = []
    for level, width in enumerate(widths(size)):
        if level == 0:
            ends = {"first": size - width, "last": size - 1}
            hashes = connection.execute(store.LEAF_HASHES, ends).scalars()
            tails.append(b"".join(bytes(hash_) for hash_ in hashes))
            continue
        number = size >> (TILE_HEIGHT * (level + 1))
        place = {"level": level, "number": number, "width": width}
        row = connection.execute(store.TILE, place).first()
        tails.append(b"" if row is None else bytes(row.data))
    try:
        return Frontier(size, tails)
    except ValueError as error:
        raise CorruptLogError(size) from error


def _check_signed(
    connection: Connection, frontier: Frontier, signer: Signer
) -> store.CheckpointRow | None:
    """Refuse to build on anything but the tree that this log signed last.

    The new root is made from the same few hashes that are checked here, so the new tree
    continues the old one whatever anybody did to the rest of the database.
    """
    last = store.latest_checkpoint(connection)
    if last is None:
        if frontier.size:
            raise CorruptLogError(frontier.size)
        return None
    try:
        signed = parse_text(parse(last.note).text)
        if signed.origin != signer.name:
            raise OriginError(signer.name, signed.origin)
        open_note(last.note, [signer.verifier])
    except (MalformedError, BadSignatureError, UnsignedError) as error:
        raise CorruptLogError(frontier.size) from error
    if (signed.size, signed.root) != (frontier.size, frontier.root()):
        raise CorruptLogError(frontier.size)
    return last


def _grow(connection: Connection, frontier: Frontier, batch: list[store.Submission]) -> None:
    """Give the batch its indexes and store the tiles that this changes."""
    first = frontier.size
    bodies = [row.body for row in batch]
    hashes = leaf_hashes(bodies)
    batches.add_leaves(
        connection,
        [
            (first + at, row.id, row.entered_at, hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES])
            for at, row in enumerate(batch)
        ],
    )
    filled = frontier.extend(hashes)
    grown = [
        (tile, data)
        for tile, data in frontier.partials()
        if tile.level and first >> (TILE_HEIGHT * tile.level) != _hashes(tile)
    ]
    bundles = _bundles(connection, first, bodies)
    rows = [
        (tile.level, tile.number, tile.width, data) for tile, data in [*bundles, *filled, *grown]
    ]
    batches.add_tiles(connection, rows)
    batches.take_from_queue(connection, [row.id for row in batch])


def _hashes(tile: Tile) -> int:
    """Return how many hashes a level has when this is its last tile."""
    return tile.number * TILE_WIDTH + tile.width


def _bundles(connection: Connection, first: int, bodies: list[bytes]) -> list[tuple[Tile, bytes]]:
    """Return the entry bundles that a batch fills; the first may begin with older entries."""
    number, older = divmod(first, TILE_WIDTH)
    if older + len(bodies) < TILE_WIDTH:
        return []
    rows = connection.execute(store.BODIES, {"first": first - older, "last": first - 1})
    row = [*(bytes(body) for body in rows.scalars()), *bodies]
    return [
        (Tile(ENTRIES, number + at), encode_bundle(row[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]))
        for at in range(len(row) // TILE_WIDTH)
    ]


def _sign(
    connection: Connection,
    frontier: Frontier,
    signer: Signer,
    made_at: int,
    last: store.CheckpointRow | None,
) -> None:
    """Sign the tree as it now stands and move the head."""
    text = Checkpoint(signer.name, frontier.size, frontier.root()).text
    note = Note(text, (signer.sign(text),)).encode()
    chain = store.chain_hash(
        last.chain if last else store.FIRST_CHAIN, frontier.size, note, made_at
    )
    row = store.CheckpointRow(frontier.size, note, made_at, chain)
    connection.execute(insert(store.checkpoints).values(row._asdict()))
    connection.execute(
        update(store.heads).where(store.heads.c.id == _HEAD).values(size=frontier.size)
    )
