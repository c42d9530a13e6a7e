"""Tables, column types, the engine and the unit of work."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from audit import batches, store
from audit.direct import Direct
from market.calendar import calendars_from
from market.calendar.stored import calendars_of
from market.clock import Clock, beijing_day, system_clock
from market.errors import BusyError, ConflictError
from market.journal import Entry, encode, numbers_in


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Naive datetimes are refused on the way in and never come out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without an offset."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Give back UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


Instant = Annotated[datetime, mapped_column(UTCDateTime)]
Fen = Annotated[int, mapped_column(BigInteger)]

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every marketplace table. Constraint names are fixed so that migrations can drop them.

    A table of record carries ``info={"record": True}``: rows are only ever added, and a
    trigger refuses UPDATE and DELETE on both databases.
    """

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        # Enums are stored by value: "draft", not "DRAFT".
        StrEnum: Enum(
            StrEnum, values_callable=list, native_enum=False, length=32, create_constraint=True
        ),
    }


def enum_as(kind: type[StrEnum], name: str) -> Enum:
    """Return the type of a further column of one enum in a table; its check has its own name."""
    return Enum(
        kind,
        values_callable=list,
        native_enum=False,
        length=32,
        create_constraint=True,
        name=name,
    )


RECORD: Final = {"info": {"record": True}}  # the last item of ``__table_args__``

SWITCH_SECONDS: Final = 30

# SQLite numbers rows only for INTEGER PRIMARY KEY; PostgreSQL gets 64 bits.
Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]


def make_engine(url: str) -> Engine:
    """Return an engine set up the one way both databases are safe to use.

    SQLite begins every writing transaction with BEGIN IMMEDIATE (its default loses
    read-modify-write updates), in WAL mode with ``synchronous=FULL`` and foreign keys on.
    A connection with the execution option ``reading`` begins without the write lock.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": 30})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    # Server-side prepared statements break behind a transaction-pooling PgBouncer before 1.22.
    return create_engine(parsed, pool_pre_ping=True, connect_args={"prepare_threshold": None})


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    _use_write_ahead_log(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    """Switch a new database to its write-ahead log, which two nodes may do at one moment.

    SQLite does not wait for the lock of this switch as it waits for others.
    """
    patience = time.monotonic() + SWITCH_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class LogMention(Base):
    """An entry of the log names a public number: what the log says of one thing is found by it."""

    __tablename__ = "log_mention"
    __table_args__ = (RECORD,)

    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    submission_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


_MENTION: Final = Direct(insert(Base.metadata.tables[LogMention.__tablename__]))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: a person for an organisation, or a job.

    ``name`` goes into the public log and so identifies an account, never a person.
    """

    name: str
    user_id: int | None = None
    org_id: int | None = None
    org_kind: str | None = None
    org_code: str | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)


SIDE: Final = "side"
"""How the log calls somebody who acts for one of those whom it does not name."""


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """All that one request, command or job may see and change.

    ``now`` is read once, when the work begins: everything done in one unit of work
    happened at one instant, in the tables and in the log alike.
    """

    session: Session
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The day in Beijing: the law counts local days."""
        return beijing_day(self.now)

    @property
    def user_id(self) -> int:
        """The person who acts.

        Raises:
            LookupError: A job, not a person, is acting.
        """
        if self.actor.user_id is None:
            raise LookupError(f"{self.actor.name} is not a person")
        return self.actor.user_id

    @property
    def org_id(self) -> int:
        """The organisation for which the actor acts.

        Raises:
            LookupError: The actor acts for none.
        """
        if self.actor.org_id is None:
            raise LookupError(f"{self.actor.name} acts for no organisation")
        return self.actor.org_id

    @property
    def is_demonstration(self) -> bool:
        """Whether the installation is a demonstration: its results need convince nobody."""
        return bool(self.session.info.get(DEMONSTRATION))

    def unnamed(self) -> "UnitOfWork":
        """Return the same work, of which the log names no account.

        Accounts stand beside organisations elsewhere in the log: where an entry does not say who
        is meant, the account of whoever speaks would say it.
        """
        return replace(self, actor=replace(self.actor, name=SIDE))

    def record(self, entry: Entry) -> int:
        """Tell the public log; the entry and the change commit together or not at all.

        Returns the submission's id; the sequencer gives it its index in the log.
        """
        submission_id = self.submit(encode(entry, by=self.actor.name, at=self.now))
        self.session.add_all(
            LogMention(number=number, submission_id=submission_id) for number in numbers_in(entry)
        )
        return submission_id

    def record_all(self, entries: Sequence[Entry]) -> None:
        """Tell the public log many things that were done at once, in this order."""
        self.session.flush()
        bodies = [encode(entry, by=self.actor.name, at=self.now) for entry in entries]
        key, connection = self.session.info.get(STAMP_KEY), self.session.connection()
        numbers = batches.append_all(connection, bodies, self.now, key)
        mentions = [
            (number, submission_id)
            for entry, submission_id in zip(entries, numbers, strict=True)
            for number in sorted(numbers_in(entry))
        ]
        _MENTION.many(connection, mentions)

    def submit(self, body: bytes) -> int:
        """Submit the exact bytes of an entry (a draw's) to the public log."""
        self.session.flush()
        key = self.session.info.get(STAMP_KEY)
        return store.append(self.session.connection(), body, self.now, key)


Sessions = sessionmaker[Session]


STAMP_KEY: Final = "stamp key"
"""Where a session keeps the key of the stamps."""


DEMONSTRATION: Final = "demonstration"
"""Where a session keeps whether its installation is a demonstration."""


def make_sessions(
    engine: Engine, stamp_key: bytes | None = None, *, is_demonstration: bool = False
) -> Sessions:
    """Return the session factory of an engine.

    What its units of work tell the log bears a stamp of this key (``audit.stamp``).
    """
    info = {STAMP_KEY: stamp_key, DEMONSTRATION: is_demonstration}
    return sessionmaker(engine, expire_on_commit=False, info=info)


@contextmanager
def unit_of_work(
    sessions: Sessions, actor: Actor, clock: Clock = system_clock
) -> Iterator[UnitOfWork]:
    """Open a transaction, commit it if the block succeeds, roll it back if not.

    Raises:
        ConflictError: Another transaction changed a row this one had read and changed.
        BusyError: It and others waited for one another, or it waited too long: nothing is done.
    """
    try:
        with sessions.begin() as session, calendars_from(partial(calendars_of, session)):
            yield UnitOfWork(session, actor, clock())
    except StaleDataError as error:
        raise ConflictError from error
    except OperationalError as error:
        if _is_busy(error.orig):
            raise BusyError from error
        raise


def _is_busy(error: BaseException | None) -> bool:
    """Whether others were in the way, and the same may well succeed in a moment."""
    if isinstance(error, sqlite3.OperationalError):
        primary = error.sqlite_errorcode & 0xFF
        return primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error, "sqlstate", None) in _BUSY


# Deadlock detected; lock not available. Source: PostgreSQL, "Error Codes", classes 40 and 55.
_BUSY: Final = frozenset({"40P01", "55P03"})


@contextmanager
def reading_work(
    sessions: Sessions, actor: Actor, clock: Clock = system_clock
) -> Iterator[UnitOfWork]:
    """Open a unit of work that only reads: it takes no write lock and commits nothing.

    All that it reads is of one instant, however many statements it takes (docs/adr/0083).
    """
    with sessions() as session:
        options: dict[str, object] = {"reading": True}
        if session.get_bind().dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"  # SQLite reads one instant anyway
        session.connection(execution_options=options)
        # Closing rolls back and, unlike rollback(), leaves what was read readable.
        with calendars_from(partial(calendars_of, session)):
            yield UnitOfWork(session, actor, clock())
