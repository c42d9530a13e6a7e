"""Where the log lives: tables of record that only grow, a queue, and a head to lock."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    Table,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from audit import stamp
from audit.direct import Direct
from audit.errors import EntryLengthError, MissingCheckpointError, MissingEntryError
from audit.tiles import ENTRIES, LONGEST_ENTRY, TILE_WIDTH
from audit.tree import HASH_BYTES

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_RECORD: Final = {"record": True}
"""Marks a table whose rows are never changed or deleted; the migrations add the triggers."""

# SQLite numbers rows by itself only in a column of the type INTEGER, which has 64 bits there.
_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")

metadata: Final = MetaData(naming_convention=NAMES)

submissions: Final = Table(
    "log_submission",
    metadata,
    Column("id", _BIG, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("entered_at", _BIG, nullable=False),
    Column("stamp", LargeBinary, unique=True),
    CheckConstraint(f"length(body) BETWEEN 1 AND {LONGEST_ENTRY}", name="body_length"),
    info=_RECORD,
)
"""Every entry as it was handed in. ``entered_at`` is in Unix seconds; ``stamp`` see there."""

queue: Final = Table(
    "log_queue",
    metadata,
    Column(
        "submission_id",
        _BIG,
        ForeignKey("log_submission.id"),
        primary_key=True,
        autoincrement=False,
    ),
)
"""The submissions that have no index yet."""

leaves: Final = Table(
    "log_leaf",
    metadata,
    Column("index", _BIG, primary_key=True, autoincrement=False),
    Column("submission_id", _BIG, ForeignKey("log_submission.id"), nullable=False, unique=True),
    Column("entered_at", _BIG, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    CheckConstraint(f"length(leaf_hash) = {HASH_BYTES}", name="leaf_hash_length"),
    info=_RECORD,
)
"""The entries in their order. ``entered_at`` is a copy: a change of either one shows."""

tiles: Final = Table(
    "log_tile",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("width", SmallInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint(f"level >= {ENTRIES}", name="level"),
    CheckConstraint(f"width BETWEEN 1 AND {TILE_WIDTH}", name="width"),
    info=_RECORD,
)
"""Full tiles and entry bundles (level -1), and the partial tiles of levels above 0.

Partial tiles of level 0 and partial bundles are read from ``log_leaf`` and ``log_submission``:
storing them would write every entry 128 times over where checkpoints are frequent.
"""

checkpoints: Final = Table(
    "log_checkpoint",
    metadata,
    Column("size", _BIG, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    Column("made_at", _BIG, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    CheckConstraint(f"length(chain) = {HASH_BYTES}", name="chain_length"),
    info=_RECORD,
)
"""Every signed checkpoint. ``chain`` ties each row to the one before: a lost row shows."""

heads: Final = Table(
    "log_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("size", _BIG, nullable=False),
    CheckConstraint("id = 1", name="one"),
)
"""One row: whoever holds its lock may give out indexes."""

FIRST_CHAIN: Final = bytes(HASH_BYTES)

# The statements in daily use are built once: building one costs more than running it.
_PLACE: Final = (tiles.c.level == bindparam("level")) & (tiles.c.number == bindparam("number"))
TILE: Final = select(tiles.c.data).where(_PLACE, tiles.c.width == bindparam("width"))
"""The tile with this level, number and width."""
WIDER_TILE: Final = (
    select(tiles.c.data)
    .where(_PLACE, tiles.c.width >= bindparam("width"))
    .order_by(tiles.c.width)
    .limit(1)
)
"""The narrowest stored state of a tile that is at least this wide."""
_INDEXES: Final = leaves.c.index.between(bindparam("first"), bindparam("last"))
LEAF_HASHES: Final = select(leaves.c.leaf_hash).where(_INDEXES).order_by(leaves.c.index)
"""The leaf hashes from index ``first`` to ``last``, both included."""
BODIES: Final = (
    select(submissions.c.body)
    .join(leaves, leaves.c.submission_id == submissions.c.id)
    .where(_INDEXES)
    .order_by(leaves.c.index)
)
"""The entries from index ``first`` to ``last``, both included."""
_NEXT: Final = (
    select(submissions.c.id, submissions.c.body, submissions.c.entered_at, submissions.c.stamp)
    .join(queue, queue.c.submission_id == submissions.c.id)
    .where(queue.c.submission_id > bindparam("after"))
    # By the queue's column: by the other one SQLite would walk through all submissions.
    .order_by(queue.c.submission_id)
    .limit(bindparam("limit"))
)

_SUBMISSION: Final = insert(submissions).values(
    body=bindparam("body"), entered_at=bindparam("entered_at"), stamp=bindparam("stamp")
)
SUBMIT: Final = Direct(_SUBMISSION)
"""Hands in a body at an instant in Unix seconds. SQLite's driver knows the id of the new row."""
ENQUEUE: Final = Direct(insert(queue))
"""Lets a submission wait for its index."""
_new: Final = _SUBMISSION.returning(submissions.c.id).cte("new")
SUBMIT_AND_ENQUEUE: Final = Direct(
    insert(queue).from_select(["submission_id"], select(_new.c.id)).returning(queue.c.submission_id)
)
"""Both at once, where the database can: one way there and back instead of two."""


class Submission(NamedTuple):
    """A row of ``log_submission``."""

    id: int
    body: bytes
    entered_at: int
    stamp: bytes | None


class CheckpointRow(NamedTuple):
    """A row of ``log_checkpoint``."""

    size: int
    note: bytes
    made_at: int
    chain: bytes


def append(connection: Connection, body: bytes, at: datetime, key: bytes | None = None) -> int:
    """Hand in an entry within the caller's transaction; it gets its index soon after.

    Writers do not wait for one another: the head of the log is not locked.

    Args:
        connection: In the transaction that also makes the change the entry tells of.
        body: 1 to 65,535 bytes.
        at: When the entry is handed in, aware.
        key: Of the stamps, where the log asks for them.

    Returns:
        The submission's id, by which ``index_of`` later finds the index.

    Raises:
        EntryLengthError: The body is empty or too long for an entry bundle.
        ValueError: The time is naive.
    """
    check_length(body)
    values = stamped(body, unix_seconds(at), key)
    submission_id: int
    if connection.dialect.name == "postgresql":
        submission_id = SUBMIT_AND_ENQUEUE.one(connection, *values).scalar_one()
        return submission_id
    submission_id = SUBMIT.one(connection, *values).lastrowid
    ENQUEUE.one(connection, submission_id)
    return submission_id


def stamped(body: bytes, seconds: int, key: bytes | None) -> tuple[bytes, int, bytes | None]:
    """Return what ``SUBMIT`` takes, in its order."""
    return body, seconds, None if key is None else stamp.make(key, body, seconds)


def check_length(body: bytes) -> None:
    """Refuse an entry that no entry bundle can hold.

    Raises:
        EntryLengthError: The body is empty or too long.
    """
    if not 1 <= len(body) <= LONGEST_ENTRY:
        raise EntryLengthError(len(body), LONGEST_ENTRY)


def index_of(connection: Connection, submission_id: int) -> int | None:
    """Return the index of a submission, or None while it waits to be sequenced."""
    return connection.execute(
        select(leaves.c.index).where(leaves.c.submission_id == submission_id)
    ).scalar_one_or_none()


def body_at(connection: Connection, index: int) -> bytes:
    """Return the exact bytes of the entry at an index.

    Raises:
        MissingEntryError: The log has no such entry yet.
    """
    body: bytes | None = connection.execute(
        select(submissions.c.body)
        .join(leaves, leaves.c.submission_id == submissions.c.id)
        .where(leaves.c.index == index)
    ).scalar_one_or_none()
    if body is None:
        raise MissingEntryError(index, size(connection))
    return bytes(body)


def entries_between(connection: Connection, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield the submission and the exact bytes of each entry from one index up to another."""
    rows = connection.execute(
        select(submissions.c.id, submissions.c.body)
        .join(leaves, leaves.c.submission_id == submissions.c.id)
        .where(leaves.c.index >= first, leaves.c.index < end)
        .order_by(leaves.c.index)
    )
    for submission_id, body in rows:
        yield submission_id, bytes(body)


def size(connection: Connection) -> int:
    """Return how many entries have an index."""
    count: int = connection.execute(
        select(func.coalesce(func.max(leaves.c.index) + 1, 0))
    ).scalar_one()
    return count


def waiting(connection: Connection) -> int:
    """Return how many submissions wait for their index."""
    return connection.execute(select(func.count()).select_from(queue)).scalar_one()


def longest_waiting(connection: Connection, limit: int, after: int = 0) -> list[Submission]:
    """Return the submissions at the front of the queue, or the next ones after an id."""
    rows = connection.execute(_NEXT, {"limit": limit, "after": after}).all()
    return [submission(row) for row in rows]


def submission(row: Row[Any, Any, Any, Any]) -> Submission:
    """Type a row of ``log_submission``; drivers differ in how they give bytes."""
    number, body, entered_at, mark = row
    return Submission(number, bytes(body), entered_at, None if mark is None else bytes(mark))


def latest_checkpoint(connection: Connection) -> CheckpointRow | None:
    """Return the checkpoint of the largest tree, or None before the first one."""
    row = connection.execute(
        select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)
    ).one_or_none()
    return None if row is None else checkpoint_row(row)


def first_checkpoint(connection: Connection, at_least: int) -> CheckpointRow | None:
    """Return the checkpoint of the smallest tree of at least this size, or None."""
    row = connection.execute(
        select(checkpoints)
        .where(checkpoints.c.size >= at_least)
        .order_by(checkpoints.c.size)
        .limit(1)
    ).one_or_none()
    return None if row is None else checkpoint_row(row)


def checkpoint_at(connection: Connection, size: int) -> CheckpointRow:
    """Return the checkpoint of the tree of one size.

    Raises:
        MissingCheckpointError: No tree of this size was ever signed.
    """
    row = connection.execute(select(checkpoints).where(checkpoints.c.size == size)).one_or_none()
    if row is None:
        raise MissingCheckpointError(size)
    return checkpoint_row(row)


def checkpoint_row(row: Row[Any]) -> CheckpointRow:
    """Type a row of ``log_checkpoint``; drivers differ in how they give bytes."""
    return CheckpointRow(row.size, bytes(row.note), row.made_at, bytes(row.chain))


def chain_hash(before: bytes, row_size: int, note: bytes, made_at: int) -> bytes:
    """Tie a row of ``log_checkpoint`` to the one before it.

    Args:
        before: The ``chain`` of the row before; ``FIRST_CHAIN`` for the first one.
        row_size: Size of the tree.
        note: The signed checkpoint.
        made_at: Unix seconds.

    Returns:
        32 bytes: SHA-256(before || u64 size || u64 made_at || note).
    """
    numbers = row_size.to_bytes(8, "big") + made_at.to_bytes(8, "big")
    return hashlib.sha256(before + numbers + note).digest()


def insert_once(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row unless its key is there; return whether it was inserted.

    One statement, so that two processes that race cannot break each other's transaction.
    """
    kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = kind(table).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def unix_seconds(at: datetime) -> int:
    """Return an instant as whole Unix seconds.

    Raises:
        ValueError: The time is naive.
    """
    if at.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    return int(at.timestamp())
