"""The stored cosignatures: a changed one is named, and the worker fills them only if it leads."""

import pytest
from sqlalchemy import func, select, text, update

from audit import cosignatures
from market import witnessing
from market.worker import Worker
from tests.market.witnessing.witnessed import a_town, grow

TABLE = cosignatures.cosignatures


@pytest.fixture
def town(fast_here, tmp_path):
    with a_town(fast_here, tmp_path, 2) as made:
        made.write_policy("group g all w1 w2", "quorum g")
        for _ in range(2):
            grow(fast_here)
            witnessing.feed(fast_here)
        yield made


def findings(here) -> list[str]:
    with here.engine.connect() as connection:
        return [str(one) for one in witnessing.verify(here, connection)]


def tamper(here, **values: object) -> None:
    """Change one row as an administrator of the database could, past the trigger."""
    with here.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS record_log_cosignature_update"))
        row = (TABLE.c.size == 2) & (TABLE.c.witness == "w1.example")
        connection.execute(update(TABLE).where(row).values(**values))


def line_of(here, size: int, witness: str) -> str:
    with here.engine.connect() as connection:
        return connection.scalar(
            select(TABLE.c.line).where(TABLE.c.size == size, TABLE.c.witness == witness)
        )


def test_untouched_rows_are_well(town):
    assert findings(town.here) == []


def test_a_row_that_was_changed_is_named(town):
    here = town.here
    good = line_of(here, 2, "w1.example")
    bad = good[:60] + ("A" if good[60] != "A" else "B") + good[61:]
    for values in (
        {"cosigned_at": 1},
        {"root": bytes(32)},
        {"line": bad},
        {"line": line_of(here, 1, "w1.example")},
        {"line": line_of(here, 2, "w2.example")},
        {"line": "nonsense\n"},
    ):
        with here.engine.connect() as connection:
            kept = connection.execute(
                select(TABLE).where(TABLE.c.size == 2, TABLE.c.witness == "w1.example")
            ).one()
        tamper(here, **values)
        (found,) = findings(here)
        assert found.startswith("log_cosignature 2 w1.example: "), values
        tamper(here, **kept._asdict())
    assert findings(here) == []


def test_a_witness_that_left_keeps_its_rows(town):
    town.write_policy("quorum w2", lines=town.witness_lines()[1:])
    assert findings(town.here) == []


def test_only_the_worker_that_leads_feeds(fast_here, tmp_path):
    def count() -> int:
        with fast_here.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(TABLE))

    with a_town(fast_here, tmp_path):
        grow(fast_here)
        leader, standby = Worker(fast_here), Worker(fast_here)
        assert leader.leads()
        standby.feed()
        assert count() == 0
        leader.feed()
        assert count() == 1
