"""Fixtures every test may ask for: databases of both kinds, and a world that ends at this machine.

A test that must hold on both databases asks for ``sessions`` (or ``engine``, ``database_url``)
and runs twice; one whose subject is not the database asks for ``sqlite_sessions``.
"""

import gc
import importlib
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.hurry import wait_for_no_disk
from tests.once_a_run import made_once
from tests.postgres import NoPostgresError, Server, running_server
from tests.postgres_contents import Reused
from tests.routes_once import compile_routes_once
from tests.statements_once import compile_statements_once

pytest_plugins = ["tests.chromium", "tests.order", "tests.rewriting"]
compile_statements_once()
compile_routes_once()
wait_for_no_disk()
# How fast a machine is says nothing of a law: what takes long belongs to ``benchmarks/``.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

# Far from UTC and from Beijing, on another day than Beijing for most of the day: code that
# reads the machine's local time by mistake gets a wrong answer here.
os.environ["TZ"] = "Pacific/Marquesas"
time.tzset()
for _name in [name for name in os.environ if name == "DATABASE_URL" or name.startswith("ZJCS_")]:
    del os.environ[_name]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the tests: what was collected stays till the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """With ``CI`` set a test that would be skipped fails: nothing is passed over there."""
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """With ``CI`` set no file is passed over either."""
    return _not_skipped((yield))


def _not_skipped(report: pytest.TestReport | pytest.CollectReport):
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"CI is set, so nothing may be skipped: {report.longrepr[2]}"
    return report


class OutsideCallError(AssertionError):
    """A test tried to leave this machine."""


def _is_here(host: object) -> bool:
    if host in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """Refuse every connection and every name that is not this machine's."""

    def guarded(method: Callable, host_of: Callable[..., object]) -> Callable:
        def call(*args, **keywords):
            if not _is_here(host := host_of(*args)):
                raise OutsideCallError(f"a test tried to reach {host!r}")
            return method(*args, **keywords)

        return call

    def peer(sock: socket.socket, address: object) -> object:
        return None if sock.family == socket.AF_UNIX else address[0]

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name), peer))
        patch.setattr(socket, "getaddrinfo", guarded(socket.getaddrinfo, lambda host, *_: host))
        yield


def _market(name: str) -> ModuleType:
    """Import a module of the market only where a test needs it: the others start sooner."""
    return importlib.import_module(f"market.{name}")


def _migrated(url: str) -> None:
    engine = _market("db").make_engine(url)
    _market("migrations").upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the whole schema, made once and copied for each test."""

    def make(folder: Path) -> None:
        _migrated(f"sqlite:///{folder}/template.db")

    return made_once(tmp_path_factory, "schema", make) / "template.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database with the whole schema."""
    path = shutil.copyfile(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process's own."""
    try:
        with running_server() as server:
            yield server
    except NoPostgresError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """A PostgreSQL database with the whole schema, made once and copied for each test."""
    name = postgres_server.create()
    _migrated(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def postgres_reused(postgres_server: Server, postgres_template: str) -> Reused:
    """The database of this test process, which every test finds without a row."""
    return Reused(postgres_server, postgres_template)


@pytest.fixture
def postgres_url(postgres_server: Server, postgres_reused: Reused) -> str:
    """The address of a fresh PostgreSQL database with the whole schema."""
    return postgres_server.url(postgres_reused.fresh())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database: first SQLite, then PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The market's own engine on both databases."""
    engine = _market("db").make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions on both databases."""
    return _market("db").make_sessions(engine)


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """The market's own engine on SQLite alone."""
    engine = _market("db").make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_sessions(sqlite_engine: Engine) -> sessionmaker[Session]:
    """Sessions on SQLite alone: the fast path."""
    return _market("db").make_sessions(sqlite_engine)
