"""Statements compiled once in a test process, although nearly every test makes its own engine.

SQLAlchemy keeps what it compiled with each engine. Engines whose dialects are alike compile alike.
"""

from typing import Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

# More than there are statements: nothing is thrown away.
SIZE: Final = 20_000


def compile_statements_once() -> None:
    """Let every engine of this process share what it compiles."""
    kept: LRUCache = LRUCache(SIZE)

    def share(connection: Connection) -> None:
        connection.engine._compiled_cache = kept

    event.listen(Engine, "engine_connect", share)
    # A compiled statement is looked up by its dialect, too.
    DefaultDialect.__hash__ = lambda self: hash(type(self))
    DefaultDialect.__eq__ = lambda self, other: (
        self is other or (type(self) is type(other) and _nature(self) == _nature(other))
    )


def _nature(dialect: DefaultDialect) -> tuple[object, ...]:
    """Return what the dialects of two engines may differ in."""
    return (
        dialect.paramstyle,
        getattr(dialect, "server_version_info", None),
        getattr(dialect, "_json_serializer", None),
        getattr(dialect, "_json_deserializer", None),
    )
