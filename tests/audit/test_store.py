"""Handing in entries: what is accepted, and that the tables say what they are."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from audit import store
from audit.errors import EntryLengthError, MissingEntryError
from tests.audit.making import NOW, entries, fill


def test_an_entry_waits_in_the_queue_and_then_has_an_index(log_engine):
    with log_engine.begin() as connection:
        ids = [store.append(connection, body, NOW) for body in entries(3)]
        assert [store.index_of(connection, id_) for id_ in ids] == [None, None, None]
        assert store.waiting(connection) == 3
        with pytest.raises(MissingEntryError, match="no entry 0 in a log of 0"):
            store.body_at(connection, 0)
    fill(log_engine, 0)
    with log_engine.begin() as connection:
        assert [store.index_of(connection, id_) for id_ in ids] == [0, 1, 2]
        assert [store.body_at(connection, at) for at in range(3)] == entries(3)
        assert (store.waiting(connection), store.size(connection)) == (0, 3)
        assert store.index_of(connection, 99) is None
        for index in (-1, 3):
            with pytest.raises(MissingEntryError, match="in a log of 3"):
                store.body_at(connection, index)


@pytest.mark.parametrize("length", [0, 65_536])
def test_an_entry_of_another_length_is_refused(sqlite_log_engine, length):
    with sqlite_log_engine.begin() as connection:
        with pytest.raises(EntryLengthError, match="65535"):
            store.append(connection, bytes(length), NOW)
        assert store.waiting(connection) == 0


def test_the_longest_entry_is_kept_byte_for_byte(log_engine):
    body = bytes(range(256)) * 255 + bytes(range(255))
    with log_engine.begin() as connection:
        store.append(connection, body, NOW)
    fill(log_engine, 0)
    with log_engine.begin() as connection:
        assert store.body_at(connection, 0) == body


def test_a_naive_time_is_refused(sqlite_log_engine):
    with sqlite_log_engine.begin() as connection, pytest.raises(ValueError, match="naive"):
        store.append(connection, b"x", NOW.replace(tzinfo=None))


def test_an_entry_is_gone_with_the_change_it_tells_of(log_engine):
    with log_engine.connect() as connection:
        store.append(connection, b"x", NOW)
        connection.rollback()
    with log_engine.begin() as connection:
        assert store.waiting(connection) == 0
        assert connection.execute(select(store.submissions)).first() is None


def test_the_time_is_kept_in_unix_seconds(log_engine):
    with log_engine.begin() as connection:
        store.append(connection, b"x", NOW + timedelta(microseconds=999_999))
        entered = connection.execute(select(store.submissions.c.entered_at)).scalar_one()
    assert entered == int(NOW.timestamp())


def test_tables_of_record_say_so():
    record = {name for name, table in store.metadata.tables.items() if table.info.get("record")}

    assert record == {"log_submission", "log_leaf", "log_tile", "log_checkpoint", "log_cosignature"}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (store.submissions, {"body": b"", "entered_at": 0}),
        (store.submissions, {"body": bytes(65_536), "entered_at": 0}),
        (store.tiles, {"level": -2, "number": 0, "width": 1, "data": b""}),
        (store.tiles, {"level": 0, "number": 0, "width": 257, "data": b""}),
        (store.checkpoints, {"size": 1, "note": b"", "made_at": 0, "chain": b"short"}),
        (store.heads, {"id": 2, "size": 0}),
    ],
)
def test_the_database_itself_refuses_impossible_rows(log_engine, table, row):
    with pytest.raises(DBAPIError), log_engine.begin() as connection:
        connection.execute(insert(table).values(row))


def test_a_row_is_inserted_once(log_engine):
    with log_engine.begin() as connection:
        assert store.insert_once(connection, store.heads, id=1, size=0)
        assert not store.insert_once(connection, store.heads, id=1, size=5)
        assert connection.execute(select(store.heads.c.size)).scalar_one() == 0
