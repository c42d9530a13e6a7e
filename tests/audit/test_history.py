"""Which checkpoint was the last one at an instant: the same as reading every row would tell."""

from datetime import timedelta

from sqlalchemy import event

from audit import history, sequencer, store
from tests.audit.making import NOW, a_signer

STEPS = (0, 0, 1, 60, 0, 3600, 1, 1, 86_400, 0, 7, 86_400 * 31, 2)
SEVERAL = 3


def test_the_last_checkpoint_before_every_instant(sqlite_log_engine):
    engine, at, made = sqlite_log_engine, NOW, []
    with engine.connect() as connection:
        assert history.last_before(connection, store.unix_seconds(NOW)) is None
    for number, step in enumerate(STEPS):
        at += timedelta(seconds=step)
        with engine.begin() as connection:
            for part in range(1 + number % SEVERAL):
                store.append(connection, b"%d.%d" % (number, part), at)
        sequencer.drain(engine, a_signer(), at)
        with engine.connect() as connection:
            made.append(store.latest_checkpoint(connection))
    with engine.connect() as connection:
        for instant in {row.made_at + more for row in made for more in (-1, 0, 1)}:
            before = [row for row in made if row.made_at < instant]
            assert history.last_before(connection, instant) == (before[-1] if before else None)


def test_a_long_log_is_not_read_through(sqlite_log_engine):
    engine, first = sqlite_log_engine, store.unix_seconds(NOW)
    rows = [
        {"size": size, "note": b"note", "made_at": first + size, "chain": store.FIRST_CHAIN}
        for size in range(1, 2001)
    ]
    sent = []
    with engine.begin() as connection:
        connection.execute(store.checkpoints.insert(), rows)
        event.listen(connection, "before_cursor_execute", lambda *_: sent.append(1))
        found = history.last_before(connection, first + 700)
    assert found is not None
    assert found.size == 699
    assert len(sent) < 16
