"""The schema comes from migrations alone, and guards its records on both databases."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from deploy import initial_migration
from market.db import make_engine
from market.migrations import current, head, is_current, upgrade
from market.schema import metadata, record_tables


def test_the_first_migration_is_what_the_models_say():
    assert initial_migration.TARGET.read_text("utf-8") == initial_migration.text()


def test_the_migrated_schema_is_that_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata()) == []
        assert is_current(connection)


def test_an_empty_database_and_one_of_another_version_are_not_current(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with engine.begin() as connection:
        assert current(connection) is None
        assert not is_current(connection)
    assert upgrade(engine) == (None, head())
    with engine.begin() as connection:
        assert is_current(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        assert not is_current(connection)
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_migration_that_fails_leaves_nothing_behind(request, tmp_path, kind):
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path}/new.db"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE review (in_the_way INTEGER)"))
    with pytest.raises(DBAPIError, match="review"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["review"]
    engine.dispose()


def test_migrating_again_does_nothing(engine):
    assert upgrade(engine) == (head(), head())


def test_two_nodes_that_migrate_at_once_both_succeed(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    _migrate_twice(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert current(connection) == head()
    engine.dispose()


@pytest.mark.postgres
def test_two_nodes_that_migrate_at_once_both_succeed_on_postgresql(postgres_server):
    name = postgres_server.create()
    url = postgres_server.url(name)
    _migrate_twice(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert current(connection) == head()
    engine.dispose()
    postgres_server.drop(name)


def _migrate_twice(url: str) -> None:
    code = (
        "import sys; from market.db import make_engine; from market.migrations import upgrade; "
        "upgrade(make_engine(sys.argv[1]))"
    )

    def node(_: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, url]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(2) as nodes:
        done = list(nodes.map(node, range(2)))
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]


def test_every_table_of_record_refuses_to_be_changed(engine):
    names = [table.name for table in record_tables(metadata())]
    assert len(names) > 20
    with engine.begin() as connection:
        for table in names:
            columns = [column["name"] for column in inspect(connection).get_columns(table)]
            deeds = [f'UPDATE {table} SET "{columns[-1]}" = NULL', f"DELETE FROM {table}"]
            if engine.dialect.name == "sqlite":
                _insert_nonsense(connection, table, columns)
            else:
                deeds.append(f"TRUNCATE {table} CASCADE")
            for deed in deeds:
                with pytest.raises(DBAPIError, match="table of record"), connection.begin_nested():
                    connection.execute(text(deed))
        connection.rollback()


def _insert_nonsense(connection, table: str, columns: list[str]) -> None:
    """Insert a row: SQLite's triggers fire for rows, so there must be one."""
    connection.execute(text("PRAGMA ignore_check_constraints=ON"))
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join("1" for _ in columns)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"))
