"""Many rows at once say the same as one after another."""

import pytest
from sqlalchemy import select

from audit import store
from audit.batches import append_all
from audit.errors import EntryLengthError
from audit.sequencer import drain
from tests.audit.making import NOW, a_log, a_signer, entries


@pytest.mark.parametrize("count", [1, 2, 300])
def test_entries_handed_in_together_keep_their_order(log_engine, count):
    with log_engine.begin() as connection:
        first = store.append(connection, b"alone", NOW)
        ids = append_all(connection, entries(count), NOW)
        assert store.waiting(connection) == count + 1
    drain(log_engine, a_signer(), NOW)

    assert sorted({first, *ids}) == [first, *ids]
    with log_engine.begin() as connection:
        assert a_log().verify(connection) == []
        assert [store.index_of(connection, number) for number in ids] == list(range(1, count + 1))
        assert [store.body_at(connection, at + 1) for at in range(count)] == entries(count)
        assert store.waiting(connection) == 0


def test_nothing_handed_in_is_nothing(log_engine):
    with log_engine.begin() as connection:
        assert append_all(connection, [], NOW) == []
        assert store.waiting(connection) == 0


def test_one_that_no_bundle_holds_refuses_all(log_engine):
    with log_engine.begin() as connection, pytest.raises(EntryLengthError):
        append_all(connection, [b"good", b""], NOW)
    with log_engine.begin() as connection:
        assert connection.execute(select(store.submissions.c.id)).all() == []
