"""What stands in a PostgreSQL database: kept, and put back without copying the database.

A copy of the whole schema is 1,600 files and 20 MB, most of them without a row. The rows of a test
are a few hundred: taking these away and writing others costs a tenth of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import psycopg
from psycopg import Connection, sql

from tests.postgres import Server

# Rows that were deleted stay in the files, where others might take their place in another order;
# after so many times a new copy is worth its while.
MOST_USES: Final = 10
# How many there are of everything that a test may change in a schema.
SHAPE: Final = """
    SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute),
        (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_proc),
        (SELECT count(*) FROM pg_statistic), (SELECT count(*) FROM pg_index WHERE indisvalid),
        (SELECT md5(string_agg(tgname::text || tgenabled::text, ' ' ORDER BY oid)) FROM pg_trigger)
"""
FILLED: Final = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND pg_relation_size(oid) > 0
"""
USED: Final = """
    SELECT sequencename, last_value FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
OTHERS: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of the tables that have any, where the sequences are, and the schema's shape."""

    rows: Mapping[str, bytes]
    sequences: Mapping[str, int]
    shape: tuple[object, ...]


def contents_of(host: str, name: str) -> Contents:
    """Return what stands in a database."""
    with _connected(host, name) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        rows = {}
        for (table,) in connection.execute(FILLED).fetchall():
            with connection.cursor().copy(
                _statement("COPY {} TO STDOUT (FORMAT binary)", table)
            ) as out:
                rows[table] = b"".join(bytes(piece) for piece in out)
        used = dict(connection.execute(USED).fetchall())
        return Contents(rows, used, _shape(connection))


def put_back(host: str, name: str, contents: Contents) -> bool:
    """Let these rows stand in a database, and no others; False where its schema was changed."""
    with _connected(host, name) as connection:
        connection.execute(OTHERS)
        if _shape(connection) != contents.shape:
            return False
        connection.execute("SET LOCAL session_replication_role = replica")  # no trigger, no key
        for (table,) in connection.execute(FILLED).fetchall():
            connection.execute(_statement("DELETE FROM {}", table))
        for table, data in contents.rows.items():
            with connection.cursor().copy(
                _statement("COPY {} FROM STDIN (FORMAT binary)", table)
            ) as into:
                into.write(data)
        used = {name for name, _ in connection.execute(USED).fetchall()}
        for sequence in used | set(contents.sequences):
            last = contents.sequences.get(sequence)
            known = (f'"{sequence}"', last or 1, last is not None)
            connection.execute("SELECT setval(%s::regclass, %s, %s)", known)
    return True


@dataclass(slots=True)
class Reused:
    """A database that is emptied for each test, and has another name each time.

    Whoever is left of a test before cannot come back to it under the name that it knows.
    """

    server: Server
    template: str
    name: str = ""
    uses: int = 0
    empty: Contents | None = field(default=None)

    def fresh(self) -> str:
        """Return the name of the database, as the template is."""
        host = str(self.server.folder)
        if not self._is_emptied(host):
            if self.name:
                self.server.drop(self.name)
            self.name, self.uses = self.server.create(self.template), 0
            self.empty = self.empty or contents_of(host, self.name)
        self.uses += 1
        return self.name

    def _is_emptied(self, host: str) -> bool:
        if self.empty is None or self.uses >= MOST_USES:
            return False
        if not put_back(host, self.name, self.empty):
            return False
        try:
            self.name = self.server.rename(self.name)
        except psycopg.errors.ObjectInUse:
            return False  # Somebody came back to it at once.
        return True


def _connected(host: str, name: str) -> Connection[tuple[object, ...]]:
    return psycopg.connect(host=host, user="postgres", dbname=name)


def _shape(connection: Connection[tuple[object, ...]]) -> tuple[object, ...]:
    return connection.execute(SHAPE).fetchone() or ()


def _statement(words: str, table: object) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(str(table)))
