"""A log of its own on both databases; nothing of the market is needed to test it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event

from audit import lease, store

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def log_engine(request, tmp_path) -> Iterator[Engine]:
    """A fresh database with the tables of the log, first on SQLite, then on PostgreSQL."""
    with _database(request, tmp_path) as engine:
        yield engine


@pytest.fixture(scope="module", params=BOTH)
def shared_log_engine(request, tmp_path_factory) -> Iterator[Engine]:
    """One database for all tests of a module that leave it as they found it."""
    with _database(request, tmp_path_factory.mktemp("shared")) as engine:
        yield engine


@pytest.fixture
def sqlite_log_engine(tmp_path) -> Iterator[Engine]:
    """A fresh SQLite database, for tests whose subject is not the database."""
    with _with_tables(_sqlite(f"sqlite:///{tmp_path}/log.db")) as engine:
        yield engine


@contextmanager
def _database(request, folder: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        with _with_tables(_sqlite(f"sqlite:///{folder}/log.db")) as engine:
            yield engine
        return
    server = request.getfixturevalue("postgres_server")
    name = server.create()
    with _with_tables(create_engine(server.url(name))) as engine:
        yield engine
    server.drop(name)


@contextmanager
def _with_tables(engine: Engine) -> Iterator[Engine]:
    store.metadata.create_all(engine)
    lease.metadata.create_all(engine)
    yield engine
    engine.dispose()


def _sqlite(url: str) -> Engine:
    """The way the market opens SQLite: without it, two writers lose each other's updates."""
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _set_up(connection, _record):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection):
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
