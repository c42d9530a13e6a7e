"""An installation on a fresh database, under a clock that the test moves."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.app import create_app
from market.clock import ManualClock, beijing
from market.config import Config
from market.installation import Installation
from market.keys import Keys
from tests.once_a_run import shared
from tests.templates_once import KEPT, compile_once

compile_once()

MONDAY_MORNING = beijing(date(2026, 3, 2), 9)


@pytest.fixture(scope="session", autouse=True)
def templates_of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Share compiled templates with the other processes of this run."""
    KEPT.share(shared(tmp_path_factory) / "templates")


@pytest.fixture
def clock() -> ManualClock:
    """Monday 2026-03-02, 09:00 in Beijing, until it is moved."""
    return ManualClock(MONDAY_MORNING)


def _installation(url: str, folder: Path, clock: ManualClock) -> Installation:
    config = Config(database_url=url, data_dir=folder / "var", password_memory_kib=64, demo=True)
    shutil.copytree(_keys(), config.keys_dir)
    return Installation.open(config, clock)


@cache
def _keys() -> Path:
    """The keys of every installation of this test process: a copied city is signed with them."""
    folder = Path(tempfile.mkdtemp(prefix="zjcs-keys-"))
    atexit.register(shutil.rmtree, folder)
    Keys.make(folder)
    return folder


@pytest.fixture
def here(database_url: str, tmp_path: Path, clock: ManualClock) -> Iterator[Installation]:
    """An installation on SQLite, then on PostgreSQL."""
    installation = _installation(database_url, tmp_path, clock)
    yield installation
    installation.engine.dispose()


@pytest.fixture
def fast_here(sqlite_url: str, tmp_path: Path, clock: ManualClock) -> Iterator[Installation]:
    """An installation on SQLite alone."""
    installation = _installation(sqlite_url, tmp_path, clock)
    yield installation
    installation.engine.dispose()


@pytest.fixture
def pg_here(postgres_url: str, tmp_path: Path, clock: ManualClock) -> Iterator[Installation]:
    """An installation on PostgreSQL alone, where two write at once."""
    installation = _installation(postgres_url, tmp_path, clock)
    yield installation
    installation.engine.dispose()


@pytest.fixture
def app(fast_here: Installation, _made: list[Flask]) -> Iterator[Flask]:
    """The whole application; CSRF is tested in tests/market/web, not in every view's test.

    Its routes are made once for a test process; the installation behind them is the test's own.
    """
    if not _made:
        _made.append(create_app(fast_here))
    app = _made[0]
    config, extensions = dict(app.config), dict(app.extensions)
    app.extensions["installation"] = fast_here
    app.config["SECRET_KEY"] = fast_here.keys.session_secret
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.config.clear()
    app.config.update(config)
    app.extensions.clear()
    app.extensions.update(extensions)


@pytest.fixture(scope="session")
def _made() -> list[Flask]:
    """The application of this test process, once it has been made."""
    return []


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen."""
    return app.test_client()
