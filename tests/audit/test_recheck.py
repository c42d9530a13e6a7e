"""R8 in short: whatever one row is changed by hand, the check of the log names it."""

import tracemalloc

import pytest
from sqlalchemy import delete, event, insert, select, text, update

from audit import store
from audit.note import Note, parse
from audit.sequencer import drain
from audit.tree import leaf_hash
from tests.audit.making import NOW, a_log, a_signer, fill

LOG = a_log()
COUNT = 600
SUBMISSIONS, LEAVES, TILES, CHECKPOINTS = (
    store.submissions,
    store.leaves,
    store.tiles,
    store.checkpoints,
)


def submission(index: int):
    return SUBMISSIONS.c.id == index + 1


def leaf(index: int):
    return LEAVES.c.index == index


def tile(level: int, number: int, width: int = 256):
    return (TILES.c.level == level) & (TILES.c.number == number) & (TILES.c.width == width)


def checkpoint(size: int):
    return CHECKPOINTS.c.size == size


def change(table, row, **values):
    return update(table).where(row).values(values)


def findings_after(engine, *statements) -> list[str]:
    """Check the log as it stands after some statements, then undo them."""
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(statement)
        found = [str(finding) for finding in LOG.verify(connection)]
        connection.rollback()
    return found


@pytest.fixture(scope="module")
def full_log(shared_log_engine):
    """600 entries in 12 checkpoints, with a submission that waits; no rule guards the rows."""
    with shared_log_engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        else:
            for table in ("log_leaf", "log_queue"):
                name = f"fk_{table}_submission_id_log_submission"
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
            connection.commit()
    fill(shared_log_engine, COUNT, batches=12)
    with shared_log_engine.begin() as connection:
        store.append(connection, b"waiting", NOW)
    return shared_log_engine


def test_a_log_as_it_should_be_is_clean(full_log):
    assert findings_after(full_log) == []


@pytest.mark.parametrize("index", [0, 255, 256, 599])
def test_each_changed_row_of_an_entry_is_named(full_log, index):
    id_ = index + 1
    cases = [
        (change(SUBMISSIONS, submission(index), body=b"x"), f"log_submission id={id_}:"),
        (change(SUBMISSIONS, submission(index), entered_at=7), f"log_submission id={id_}:"),
        (delete(SUBMISSIONS).where(submission(index)), f"log_submission id={id_}:"),
        (change(LEAVES, leaf(index), leaf_hash=bytes(32)), f"log_leaf index={index}:"),
        (change(LEAVES, leaf(index), entered_at=7), f"log_leaf index={index},"),
        (change(LEAVES, leaf(index), submission_id=9999), f"log_leaf index={index},"),
        (delete(LEAVES).where(leaf(index)), f"log_leaf index={index}:"),
    ]
    for statement, name in cases:
        found = findings_after(full_log, statement)
        assert any(name in line for line in found), (str(statement), found)


@pytest.mark.parametrize(
    "place", [(-1, 0, 256), (-1, 1, 256), (0, 0, 256), (0, 1, 256), (1, 0, 1), (1, 0, 2)]
)
def test_each_changed_tile_is_named(full_log, place):
    name = "log_tile level={} number={} width={}:".format(*place)
    for statement in (
        change(TILES, tile(*place), data=bytes(8192)),
        change(TILES, tile(*place), data=b""),
        change(TILES, tile(*place), width=100),
        change(TILES, tile(*place), number=70),
        delete(TILES).where(tile(*place)),
    ):
        found = findings_after(full_log, statement)
        assert any(line.startswith(name) for line in found), (str(statement), found)


@pytest.mark.parametrize("size", [50, 300, 600])
def test_each_changed_checkpoint_is_named(full_log, size):
    for statement in (
        change(CHECKPOINTS, checkpoint(size), note=b"x\n\n"),
        change(CHECKPOINTS, checkpoint(size), made_at=1),
        change(CHECKPOINTS, checkpoint(size), chain=bytes(32)),
    ):
        found = findings_after(full_log, statement)
        assert found, str(statement)
        assert {line.partition(":")[0] for line in found} == {f"log_checkpoint size={size}"}


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (delete(CHECKPOINTS).where(checkpoint(300)), "log_checkpoint size=350:"),
        (delete(CHECKPOINTS).where(checkpoint(600)), "log_checkpoint size=600:"),
        (delete(store.queue), "log_submission id=601:"),
        (insert(store.queue).values(submission_id=5), "log_queue submission_id=5:"),
        (insert(store.queue).values(submission_id=999), "log_submission id=999:"),
        (update(store.heads).values(size=5), "log_head id=1:"),
        (delete(store.heads), "log_head id=1:"),
        (
            insert(TILES).values(level=0, number=2, width=88, data=b""),
            "log_tile level=0 number=2 width=88:",
        ),
        (
            insert(TILES).values(level=9, number=0, width=1, data=b""),
            "log_tile level=9 number=0 width=1:",
        ),
        (
            insert(LEAVES).values(index=-1, submission_id=601, entered_at=0, leaf_hash=bytes(32)),
            "log_leaf index=-1:",
        ),
        (
            insert(LEAVES).values(index=600, submission_id=601, entered_at=0, leaf_hash=bytes(32)),
            "log_leaf index=600:",
        ),
    ],
)
def test_rows_lost_or_added_are_named(full_log, statement, name):
    found = findings_after(full_log, statement)

    assert any(line.startswith(name) for line in found), found


@pytest.mark.parametrize("index", [3, 300, 590])
def test_only_the_changed_row_is_named(full_log, index):
    for statement in (
        change(SUBMISSIONS, submission(index), body=b"x"),
        change(LEAVES, leaf(index), leaf_hash=bytes(32)),
    ):
        assert len(findings_after(full_log, statement)) == 1


def test_two_changes_are_two_findings(full_log):
    found = findings_after(
        full_log,
        change(SUBMISSIONS, submission(9), body=b"x"),
        change(LEAVES, leaf(300), leaf_hash=bytes(32)),
    )
    names = [line.partition(":")[0] for line in found]
    assert names == ["log_submission id=10", "log_leaf index=300"]


def test_where_no_two_sources_agree_both_rows_are_named(full_log):
    found = findings_after(
        full_log,
        change(SUBMISSIONS, submission(5), body=b"x"),
        change(LEAVES, leaf(5), leaf_hash=bytes(32)),
    )

    assert any(line.startswith("log_leaf index=5, log_submission id=6: ") for line in found), found


def test_a_forgery_that_fits_itself_is_found_by_the_signed_root(full_log):
    """Entry, leaf, tile and bundle changed together: only the signature is out of reach."""
    with full_log.begin() as connection:
        data = bytes(connection.execute(select(TILES.c.data).where(tile(0, 0))).scalar_one())
    forged = leaf_hash(b"forged")
    found = findings_after(
        full_log,
        change(SUBMISSIONS, submission(70), body=b"forged"),
        change(LEAVES, leaf(70), leaf_hash=forged),
        change(TILES, tile(0, 0), data=data[: 70 * 32] + forged + data[71 * 32 :]),
    )
    assert any(line.startswith("log_checkpoint size=100:") and "50 to 99" in line for line in found)


def test_a_checkpoint_by_another_key_is_named(full_log):
    with full_log.begin() as connection:
        body = parse(store.latest_checkpoint(connection).note).text
    other = Note(body, (a_signer(seed=2).sign(body),)).encode()
    found = findings_after(full_log, change(CHECKPOINTS, checkpoint(600), note=other))

    assert any(line.startswith("log_checkpoint size=600: note: not signed") for line in found)


def test_entries_that_come_during_the_check_are_no_faults(log_engine):
    fill(log_engine, 250)
    asked = []
    with log_engine.connect().execution_options(reading=True) as reader:

        @event.listens_for(log_engine, "before_cursor_execute")
        def _meanwhile(connection, *_):
            if connection is reader:
                asked.append(connection)
                if len(asked) in (3, 5, 8):
                    fill(log_engine, 20)

        assert LOG.verify(reader) == []
    with log_engine.connect() as connection:
        assert store.size(connection) == 310


def test_a_large_log_is_checked_in_little_memory(sqlite_log_engine):
    with sqlite_log_engine.begin() as connection:
        for number in range(2048):
            store.append(connection, number.to_bytes(8, "big") * 1000, NOW)
    drain(sqlite_log_engine, a_signer(), NOW, limit=256)
    tracemalloc.start()
    with sqlite_log_engine.begin() as connection:
        assert LOG.verify(connection) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10_000_000 < 2048 * 8000  # A few tiles' worth of the 16 MB of entries.
