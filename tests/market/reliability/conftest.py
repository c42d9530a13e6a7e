"""The small market of the security tests, and one with thousands of rows made from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from market import migrations
from market.keys import Keys
from tests.market.reliability.clerk import installation
from tests.market.reliability.office import Clerks
from tests.market.security import world as worlds


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> worlds.World:
    """A market in which everything has happened, made once for all tests."""
    return worlds.the_world(tmp_path_factory)


@pytest.fixture
def clerks(folder) -> Iterator[Clerks]:
    """Clerks for the folder."""
    office = Clerks(folder)
    yield office
    office.go()


@pytest.fixture
def folder(tmp_path) -> Path:
    """An installation's folder with an empty market."""
    Keys.make(tmp_path / "keys")
    here = installation(tmp_path)
    migrations.upgrade(here.engine)
    here.engine.dispose()
    return tmp_path
