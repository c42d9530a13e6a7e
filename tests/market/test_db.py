"""The engine, the column types and the unit of work: what every feature stands on."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from audit import store
from market.access import OrgKind
from market.accounts.journal import PasswordReset
from market.accounts.model import Organisation, User
from market.clock import ManualClock, beijing
from market.db import (
    Actor,
    UnitOfWork,
    UTCDateTime,
    make_engine,
    reading_work,
    unit_of_work,
)
from market.errors import BusyError, ConflictError
from tests.market.factories.accounts import a_person, an_organisation

ACTOR = Actor("job:test")
THREADS, ROUNDS = 8, 40


@pytest.fixture
def counter(sqlite_engine) -> Table:
    """A number that many threads read, add one to, and write back."""
    table = Table("counter", MetaData(), Column("n", Integer, primary_key=True))
    with sqlite_engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(table.insert().values(n=0))
    return table


def test_no_update_is_lost_on_sqlite(sqlite_sessions, counter):
    together = threading.Barrier(THREADS)

    def add_one_often() -> None:
        together.wait()
        for _ in range(ROUNDS):
            with unit_of_work(sqlite_sessions, ACTOR) as work:
                n = work.session.scalar(select(counter.c.n))
                work.session.execute(counter.update().values(n=n + 1))

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(add_one_often) for _ in range(THREADS)]:
            done.result()
    with sqlite_sessions() as session:
        assert session.scalar(select(counter.c.n)) == THREADS * ROUNDS


def test_reading_waits_for_no_writer_and_no_writer_waits_for_it(sqlite_sessions, counter):
    with (
        unit_of_work(sqlite_sessions, ACTOR) as writing,
        reading_work(sqlite_sessions, ACTOR) as reading,
    ):
        writing.session.execute(counter.update().values(n=7))
        assert reading.session.scalar(select(counter.c.n)) == 0
        with reading_work(sqlite_sessions, ACTOR) as another:
            assert another.session.scalar(select(counter.c.n)) == 0
        # This commit succeeds while two readers are under way.
        writing.session.commit()
        assert reading.session.scalar(select(counter.c.n)) == 0  # one picture, to the end
    with reading_work(sqlite_sessions, ACTOR) as after:
        assert after.session.scalar(select(counter.c.n)) == 7


def test_writing_takes_the_write_lock_before_it_reads(sqlite_engine, sqlite_sessions):
    other = sqlite_engine.raw_connection()
    other.execute("PRAGMA busy_timeout = 0")
    with unit_of_work(sqlite_sessions, ACTOR) as work:
        work.session.scalar(select(1))  # it has read, and written nothing yet
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.rollback()
    other.close()


def test_reading_changes_nothing(here):
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        work.session.add(
            Organisation(kind=OrgKind.OWNER, code="x" * 18, name="无", created_at=work.now)
        )
        work.session.flush()
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        assert work.session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_what_was_read_stays_readable(here):
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        entered = an_organisation(work, name="市第一中学")
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        found = work.session.get(Organisation, entered.id)
    assert (entered.name, found.name) == ("市第一中学", "市第一中学")


def test_who_waits_for_each_other_or_too_long_is_told_to_do_it_again(here):
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        ids = [an_organisation(work, name=name).id for name in ("甲", "乙")]
    together, found = threading.Barrier(2), []

    def renames(first: int, then: int) -> None:
        try:
            with unit_of_work(here.sessions, ACTOR, here.clock) as work:
                for at, one in enumerate((first, then)):
                    work.session.get_one(Organisation, one, with_for_update=True).name += "改"
                    work.session.flush()
                    # SQLite has one writer: the other would never come here.
                    if at == 0 and here.engine.dialect.name == "postgresql":
                        together.wait(10)
            found.append("done")
        except BusyError:
            found.append("busy")

    people = [threading.Thread(target=renames, args=pair) for pair in (ids, ids[::-1])]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    is_one_writer = here.engine.dialect.name == "sqlite"
    assert sorted(found) == (["done", "done"] if is_one_writer else ["busy", "done"])


def test_a_database_that_another_writes_to_for_too_long_is_busy(sqlite_engine, sqlite_sessions):
    other = sqlite_engine.raw_connection()
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(BusyError), unit_of_work(sqlite_sessions, ACTOR) as work:
            connection = work.session.connection(execution_options={"reading": True})
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
            connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
    finally:
        other.rollback()
        other.close()


class BrokenError(Exception):
    """Something went wrong in the middle of a unit of work."""


def test_a_change_and_its_entry_in_the_log_come_together_or_not_at_all(here):
    def counts() -> tuple[int, int, int]:
        with reading_work(here.sessions, ACTOR) as work:
            return tuple(
                work.session.scalar(select(func.count()).select_from(table))
                for table in (Organisation, store.submissions, store.queue)
            )

    with pytest.raises(BrokenError), unit_of_work(here.sessions, ACTOR, here.clock) as work:
        an_organisation(work)
        raise BrokenError
    assert counts() == (0, 0, 0)
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        an_organisation(work)
    assert counts() == (1, 1, 1)


def test_of_two_clerks_the_second_is_told_that_something_changed(here):
    person = a_person(here)
    first, second = here.sessions(), here.sessions()
    # PostgreSQL lets both read; SQLite would have the second wait from the start.
    for session in (first, second):
        session.connection(execution_options={"reading": True})
    mine, yours = first.get(User, person.id), second.get(User, person.id)
    second.close()
    mine.name = "先到"
    first.commit()
    first.close()
    with (
        pytest.raises(ConflictError),
        unit_of_work(here.sessions, ACTOR, here.clock) as work,
    ):
        late = work.session.merge(yours, load=False)
        late.name = "后到"
    with reading_work(here.sessions, ACTOR) as work:
        assert work.session.get(User, person.id).name == "先到"


def test_a_naive_datetime_is_refused_before_it_reaches_the_database(here):
    with (
        pytest.raises(StatementError, match="naive"),
        unit_of_work(here.sessions, ACTOR) as work,
    ):
        naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the very mistake
        work.session.add(Organisation(kind=OrgKind.OWNER, code="x", name="x", created_at=naive))
        work.session.flush()


@pytest.mark.parametrize("hours", [8, 0, -9.5])
def test_an_instant_comes_back_the_same_in_utc(engine, hours):
    at = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=hours)))
    table = Table("instant", MetaData(), Column("at", UTCDateTime))
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(table.insert().values(at=at))
        back = connection.scalar(select(table.c.at))
        raw = connection.scalar(select(Table("instant", MetaData(), Column("at", DateTime)).c.at))
    assert (back, back.tzinfo) == (at, UTC)
    assert raw == at.astimezone(UTC).replace(tzinfo=None)


def test_an_absent_instant_stays_absent(engine):
    table = Table("instant", MetaData(), Column("at", UTCDateTime))
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(table.insert().values(at=None))
        assert connection.scalar(select(table.c.at)) is None


def test_an_enum_is_stored_by_its_value_and_no_other_value_is(here):
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        an_organisation(work, OrgKind.SUPERVISOR)
    with here.engine.begin() as connection:
        assert connection.scalar(text("SELECT kind FROM organisation")) == "supervisor"
    with pytest.raises(IntegrityError, match="kind"), here.engine.begin() as connection:
        connection.execute(text("UPDATE organisation SET kind = 'SUPERVISOR'"))


def test_foreign_keys_hold(here):
    user = a_person(here)
    with pytest.raises(IntegrityError), here.engine.begin() as connection:
        connection.execute(
            text("UPDATE user_account SET organisation_id = 987654 WHERE id = :id"), {"id": user.id}
        )


def test_sqlite_is_set_up_to_survive_a_power_cut(sqlite_engine):
    connection = sqlite_engine.raw_connection()  # the others of a test wait for no disk
    settings = [
        connection.cursor().execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    connection.close()
    assert settings == ["wal", 2, 1]


def test_a_plain_postgresql_address_uses_the_installed_driver():
    engine = make_engine("postgresql://someone@db.example/zjcs")
    assert engine.url.drivername == "postgresql+psycopg"
    assert engine.dialect.get_driver_connection is not None
    engine.dispose()


def test_one_unit_of_work_is_one_instant(fast_here, clock):
    with unit_of_work(fast_here.sessions, ACTOR, clock) as work:
        begun = work.now
        clock.advance(timedelta(hours=1))
        assert work.now == begun
        assert an_organisation(work).created_at == begun


def test_today_is_the_day_in_beijing(fast_here):
    late = ManualClock(beijing(date(2026, 3, 3), 0, 5))
    assert late().astimezone(UTC).date() == date(2026, 3, 2)
    with reading_work(fast_here.sessions, ACTOR, late) as work:
        assert work.today == date(2026, 3, 3)


def test_a_job_is_neither_a_person_nor_an_organisation(fast_here):
    with reading_work(fast_here.sessions, ACTOR) as work:
        with pytest.raises(LookupError, match="job:test is not a person"):
            _ = work.user_id
        with pytest.raises(LookupError, match="job:test acts for no organisation"):
            _ = work.org_id


def test_a_person_is_known_by_number_in_the_log(fast_here):
    actor = Actor("user:12", user_id=12, org_id=3)
    with unit_of_work(fast_here.sessions, actor, fast_here.clock) as work:
        assert isinstance(work, UnitOfWork)
        assert (work.user_id, work.org_id) == (12, 3)
        work.record(PasswordReset(account=5, organisation="x"))
    with fast_here.engine.connect() as connection:
        [body] = connection.execute(
            select(store.submissions.c.body).order_by(store.submissions.c.id)
        ).scalars()
    assert b'"by":"user:12"' in body
