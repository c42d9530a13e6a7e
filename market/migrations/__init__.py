"""Schema changes: numbered, made only by ``zjcs migrate``, safe when two nodes start it at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_FOLDER = Path(__file__).resolve().parent
# Any fixed number will do; it is the lock's name among this database's advisory locks.
_ADVISORY_LOCK = 7_321_905_144


def _config(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest migration's number."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise LookupError("no migrations are installed")
    return newest


def current(connection: Connection) -> str | None:
    """Return the migration the database stands at; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the newest migration."""
    return current(connection) == head()


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the schema to the newest migration, in one transaction and under a lock.

    A second caller waits for the first and then finds nothing to do: SQLite's BEGIN IMMEDIATE
    is the lock there, an advisory lock held by the transaction on PostgreSQL.

    Returns:
        The migration before and after.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
        before = current(connection)
        command.upgrade(_config(connection), "head")
        return before, head()
