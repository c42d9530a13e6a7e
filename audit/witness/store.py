"""What a witness must never forget: one SQLite file, written through to the disk."""

import hashlib
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from audit.checkpoint import Checkpoint, parse_text
from audit.note import parse
from audit.witness.draws import Awaits, Memory
from audit.witness.errors import NoSuchEvidenceError, NotHeldError
from audit.witness.records import Evidence, Found, Growing, Latest, LogKey
from audit.witness.rules import NOTHING, PROOFS, EvidenceKind, Known
from audit.witness.tables import TABLES

MOST_EVIDENCE: Final = 10_000
"""So much is kept for each log: who signs more forks than this cannot fill the disk."""
MOST_UNPROVEN: Final = 100
"""So many checkpoints with a wrong proof are kept for each log, the newest: they prove nothing."""
_WAIT_SECONDS: Final = 30
_ANYWHERE: Final = ""


class WitnessStore:
    """The file of one witness. Any number of threads and processes may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        """Make the tables; safe to repeat."""
        with self._connection() as connection:
            # Each change is on the disk before it is answered for (C2SP tlog-witness).
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(TABLES)
        # While one connection stays open, SQLite need not begin its log anew for each request.
        keeper = sqlite3.connect(self._path, check_same_thread=False)
        keeper.execute("SELECT count(*) FROM setting").fetchone()
        weakref.finalize(self, keeper.close)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def setting(self, name: str) -> str | None:
        """Return a setting, or None."""
        with self._connection() as connection:
            row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_once(self, name: str, value: str) -> None:
        """Make a setting; one that is made never changes."""
        with self._writing() as connection:
            connection.execute("INSERT INTO setting VALUES (?, ?)", (name, value))

    def add_log(self, key: LogKey) -> None:
        """Accept a key for a log; its address may be given anew."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO log_key VALUES (?, ?, ?, ?) "
                "ON CONFLICT (vkey) DO UPDATE SET url = excluded.url",
                (key.vkey, key.origin, key.url, key.added_at),
            )

    def logs(self, origin: str | None = None) -> list[LogKey]:
        """Return the keys that are accepted, of one log or of all, in the order of their adding."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT origin, vkey, url, added_at FROM log_key WHERE origin = ? OR ? IS NULL "
                "ORDER BY added_at, vkey",
                (origin, origin),
            ).fetchall()
        return [LogKey(*row) for row in rows]

    def latest(self, origin: str) -> Latest | None:
        """Return the newest cosigned checkpoint of a log, or None."""
        with self._connection() as connection:
            return _latest(connection, origin)

    def latest_by_hash(self, origin_hash: str) -> Latest | None:
        """Return the newest cosigned checkpoint of the log whose origin has this SHA-256."""
        for origin in {key.origin for key in self.logs()}:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                return self.latest(origin)
        return None

    def another_at(self, new: Checkpoint) -> bytes | None:
        """Return a note in which the log signed another root of this size, or None.

        It was cosigned, or it came with a wrong proof and was kept in case of this.
        """
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT note FROM cosigned WHERE origin = ? AND size = ? UNION ALL "
                "SELECT offered FROM evidence WHERE origin = ? AND kind = ?",
                (new.origin, new.size, new.origin, EvidenceKind.NOT_EXTENDED),
            ).fetchall()
        for (note,) in rows:
            signed = parse_text(parse(note).text)
            if signed.size == new.size and signed.root != new.root:
                return bytes(note)
        return None

    def all_cosigned(self, origin: str) -> list[Known]:
        """Return every tree of a log that was ever cosigned, the smallest first."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT size, root FROM cosigned WHERE origin = ? ORDER BY size", (origin,)
            ).fetchall()
        return [Known(row["size"], bytes(row["root"])) for row in rows]

    def last_time(self) -> int:
        """Return the time of the newest cosignature on any log; 0 if there is none."""
        with self._connection() as connection:
            row = connection.execute("SELECT max(cosigned_at) FROM latest").fetchone()
        return int(row[0] or 0)

    def advance(
        self, known: Known, new: Checkpoint, note: bytes, cosigned_at: int, memory: Growing
    ) -> bool:
        """Replace the newest checkpoint, if it still is the one that was checked against.

        When this returns True, it is on the disk: only then may the cosignature leave.

        Args:
            known: What the new one was checked against.
            new: The checkpoint.
            note: The same with the log's signatures and the witness's own.
            cosigned_at: The time in them.
            memory: What was learned of draws on the way.

        Returns:
            False if another request was first, or a newer time was signed; nothing is changed.
        """
        with self._writing() as connection:
            found = _latest(connection, new.origin)
            if (found.known if found else NOTHING) != known:
                return False
            if found is not None and cosigned_at < found.cosigned_at:
                return False
            values = (new.origin, new.size, new.root, note, cosigned_at)
            connection.execute(
                "INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?)", (*values, memory.peaks)
            )
            # The first of each size: anybody may ask for a newer one as often as he likes.
            connection.execute("INSERT OR IGNORE INTO cosigned VALUES (?, ?, ?, ?, ?)", values)
            connection.executemany(
                "INSERT OR IGNORE INTO awaits VALUES (?, ?, ?, ?)",
                [(new.origin, a.key, a.t_phi, a.source) for a in memory.awaits],
            )
        return True

    def memory(self, origin: str) -> Memory:
        """Return what is remembered of draws, for a look through new entries of a log."""

        def awaited(key: str) -> list[Awaits]:
            with self._connection() as connection:
                rows = connection.execute(
                    "SELECT key, t_phi, source FROM awaits WHERE origin = ? AND key = ?",
                    (origin, key),
                ).fetchall()
            return [Awaits(*row) for row in rows]

        def is_known(name: str) -> bool:
            with self._connection() as connection:
                found = connection.execute(
                    "SELECT 1 FROM known WHERE scope IN (?, ?) AND name = ?",
                    (origin, _ANYWHERE, name),
                ).fetchone()
            return found is not None

        return Memory(awaited, is_known, self.proven_at())

    def proven_at(self) -> int:
        """Return the latest time that a public value has proven; 0 if none has."""
        with self._connection() as connection:
            row = connection.execute("SELECT max(proven_at) FROM known").fetchone()
        return int(row[0] or 0)

    def learn(self, origin: str, memory: Memory, at: int) -> None:
        """Keep which values arrived, whatever becomes of the checkpoint that showed them."""
        rows: list[tuple[str, str, int | None, int]]
        rows = [(origin, name, None, at) for name in memory.new_known]
        rows += [(_ANYWHERE, name, proven, at) for name, proven in memory.new_proven.items()]
        if rows:
            with self._writing() as connection:
                connection.executemany("INSERT OR IGNORE INTO known VALUES (?, ?, ?, ?)", rows)

    def learn_proven(self, source: str, proven_at: int, at: int) -> None:
        """Keep that the value of a source is known and what time it proves."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO known VALUES (?, ?, ?, ?)",
                (_ANYWHERE, source, proven_at, at),
            )

    def keep_evidence(self, found: Found, at: int) -> int | None:
        """Keep two signed notes, once.

        Args:
            found: What is wrong; late entries hold up all later checkpoints.
            at: Unix seconds.

        Returns:
            The number of the evidence, None if there is no room.
        """
        digest = _digest(found, at)
        with self._writing() as connection:
            row = connection.execute(
                "SELECT id FROM evidence WHERE digest = ?", (digest,)
            ).fetchone()
            if row is not None:
                return int(row["id"])
            if not _has_room(connection, found):
                return None
            number = _insert_evidence(connection, found, digest, at)
            connection.execute(
                "DELETE FROM evidence WHERE origin = ?1 AND kind = ?2 AND id NOT IN (SELECT id "
                "FROM evidence WHERE origin = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3)",
                (found.origin, EvidenceKind.NOT_EXTENDED, MOST_UNPROVEN),
            )
        return number

    def evidence(self, evidence_id: int) -> Evidence:
        """Return one piece of evidence.

        Raises:
            NoSuchEvidenceError: There is none with this number.
        """
        with self._connection() as connection:
            row = connection.execute(
                f"{_EVIDENCE} WHERE id = ?",
                (evidence_id,),
            ).fetchone()
        if row is None:
            raise NoSuchEvidenceError(evidence_id)
        return _evidence(row)

    def all_evidence(self) -> list[Evidence]:
        """Return all evidence in the order of its finding."""
        with self._connection() as connection:
            rows = connection.execute(f"{_EVIDENCE} ORDER BY id").fetchall()
        return [_evidence(row) for row in rows]

    def hold(self, origin: str) -> Evidence | None:
        """Return the evidence that holds up a log, or None."""
        with self._connection() as connection:
            row = connection.execute(
                f"{_EVIDENCE} WHERE origin = ? AND holds ORDER BY id LIMIT 1",
                (origin,),
            ).fetchone()
        return None if row is None else _evidence(row)

    def let_through(self, origin: str) -> set[tuple[int, bytes]]:
        """Return index and leaf hash of the late entries that a person saw and let through."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT position, leaf FROM late JOIN evidence ON evidence.id = late.evidence "
                "WHERE origin = ? AND acknowledged_at IS NOT NULL",
                (origin,),
            ).fetchall()
        return {(row["position"], bytes(row["leaf"])) for row in rows}

    def acknowledge(self, evidence_id: int, reason: str, at: int) -> None:
        """Keep for ever when and why a person was done with what waits for one.

        A log goes on with the late entries that the evidence names, and with no others. A proof
        stays one: it is only no longer announced.

        Raises:
            NoSuchEvidenceError: There is no such evidence.
            NotHeldError: It does not wait for a person, or not any more.
        """
        self.evidence(evidence_id)
        with self._writing() as connection:
            done = connection.execute(
                "UPDATE evidence SET holds = 0, acknowledged_at = ?, reason = ? "
                "WHERE id = ? AND acknowledged_at IS NULL AND (holds OR kind IN (?, ?, ?))",
                (at, reason, evidence_id, *sorted(PROOFS)),
            )
            if done.rowcount != 1:
                raise NotHeldError(evidence_id)


_EVIDENCE: Final = (
    "SELECT id, origin, kind, found_at, kept, offered, what, holds, acknowledged_at, reason, "
    "ifnull(hashes, x'') AS consistency "
    "FROM evidence LEFT JOIN consistency ON consistency.evidence = id"
)


def _evidence(row: sqlite3.Row) -> Evidence:
    values = dict(row)
    return Evidence(
        **(values | {"kind": EvidenceKind(values["kind"]), "holds": bool(values["holds"])})
    )


def _digest(found: Found, at: int) -> bytes:
    """Return what is the same for evidence that needs to be kept only once."""
    text = found.offered.rpartition(b"\n\n")[0]
    once = b""
    if found.kind is EvidenceKind.LATE:
        # What holds up is kept each time: only then can it be acknowledged each time.
        once = b"".join([str(at).encode(), *(one.leaf for one in found.late)])
    return hashlib.sha256(b"\0".join([found.kind.encode(), once, text])).digest()


def _has_room(connection: sqlite3.Connection, found: Found) -> bool:
    """Whether it may be kept: what holds up always, and what makes room for itself."""
    if found.kind in {EvidenceKind.LATE, EvidenceKind.NOT_EXTENDED}:
        return True
    row = connection.execute(
        "SELECT count(*) FROM evidence WHERE origin = ? AND kind != ?",
        (found.origin, EvidenceKind.NOT_EXTENDED),
    ).fetchone()
    return int(row[0]) < MOST_EVIDENCE


def _insert_evidence(connection: sqlite3.Connection, found: Found, digest: bytes, at: int) -> int:
    holds = found.kind is EvidenceKind.LATE
    values = (found.origin, found.kind, digest, at, found.kept, found.offered, found.what, holds)
    number = connection.execute(
        "INSERT INTO evidence (origin, kind, digest, found_at, kept, offered, what, holds) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        values,
    ).fetchone()[0]
    connection.executemany(
        "INSERT INTO late VALUES (?, ?, ?)", [(number, one.index, one.leaf) for one in found.late]
    )
    if found.consistency:
        connection.execute("INSERT INTO consistency VALUES (?, ?)", (number, found.consistency))
    return int(number)


def _latest(connection: sqlite3.Connection, origin: str) -> Latest | None:
    row = connection.execute(
        "SELECT size, root, note, cosigned_at, peaks FROM latest WHERE origin = ?", (origin,)
    ).fetchone()
    if row is None:
        return None
    return Latest(Known(row["size"], row["root"]), row["note"], row["cosigned_at"], row["peaks"])
