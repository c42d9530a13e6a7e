"""The tables of a witness. Each is made where it is missing, and none was ever changed."""

from typing import Final

TABLES: Final = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS log_key (
    vkey TEXT PRIMARY KEY, origin TEXT NOT NULL, url TEXT NOT NULL, added_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS latest (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,
    cosigned_at INTEGER NOT NULL, peaks BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS cosigned (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,
    cosigned_at INTEGER NOT NULL, PRIMARY KEY (origin, size)
) STRICT;
CREATE TABLE IF NOT EXISTS evidence (
    id INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL UNIQUE,
    found_at INTEGER NOT NULL, kept BLOB NOT NULL, offered BLOB NOT NULL, what TEXT NOT NULL,
    holds INTEGER NOT NULL, acknowledged_at INTEGER, reason TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS evidence_holds ON evidence (origin) WHERE holds;
CREATE TABLE IF NOT EXISTS late (
    evidence INTEGER NOT NULL REFERENCES evidence, position INTEGER NOT NULL, leaf BLOB NOT NULL,
    PRIMARY KEY (evidence, position)
) STRICT;
CREATE TABLE IF NOT EXISTS consistency (
    evidence INTEGER PRIMARY KEY REFERENCES evidence, hashes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS awaits (
    origin TEXT NOT NULL, key TEXT NOT NULL, t_phi INTEGER NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (origin, key, t_phi, source)
) STRICT;
CREATE TABLE IF NOT EXISTS known (
    scope TEXT NOT NULL, name TEXT NOT NULL, proven_at INTEGER, learned_at INTEGER NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT;
CREATE INDEX IF NOT EXISTS known_proven ON known (proven_at);
"""
