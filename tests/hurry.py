"""No database of a test has to survive a power cut: SQLite waits for no disk, as PostgreSQL here.

What a killed process leaves behind is the same: the kernel keeps what it was given.
"""

from sqlalchemy import Connection, Engine, event


def wait_for_no_disk() -> None:
    """Let every SQLite engine of this process leave it to the kernel when to write."""
    event.listen(Engine, "engine_connect", _hurry)


def _hurry(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and "in a hurry" not in connection.info:
        raw = connection.connection.dbapi_connection
        if raw is not None and not raw.in_transaction:
            raw.execute("PRAGMA synchronous=OFF")
            connection.info["in a hurry"] = True
