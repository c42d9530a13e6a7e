"""Entries handed in by many threads at once: each is on the disk before its thread goes on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, text

from audit import store
from audit import writer as writer_module
from audit.errors import EntryLengthError, OriginError
from audit.writer import ClosedError, Writer
from tests.audit.making import NOW, a_log, a_signer, entries, fill


def a_writer(engine, signer=None) -> Writer:
    return Writer(engine, signer or a_signer(), lambda: NOW)


def bodies_in(engine) -> list[bytes]:
    with engine.begin() as connection:
        return [store.body_at(connection, at) for at in range(store.size(connection))]


def test_every_entry_of_every_thread_gets_its_index(log_engine):
    wanted = entries(160)
    with a_writer(log_engine) as writer, ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(writer.add, wanted))

    with log_engine.begin() as connection:
        assert a_log().verify(connection) == []
        indexes = [store.index_of(connection, number) for number in ids]
        assert [store.body_at(connection, at) for at in indexes] == wanted
    assert sorted(indexes) == list(range(160))


def test_a_process_ends_though_its_writer_was_never_closed(sqlite_log_engine):
    with a_writer(sqlite_log_engine) as writer:
        assert writer._thread.daemon


def test_an_entry_is_committed_before_its_thread_goes_on(sqlite_log_engine):
    with a_writer(sqlite_log_engine) as writer:
        number = writer.add(b"first")
        with sqlite_log_engine.connect().execution_options(reading=True) as other:
            found = other.execute(
                select(store.submissions.c.body).where(store.submissions.c.id == number)
            ).scalar_one()

    assert found == b"first"


def test_those_that_wait_for_the_disk_share_the_next_commit(sqlite_log_engine):
    statements = []
    event.listen(
        sqlite_log_engine,
        "connect",
        lambda driver, _record: driver.set_trace_callback(statements.append),
    )
    sqlite_log_engine.dispose()  # so that every connection is made anew, and listened to
    pause = threading.Event()

    with a_writer(sqlite_log_engine) as writer, ThreadPoolExecutor(9) as pool:
        with writer._disk:  # the disk is busy
            first = pool.submit(writer.add, b"first")
            while not writer._led:
                pause.wait(0.001)
            others = [pool.submit(writer.add, body) for body in entries(8)]
            while len(writer._wishes) < 9:
                pause.wait(0.001)
        ids = {first.result(), *(other.result() for other in others)}
        entered = [text for text in statements if text.startswith("INSERT INTO log_submission")]
        commits = statements.count("COMMIT")

    assert (len(ids), len(entered)) == (9, 9)
    assert commits <= 2  # all nine together, and perhaps their indexes


def test_whoever_waits_longest_leads_once_the_leader_is_done(sqlite_log_engine, monkeypatch):
    monkeypatch.setattr(writer_module, "LARGEST_GROUP", 2)
    wanted = entries(40)
    with a_writer(sqlite_log_engine) as writer, ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(writer.add, wanted))

    assert len(set(ids)) == 40
    assert sorted(bodies_in(sqlite_log_engine)) == sorted(wanted)


def test_entries_get_their_indexes_while_the_writer_is_open(sqlite_log_engine):
    pause = threading.Event()
    with a_writer(sqlite_log_engine) as writer:
        writer.add(b"one")
        for _ in range(200):
            if bodies_in(sqlite_log_engine) == [b"one"]:
                break
            pause.wait(0.05)
        assert bodies_in(sqlite_log_engine) == [b"one"]


def test_what_the_database_refuses_is_told_to_those_who_wait_and_to_nobody_else(sqlite_log_engine):
    with sqlite_log_engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON log_submission "
                "WHEN NEW.body = CAST('bad' AS BLOB) BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        )
    with a_writer(sqlite_log_engine) as writer:
        writer.add(b"one")
        with pytest.raises(Exception, match="refused"):
            writer.add(b"bad")
        writer.add(b"two")

    assert bodies_in(sqlite_log_engine) == [b"one", b"two"]


@pytest.mark.parametrize("body", [b"", bytes(65_536)])
def test_a_length_that_no_bundle_holds_is_refused_at_once(sqlite_log_engine, body):
    with a_writer(sqlite_log_engine) as writer, pytest.raises(EntryLengthError):
        writer.add(body)


def test_a_closed_writer_takes_nothing(sqlite_log_engine):
    writer = a_writer(sqlite_log_engine)
    writer.close()
    writer.close()

    with pytest.raises(ClosedError):
        writer.add(b"late")


def test_closing_tells_that_entries_got_no_index(sqlite_log_engine):
    fill(sqlite_log_engine, 3)
    writer = a_writer(sqlite_log_engine, a_signer("another.example/log", 2))
    writer.add(b"waits")

    with pytest.raises(OriginError):
        writer.close()
    with sqlite_log_engine.begin() as connection:
        assert store.waiting(connection) == 1
