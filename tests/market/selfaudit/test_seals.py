"""What seals say of rows, of themselves, and on another database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, update

from market.db import UTCDateTime
from market.schema import metadata
from market.selfaudit import actions
from market.selfaudit.compare import compare, compare_on
from market.selfaudit.model import AuditSeal
from market.selfaudit.rows import Row, differing, key_of, rows_with, values_of, write
from tests.market.factories.draws import a_city, a_drawn_draw
from tests.market.selfaudit.conftest import moved
from tests.market.selfaudit.tampering import unguarded


@pytest.fixture
def sealed(fast_here, clock):
    """A small market whose rows were sealed last night."""
    a_drawn_draw(a_city(fast_here, clock))
    actions.run(fast_here)
    return fast_here


@pytest.mark.postgres
def test_seals_hold_on_the_other_database(sealed, postgres_url):
    before = compare(sealed)
    other = moved(sealed, postgres_url)
    after = compare(other)
    assert before.rows == after.rows > 30
    assert before.differences == after.differences == ()
    actions.run(other)
    assert compare(other).differences == ()
    other.engine.dispose()


def test_a_row_and_its_seal_changed_together_break_the_chain(sealed):
    """Which row it was cannot be said any more, but the night's seals are not those of the log."""
    notice, seal = metadata().tables["notice"], metadata().tables["audit_seal"]
    with unguarded(sealed) as connection:
        connection.execute(update(notice).values(attempt=7))
        row = rows_with(connection, notice, ["1"])["1"]
        of_notice = (seal.c.table_name == "notice") & (seal.c.row_key == "1")
        forged = {"digest": row.digest, "marks": row.marks}
        connection.execute(update(seal).where(of_notice).values(forged))
        found = [d for d in compare_on(connection, sealed).differences if d.table == "audit_seal"]
    assert [one.what for one in found] == ["封存记录与日志中的摘要不符"]


def test_the_column_that_differs_is_named(sealed):
    notice = metadata().tables["notice"]
    with unguarded(sealed) as connection:
        connection.execute(update(notice).values(enrol_close_at=datetime(2030, 1, 1, tzinfo=UTC)))
        found = compare_on(connection, sealed).differences
    assert ("notice", "1", "enrol_close_at") in {(d.table, d.key, d.column) for d in found}


def test_a_row_that_no_type_allows_is_named_and_not_stumbled_over(sealed):
    with unguarded(sealed) as connection:
        for change in (
            "UPDATE draw_exclusion SET at = 'never'",
            "UPDATE notice SET published_at = 'never', attempt = 'many'",
            "UPDATE firm_check SET outcome = 'maybe'",
            "UPDATE draw_file SET body = 'words'",
            "UPDATE draw_place SET ticket = x'ff'",
            "UPDATE audit_seal SET marks = '[', digest = 'words' WHERE position = 1",
            "UPDATE log_submission SET body = 'words' WHERE id = 3",
        ):
            connection.exec_driver_sql(change)
        named = {difference.table for difference in compare_on(connection, sealed).differences}
    assert {"notice", "firm_check", "draw_file", "draw_place", "audit_seal"} <= named
    assert "log_submission" in named


TABLE = Table(
    "example",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20)),
    Column("yes", Boolean),
    Column("on", Date),
    Column("at", UTCDateTime),
    Column("data", LargeBinary),
)
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
SQLITE = {"id": 1, "name": "某", "yes": 1, "on": "2026-03-02", "at": "2026-03-02 01:00:00.000000",
          "data": b"x"}  # fmt: skip
POSTGRES = {"id": 1, "name": "某", "yes": True, "on": date(2026, 3, 2),
            "at": datetime(2026, 3, 2, 1), "data": memoryview(b"x")}  # noqa: DTZ001  # fmt: skip


def a_row(**values) -> Row:
    return Row(TABLE, "1", values)


def test_a_row_has_one_digest_on_both_databases():
    assert a_row(**SQLITE).digest == a_row(**POSTGRES).digest
    assert a_row(**SQLITE).marks == a_row(**POSTGRES).marks
    assert write("2026-03-02 01:00:00", UTCDateTime()) == write(AT, UTCDateTime())


def test_every_column_counts_and_a_null_is_no_column():
    whole = a_row(**SQLITE)
    for name in SQLITE:
        other = a_row(**SQLITE | {name: None})
        assert other.digest != whole.digest
        assert differing(other, whole.marks) == [name]
    assert a_row(**SQLITE, more=None).digest == whole.digest


def test_keys_are_read_back_as_they_were_written():
    seal = AuditSeal.__table__
    for columns, values in (
        (list(TABLE.primary_key.columns), (7,)),
        (list(seal.primary_key.columns), (3, 17)),
        ([TABLE.c.name], ("a/b [1, 2]",)),
        ([TABLE.c.name, TABLE.c.id], ('x", "', 5)),
    ):
        assert values_of(columns, key_of(values)) == values
    assert values_of(list(TABLE.primary_key.columns), "x") is None
    assert values_of(list(seal.primary_key.columns), "3") is None
