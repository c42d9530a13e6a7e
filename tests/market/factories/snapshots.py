"""Cities made once in a test process, and copied for every test that begins with the same one.

On SQLite the copy is a file; on PostgreSQL it is what stands in the tables.
What is made first in a city that was itself made once is kept as well (``made_in``).
"""

import atexit
import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Hashable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event, func, select

from market import regulations, witnessing
from market.accounts.model import Organisation
from market.clock import ManualClock
from market.db import Actor, reading_work
from market.installation import Installation
from tests.postgres_contents import Contents, contents_of, put_back

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database as it was when something had been made in it, and what that was."""

    database: Path | Contents
    at: datetime
    made: object


_SNAPSHOTS: dict[tuple[object, ...], Snapshot] = {}
# What is in a database as long as nothing else has been written there.
_STANDS: WeakKeyDictionary[Engine, Hashable] = WeakKeyDictionary()


def made_once(
    here: Installation, clock: ManualClock, what: tuple[object, ...], make: Callable[[], T]
) -> T:
    """Return what ``make`` makes in an empty database, from a copy if it was made before.

    Only where everything that ``make`` reads is the same: the instant, the rules, the keys and
    who is trusted.
    """
    # What shows as an address in memory is not the same thing again.
    if not here.engine.url.database or " at 0x" in repr(what) or not _is_empty(here):
        return make()
    made = _made(here, clock, what, make)
    stands(here, (*what, clock()))
    return made


def made_in(
    here: Installation, clock: ManualClock, what: tuple[object, ...], make: Callable[[], T]
) -> T:
    """Return what ``make`` makes in a city in which nothing happened yet, as ``made_once`` does."""
    base = _STANDS.pop(here.engine, None)
    if base is None or " at 0x" in repr(what):
        return make()
    return _made(here, clock, (base, *what), make)


def stands(here: Installation, what: Hashable) -> None:
    """Say what is in the database, until something else is written there."""
    if not event.contains(here.engine, "commit", _written):
        event.listen(here.engine, "commit", _written)
    _STANDS[here.engine] = what


def _written(connection: Connection) -> None:
    _STANDS.pop(connection.engine, None)


def _made(
    here: Installation, clock: ManualClock, what: tuple[object, ...], make: Callable[[], T]
) -> T:
    store = _File(here) if here.engine.dialect.name == "sqlite" else _Database(here)
    key = (store.place, *what, clock(), here.config.origin, here.keys.log_seed, _rules(here))
    if (kept := _SNAPSHOTS.get(key)) is None:
        made = make()
        _SNAPSHOTS[key] = Snapshot(store.copy(len(_SNAPSHOTS)), clock(), made)
        return made
    here.engine.dispose()
    store.restore(kept.database)
    clock.move_to(kept.at)
    return kept.made


class _File:
    """An SQLite database, which is a file."""

    place = ""

    def __init__(self, here: Installation) -> None:
        self.path = Path(str(here.engine.url.database))

    def copy(self, number: int) -> Path:
        copy = _folder() / f"{number}.db"
        with (
            closing(sqlite3.connect(self.path)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy

    def restore(self, kept: Path) -> None:
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(kept, self.path)


class _Database:
    """A PostgreSQL database, of which the rows are kept."""

    def __init__(self, here: Installation) -> None:
        self.name = str(here.engine.url.database)
        self.place = str(here.engine.url.query["host"])

    def copy(self, _number: int) -> Contents:
        return contents_of(self.place, self.name)

    def restore(self, kept: Contents) -> None:
        if not put_back(self.place, self.name, kept):
            raise ValueError("what was kept is of another schema")


def _is_empty(here: Installation) -> bool:
    with reading_work(here.sessions, Actor("job:test"), here.clock) as work:
        return not work.session.scalar(select(func.count(Organisation.id)))


def _rules(here: Installation) -> bytes:
    seen = hashlib.sha256(repr(witnessing.policy(here)).encode())
    for one in regulations.current().all():
        seen.update(f"{one.id} {one.digest}\n".encode())
    return seen.digest()


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="zjcs-cities-"))
    atexit.register(shutil.rmtree, folder)
    return folder
