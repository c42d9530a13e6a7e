"""R8: whichever column of whichever row of record is changed, the audit names the row."""

from collections import Counter

import pytest
from sqlalchemy.exc import IntegrityError

from market.schema import metadata, record_tables
from market.selfaudit.compare import compare, compare_on
from market.selfaudit.seals import BY_THE_LOG, sealed_tables
from tests.lengths import length
from tests.market.selfaudit.tampering import deeds, unguarded

DEEDS = length(10, 200)


def test_every_table_of_record_is_compared():
    """A new table of record is sealed from its first night on, without a line of code."""
    covered = {table.name for table in sealed_tables()} | BY_THE_LOG | {"audit_seal"}
    assert {table.name for table in record_tables(metadata())} == covered


def test_a_market_that_nobody_touched_is_as_the_log_says(audited):
    found = compare(audited)
    assert found.differences == ()
    assert found.rows > 350


@pytest.mark.long
def test_whatever_is_changed_is_named(audited):
    done: Counter[str] = Counter()
    missed = []
    with audited.engine.connect() as connection:
        chosen = deeds(connection)
    while done.total() < DEEDS:
        deed = next(chosen)
        with unguarded(audited) as connection:
            try:
                deed.do(connection)
            except IntegrityError:
                continue  # Another row has that value already: this change is not possible.
            differences = compare_on(connection, audited).differences
        if not deed.is_named(differences):
            missed.append((deed.table.name, deed.key, deed.column, differences))
        done[deed.table.name] += 1

    assert missed == []
    assert compare(audited).differences == ()
