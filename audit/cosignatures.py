"""What witnesses said of this log's checkpoints, and how each of them was last reached."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    select,
    update,
)

from audit import store
from audit.checkpoint import Checkpoint, parse_text
from audit.cosignature import TIME_BYTES
from audit.errors import AuditError
from audit.findings import Finding
from audit.keys import KEY_ID_BYTES, Signature, Verifier
from audit.note import open_note, parse

metadata: Final = store.metadata
_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")

cosignatures: Final = Table(
    "log_cosignature",
    metadata,
    Column("size", _BIG, ForeignKey("log_checkpoint.size"), primary_key=True, autoincrement=False),
    Column("witness", Text, primary_key=True),
    Column("key_id", String(2 * KEY_ID_BYTES), primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("cosigned_at", _BIG, nullable=False),
    Column("line", Text, nullable=False),
    Column("received_at", _BIG, nullable=False),
    Index(None, "witness", "key_id", "size"),
    info={"record": True},
)
"""One verified cosignature of a key on a checkpoint: the first that was received.

``witness`` is the key's name; ``cosigned_at`` is the witness's clock, ``received_at`` the
platform's, both in Unix seconds; ``line`` is the signature line with its newline.
"""

feeds: Final = Table(
    "log_feed",
    metadata,
    Column("url", Text, primary_key=True),
    Column("known_size", _BIG, nullable=False),
    Column("succeeded_at", _BIG),
    Column("failed_at", _BIG),
    Column("failures", Integer, nullable=False),
    Column("next_at", _BIG, nullable=False),
    Column("fault", String(32)),
    Column("detail", Text, nullable=False),
)
"""How it stands with a witness: the size it last named, and what went wrong since it answered."""


class Cosignature(NamedTuple):
    """A row of ``log_cosignature``."""

    size: int
    witness: str
    key_id: str
    root: bytes
    cosigned_at: int
    line: str
    received_at: int


class Feed(NamedTuple):
    """A row of ``log_feed``; ``failures`` counts those since the last success."""

    url: str
    known_size: int = 0
    succeeded_at: int | None = None
    failed_at: int | None = None
    failures: int = 0
    next_at: int = 0
    fault: str | None = None
    detail: str = ""


def key_of(verifier: Verifier) -> tuple[str, str]:
    """Return the name and the id by which rows name a key."""
    return verifier.name, verifier.key_id.hex()


def record(
    connection: Connection,
    checkpoint: Checkpoint,
    signature: Signature,
    cosigned_at: datetime,
    received_at: datetime,
) -> bool:
    """Keep a cosignature that was verified; return whether it is the key's first on this tree.

    Args:
        connection: In the caller's transaction.
        checkpoint: What was cosigned; the log has signed it.
        signature: The cosignature, already verified.
        cosigned_at: The time in it.
        received_at: The time here, aware.

    Returns:
        False if one of this key was already there, which stays.
    """
    row = Cosignature(
        checkpoint.size,
        signature.name,
        signature.key_id.hex(),
        checkpoint.root,
        store.unix_seconds(cosigned_at),
        signature.line,
        store.unix_seconds(received_at),
    )
    return store.insert_once(connection, cosignatures, **row._asdict())


def first_size_from(connection: Connection, size: int) -> int | None:
    """Return the smallest cosigned size that is at least so large; None if there is none."""
    columns = cosignatures.c
    found: int | None = connection.scalar(
        select(func.min(columns.size)).where(columns.size >= size)
    )
    return found


def of_sizes(
    connection: Connection, first: int, last: int | None = None
) -> Iterator[tuple[int, list[Cosignature]]]:
    """Yield each cosigned size from ``first`` on with its cosignatures, smallest first."""
    columns = cosignatures.c
    wanted = select(cosignatures).where(columns.size >= first)
    if last is not None:
        wanted = wanted.where(columns.size <= last)
    rows = connection.execute(wanted.order_by(columns.size)).yield_per(256)
    for size, group in groupby(map(_cosignature, rows), key=lambda row: row.size):
        yield size, list(group)


def sizes_downwards(connection: Connection, first: int) -> Iterator[int]:
    """Yield each cosigned size from the largest down to ``first``."""
    column = cosignatures.c.size
    wanted = select(column).where(column >= first).group_by(column).order_by(column.desc())
    yield from connection.execute(wanted).yield_per(16).scalars()


def at(connection: Connection, size: int) -> list[Cosignature]:
    """Return the cosignatures of one checkpoint in the order of their arrival."""
    columns = cosignatures.c
    rows = connection.execute(
        select(cosignatures)
        .where(columns.size == size)
        .order_by(columns.received_at, columns.witness, columns.key_id)
    )
    return [_cosignature(row) for row in rows]


def cosigned_note(connection: Connection, row: store.CheckpointRow) -> bytes:
    """Return a checkpoint with the cosignatures known of it appended to the log's signature.

    Source: C2SP signed-note, "Format"; C2SP tlog-witness, "Monitor Retrieval Mechanism".
    """
    return row.note + "".join(one.line for one in at(connection, row.size)).encode()


def last_size(connection: Connection, verifier: Verifier) -> int:
    """Return the size of the largest checkpoint that a key has cosigned; 0 if it has none."""
    columns = cosignatures.c
    name, key_id = key_of(verifier)
    size: int | None = connection.execute(
        select(func.max(columns.size)).where(columns.witness == name, columns.key_id == key_id)
    ).scalar_one()
    return size or 0


def clock_difference(connection: Connection, verifier: Verifier, size: int) -> int | None:
    """Return by how many seconds a witness's clock was ahead when it cosigned a checkpoint."""
    columns = cosignatures.c
    name, key_id = key_of(verifier)
    difference: int | None = connection.execute(
        select(columns.cosigned_at - columns.received_at).where(
            columns.size == size, columns.witness == name, columns.key_id == key_id
        )
    ).scalar_one_or_none()
    return difference


def signed_after(connection: Connection, size: int) -> int | None:
    """Return when the first checkpoint larger than this was signed; None if there is none."""
    columns = store.checkpoints.c
    made_at: int | None = connection.execute(
        select(columns.made_at).where(columns.size > size).order_by(columns.size).limit(1)
    ).scalar_one_or_none()
    return made_at


def feed_of(connection: Connection, url: str) -> Feed:
    """Return how it stands with the witness at an address."""
    row = connection.execute(select(feeds).where(feeds.c.url == url)).one_or_none()
    return Feed(url) if row is None else Feed(*row)


def keep_feed(connection: Connection, feed: Feed) -> None:
    """Remember how it stands with a witness; of two workers the later one is right."""
    values = feed._asdict()
    if not store.insert_once(connection, feeds, **values):
        connection.execute(update(feeds).where(feeds.c.url == feed.url).values(values))


def instants(rows: Iterable[Cosignature]) -> dict[tuple[str, str], datetime]:
    """Return when each key cosigned, by name and id."""
    return {(row.witness, row.key_id): datetime.fromtimestamp(row.cosigned_at, UTC) for row in rows}


def verify(connection: Connection, verifiers: Iterable[Verifier]) -> list[Finding]:
    """Check every stored cosignature by a key that is known, and its columns against its line.

    Args:
        connection: Of the database that holds the log.
        verifiers: The keys of the policy; rows by other keys, as of a witness that left, are
            only compared with their lines.

    Returns:
        What is wrong, by size.
    """
    known = {key_of(verifier): verifier for verifier in verifiers}
    findings = []
    for size, rows in of_sizes(connection, 0):
        note = store.checkpoint_at(connection, size).note
        findings += [
            Finding(f"log_cosignature {size} {row.witness}", why)
            for row in rows
            if (why := _fault(row, note, known.get((row.witness, row.key_id))))
        ]
    return findings


def _fault(row: Cosignature, note: bytes, verifier: Verifier | None) -> str | None:
    """Return what is wrong with one row; None if nothing is."""
    try:
        signed = parse(note + row.line.encode())
        line = signed.signatures[-1]
        stated = int.from_bytes(line.value[:TIME_BYTES], "big")
        if (line.name, line.key_id.hex(), stated) != (row.witness, row.key_id, row.cosigned_at):
            return "its line does not say what its columns say"
        if parse_text(signed.text).root != bytes(row.root):
            return "it is of another root than the checkpoint"
        if verifier is not None:
            open_note(note + row.line.encode(), [verifier])
    except AuditError as error:
        return str(error)
    return None


def _cosignature(row: tuple[object, ...]) -> Cosignature:
    return Cosignature(*row)  # type: ignore[arg-type]  # the columns in their order
