"""A city with four listed firms, made once by the real actions and copied for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from market.clock import ManualClock
from market.config import Config
from market.installation import Installation
from market.keys import Keys
from tests.market.conftest import MONDAY_MORNING
from tests.market.factories.draws import City, a_city
from tests.market.factories.snapshots import stands


def opened(folder: Path, clock: ManualClock) -> Installation:
    config = Config(
        database_url=f"sqlite:///{folder}/market.db",
        data_dir=folder / "var",
        password_memory_kib=64,
        demo=True,
    )
    return Installation.open(config, clock)


@pytest.fixture(scope="session")
def city_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, City, datetime]:
    """The folder of a city in which nothing has been asked for yet."""
    folder = tmp_path_factory.mktemp("city")
    shutil.copyfile(sqlite_template, folder / "market.db")
    Keys.make(folder / "var" / "keys")
    clock = ManualClock(MONDAY_MORNING)
    here = opened(folder, clock)
    city = a_city(here, clock, firms=4)
    here.engine.dispose()
    return folder, city, clock()


@pytest.fixture
def city(
    city_template: tuple[Path, City, datetime], tmp_path: Path, clock: ManualClock
) -> Iterator[City]:
    """A city on SQLite: four firms, an owner, an operator, a supervisor, and a log."""
    folder, template, at = city_template
    shutil.copytree(folder, tmp_path / "city")
    clock.move_to(at)
    here = opened(tmp_path / "city", clock)
    stands(here, "city")
    yield replace(template, here=here, clock=clock)
    here.engine.dispose()
