"""The small market in which everything has happened, audited twice, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from market.db import make_engine
from market.installation import Installation
from market.schema import metadata
from market.selfaudit import actions
from tests.market.security import world as worlds


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> worlds.World:
    """The small market, made once for all tests."""
    return worlds.the_world(tmp_path_factory)


@pytest.fixture
def market(lived: worlds.World, tmp_path: Path) -> Iterator[Installation]:
    """A copy on SQLite, not yet audited."""
    here = lived.open(tmp_path / "market")
    yield here
    here.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def audited(
    request: pytest.FixtureRequest, lived: worlds.World, tmp_path: Path
) -> Iterator[Installation]:
    """A copy on either database, audited twice: the second time seals the first one's rows."""
    here = lived.open(tmp_path / "market")
    if request.param == "postgres":
        here = moved(here, request.getfixturevalue("postgres_url"))
    try:
        actions.run(here)
        actions.run(here)
        yield here
    finally:
        here.engine.dispose()


def moved(here: Installation, url: str) -> Installation:
    """Return the same installation on another database, row by row."""
    engine = make_engine(url)
    with here.engine.connect() as old, engine.begin() as new:
        for table in metadata().sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)
        for table in metadata().sorted_tables:
            keys = list(table.primary_key.columns)
            if len(keys) == 1 and keys[0].autoincrement and keys[0].type.python_type is int:
                name = f"pg_get_serial_sequence('{table.name}', '{keys[0].name}')"
                new.exec_driver_sql(
                    f"SELECT setval({name}, (SELECT max({keys[0].name}) FROM {table.name}))"
                    f" WHERE {name} IS NOT NULL AND EXISTS (SELECT 1 FROM {table.name})"
                )
    here.engine.dispose()
    engine.dispose()
    return Installation.open(replace(here.config, database_url=url), here.clock)
