"""An installation on a fresh database, under a clock that the test moves."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.app import create_app
from market.clock import ManualClock, beijing
from market.config import Config
from market.installation import Installation
from market.keys import Keys

MONDAY_MORNING = beijing(date(2026, 3, 2), 9)


@pytest.fixture
def clock() -> ManualClock:
    """Monday 2026-03-02, 09:00 in Beijing, until it is moved."""
    return ManualClock(MONDAY_MORNING)


def _installation(url: str, folder: Path, clock: ManualClock) -> Installation:
    config = Config(database_url=url, data_dir=folder / "var", password_memory_kib=64)
    Keys.make(config.keys_dir)
    return Installation.open(config, clock)


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
def app(fast_here: Installation) -> Flask:
    """The whole application; CSRF is tested in tests/market/web, not in every view's test."""
    app = create_app(fast_here)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen."""
    return app.test_client()
