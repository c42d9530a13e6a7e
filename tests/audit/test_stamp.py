"""What the application did not hand in never gets an index; R8 and the database administrator."""

import pytest
from sqlalchemy import insert, select

from audit import sequencer, stamp, store, waiting
from audit.batches import append_all
from tests.audit.making import NOW, a_signer

SIGNER = a_signer()
KEY = bytes(range(32))
OTHER = bytes(range(1, 33))


def hand_in(engine, *bodies, key=KEY):
    with engine.begin() as connection:
        return [store.append(connection, body, NOW, key) for body in bodies]


def forge(engine, body, mark):
    """Write a row as somebody does who has the database and no key."""
    with engine.begin() as connection:
        values = {"body": body, "entered_at": store.unix_seconds(NOW), "stamp": mark}
        number = connection.execute(
            insert(store.submissions).values(values).returning(store.submissions.c.id)
        ).scalar_one()
        connection.execute(insert(store.queue).values(submission_id=number))
        return number


def in_the_log(engine):
    with engine.connect() as connection:
        return [store.body_at(connection, index) for index in range(store.size(connection))]


def named(engine):
    with engine.connect() as connection:
        return list(waiting.forged(connection, KEY))


@pytest.mark.parametrize(
    "mark",
    [None, b"", bytes(48), stamp.make(OTHER, b"forged", store.unix_seconds(NOW))],
    ids=["none", "empty", "zeros", "another key's"],
)
def test_what_the_application_did_not_hand_in_gets_no_index(log_engine, mark):
    hand_in(log_engine, b"one")
    number = forge(log_engine, b"forged", mark)
    hand_in(log_engine, b"two")

    assert sequencer.drain(log_engine, SIGNER, NOW, key=KEY) == 2
    assert in_the_log(log_engine) == [b"one", b"two"]
    assert named(log_engine) == [number]
    assert sequencer.drain(log_engine, SIGNER, NOW, key=KEY) == 0


def test_a_stamp_belongs_to_its_entry_and_its_instant():
    mark = stamp.make(KEY, b"one", 7)

    assert stamp.fits(KEY, mark, b"one", 7)
    assert not stamp.fits(KEY, mark, b"two", 7)
    assert not stamp.fits(KEY, mark, b"one", 8)
    assert not stamp.fits(OTHER, mark, b"one", 7)
    assert not stamp.fits(KEY, mark[:-1], b"one", 7)


def test_no_two_stamps_are_alike():
    assert stamp.make(KEY, b"one", 7) != stamp.make(KEY, b"one", 7)


def test_a_stamp_counts_once(log_engine):
    """The constraint keeps copies out; without it the sequencer does."""
    (first,) = hand_in(log_engine, b"withdraw")
    sequencer.drain(log_engine, SIGNER, NOW, key=KEY)
    copy = copied_without_the_constraint(log_engine, first)

    assert sequencer.drain(log_engine, SIGNER, NOW, key=KEY) == 0
    assert in_the_log(log_engine) == [b"withdraw"]
    assert named(log_engine) == [copy]


def copied_without_the_constraint(engine, number):
    """Rebuild the table without its constraint, as a database administrator may."""
    table = store.submissions
    with engine.begin() as connection:
        row = connection.execute(select(table).where(table.c.id == number)).one()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "ALTER TABLE log_submission DROP CONSTRAINT uq_log_submission_stamp"
            )
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            connection.exec_driver_sql("CREATE TABLE kept AS SELECT * FROM log_submission")
            connection.exec_driver_sql("DROP TABLE log_submission")
            connection.exec_driver_sql(
                "CREATE TABLE log_submission (id INTEGER PRIMARY KEY, body BLOB, "
                "entered_at INTEGER, stamp BLOB)"
            )
            connection.exec_driver_sql("INSERT INTO log_submission SELECT * FROM kept")
            connection.exec_driver_sql("DROP TABLE kept")
    return forge(engine, bytes(row.body), bytes(row.stamp))


def test_many_forged_ones_keep_nobody_waiting(log_engine):
    numbers = [forge(log_engine, b"forged %d" % number, None) for number in range(5)]
    hand_in(log_engine, b"one", b"two", b"three")

    assert sequencer.sequence(log_engine, SIGNER, NOW, limit=2, key=KEY) == 2
    assert sequencer.sequence(log_engine, SIGNER, NOW, limit=2, key=KEY) == 1
    assert in_the_log(log_engine) == [b"one", b"two", b"three"]
    assert named(log_engine) == numbers


def test_many_entries_are_stamped_each_by_itself(log_engine):
    with log_engine.begin() as connection:
        append_all(connection, [b"one", b"two", b"three"], NOW, KEY)

    assert sequencer.drain(log_engine, SIGNER, NOW, key=KEY) == 3
    assert named(log_engine) == []


def test_a_log_without_a_key_asks_for_no_stamps(log_engine):
    hand_in(log_engine, b"one", key=None)

    assert sequencer.drain(log_engine, SIGNER, NOW) == 1
