"""One tree, whoever sequences and whatever breaks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, event, func, select, update

from audit import proof, store
from audit.errors import CorruptLogError, OriginError
from audit.note import Note, parse
from audit.policy import Policy
from audit.sequencer import drain, sequence, sequence_within
from audit.tiles import ENTRIES, tiles_of
from audit.tree import leaf_hashes, root_of, verify_consistency
from tests.audit.making import NOW, a_log, a_signer, entries, fill

SIGNER = a_signer()
TRUST = Policy(logs=(SIGNER.verifier,))


def append(engine, *bodies: bytes) -> list[int]:
    with engine.begin() as connection:
        return [store.append(connection, body, NOW) for body in bodies]


def counts(engine) -> dict[str, int]:
    with engine.begin() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in store.metadata.sorted_tables
        }


def test_a_batch_becomes_leaves_and_a_signed_checkpoint(log_engine):
    append(log_engine, *entries(5))

    assert sequence(log_engine, SIGNER, NOW) == 5
    with log_engine.begin() as connection:
        checkpoint = TRUST.check(a_log().checkpoint(connection)).checkpoint
    assert (checkpoint.size, checkpoint.root) == (5, root_of(leaf_hashes(entries(5))))
    assert counts(log_engine) | {"log_queue": 0, "log_checkpoint": 1} == counts(log_engine)


def test_nothing_to_do_leaves_nothing_behind(log_engine):
    assert sequence(log_engine, SIGNER, NOW) == 0
    assert set(counts(log_engine).values()) == {0}


def test_a_batch_has_a_limit_and_drain_goes_on(log_engine):
    append(log_engine, *entries(10))

    assert sequence(log_engine, SIGNER, NOW, limit=4) == 4
    assert drain(log_engine, SIGNER, NOW, limit=4) == 6
    with log_engine.begin() as connection:
        sizes = connection.execute(select(store.checkpoints.c.size)).scalars().all()
        assert sorted(sizes) == [4, 8, 10]
        assert [store.body_at(connection, at) for at in range(10)] == entries(10)


@pytest.mark.parametrize("step", [1, 100, 255, 256, 257, 530])
def test_tiles_do_not_depend_on_the_batches(sqlite_log_engine, step):
    append(sqlite_log_engine, *entries(530))
    drain(sqlite_log_engine, SIGNER, NOW, limit=step)
    log = a_log()
    with sqlite_log_engine.begin() as connection:
        assert log.verify(connection) == []
        for tile in tiles_of(530):
            if tile.level in (ENTRIES, 0):
                first = tile.number * 256
                bodies = entries(tile.width, first)
                expected = b"".join(len(b).to_bytes(2, "big") + b for b in bodies)
                hashes = leaf_hashes(bodies)
                wanted = expected if tile.level == ENTRIES else hashes
                assert log.tile(connection, tile.path) == wanted


def test_a_crash_inside_the_transaction_leaves_the_log_as_it_was(log_engine):
    fill(log_engine, 250)
    append(log_engine, *entries(20, 250))
    before = counts(log_engine)

    class PowerCutError(Exception):
        pass

    for number in range(1, 40):
        seen = []

        @event.listens_for(log_engine, "before_cursor_execute")
        def _cut(*_, at=number, seen=seen):
            seen.append(1)
            if len(seen) == at:
                raise PowerCutError

        try:
            done = sequence(log_engine, SIGNER, NOW)
        except PowerCutError:
            event.remove(log_engine, "before_cursor_execute", _cut)
            assert counts(log_engine) == before
        else:
            event.remove(log_engine, "before_cursor_execute", _cut)
            break
    assert (done, number > 8) == (20, True)
    with log_engine.begin() as connection:
        assert a_log().verify(connection) == []


def test_eight_threads_make_one_tree_and_lose_nothing(log_engine):
    def work(thread: int) -> list[tuple[int, bytes]]:
        mine = []
        for turn in range(12):
            body = f"{thread}/{turn}".encode()
            mine.append((append(log_engine, body)[0], body))
            if turn % 3 == thread % 3:
                sequence(log_engine, SIGNER, NOW + timedelta(seconds=turn), limit=7)
        return mine

    with ThreadPoolExecutor(8) as pool:
        submitted = [pair for mine in pool.map(work, range(8)) for pair in mine]
        assert sum(pool.map(lambda _: drain(log_engine, SIGNER, NOW), range(8))) <= 96

    with log_engine.begin() as connection:
        assert a_log().verify(connection) == []
        indexes = [store.index_of(connection, id_) for id_, _ in submitted]
        assert sorted(indexes) == list(range(96))
        for index, (_, body) in zip(indexes, submitted, strict=True):
            assert store.body_at(connection, index) == body
            proof.verify(body, a_log().receipt(connection, index), TRUST)


def test_every_checkpoint_continues_the_one_before(log_engine):
    fill(log_engine, 300, batches=30)
    with log_engine.begin() as connection:
        rows = connection.execute(
            select(store.checkpoints).order_by(store.checkpoints.c.size)
        ).all()
        assert len(rows) == 30
        for old, new in pairwise(rows):
            hashes = a_log().consistency(connection, old.size, new.size)
            before, after = (TRUST.check(bytes(row.note)).checkpoint for row in (old, new))
            verify_consistency(before.size, after.size, before.root, after.root, hashes)


def test_a_clock_that_goes_back_does_not_move_the_log_back(sqlite_log_engine):
    for seconds in (10, 0, 20):
        append(sqlite_log_engine, b"x")
        sequence(sqlite_log_engine, SIGNER, NOW + timedelta(seconds=seconds))
    with sqlite_log_engine.begin() as connection:
        made = connection.execute(
            select(store.checkpoints.c.made_at).order_by(store.checkpoints.c.size)
        ).scalars()
        start = int(NOW.timestamp())
        assert [at - start for at in made] == [10, 10, 20]


def test_an_origin_is_for_ever(log_engine):
    fill(log_engine, 3)
    append(log_engine, b"x")
    before = counts(log_engine)
    with pytest.raises(OriginError, match="never changes"):
        sequence(log_engine, a_signer("renamed.example/log"), NOW)
    with pytest.raises(CorruptLogError):
        sequence(log_engine, a_signer(seed=2), NOW)
    assert counts(log_engine) == before


def test_nothing_is_signed_over_a_changed_tree(log_engine):
    """R8, R9: a database rewritten by hand must not get a signature from the log's own key."""
    fill(log_engine, 300, batches=3)
    append(log_engine, b"x")
    tampering = [
        update(store.leaves).where(store.leaves.c.index == 299).values(leaf_hash=bytes(32)),
        delete(store.leaves).where(store.leaves.c.index == 290),
        update(store.tiles).where(store.tiles.c.level == 1).values(data=bytes(32)),
        delete(store.tiles).where(store.tiles.c.level == 1),
        update(store.heads).values(size=100),
        update(store.heads).values(size=299),
        delete(store.heads),
        delete(store.checkpoints).where(store.checkpoints.c.size == 300),
        delete(store.checkpoints),
        update(store.checkpoints).where(store.checkpoints.c.size == 300).values(note=b"x\n"),
    ]
    for statement in tampering:
        connection = log_engine.connect()
        with connection.begin() as transaction:
            connection.execute(statement)
            with pytest.raises(CorruptLogError, match="nothing was appended"):
                sequence_within(connection, SIGNER, NOW)
            transaction.rollback()
        connection.close()
    assert sequence(log_engine, SIGNER, NOW) == 1


def test_a_root_of_another_tree_is_not_continued_even_with_its_signature(sqlite_log_engine):
    fill(sqlite_log_engine, 5)
    append(sqlite_log_engine, b"x")
    with sqlite_log_engine.begin() as connection:
        text = parse(store.latest_checkpoint(connection).note).text
        false = text.replace(text.split("\n")[2], "A" * 43 + "=")
        note = Note(false, (SIGNER.sign(false),)).encode()
        connection.execute(update(store.checkpoints).values(note=note))
    with pytest.raises(CorruptLogError):
        sequence(sqlite_log_engine, SIGNER, NOW)


def test_callers_mistakes_are_told(sqlite_log_engine):
    with pytest.raises(ValueError, match="at least one"):
        sequence(sqlite_log_engine, SIGNER, NOW, limit=0)
    with pytest.raises(ValueError, match="naive"):
        sequence(sqlite_log_engine, SIGNER, NOW.replace(tzinfo=None))
