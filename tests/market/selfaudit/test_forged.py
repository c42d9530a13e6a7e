"""A database administrator hands an entry in without the platform's key."""

import pytest
from sqlalchemy import insert, select, update

from audit import store
from market import log
from market.draws.model import Enrolment
from market.draws.rules import EnrolmentState
from market.selfaudit.compare import compare
from tests.market.security import world as worlds
from tests.market.selfaudit.tampering import drop_triggers


def forge(connection, body):
    """Write an entry into the queue as whoever has the database can."""
    row = {"body": body, "entered_at": 1_790_000_000, "stamp": bytes(48)}
    table = store.submissions
    number = connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
    connection.execute(insert(store.queue).values(submission_id=number))
    return number


def named(here):
    return {(one.table, one.key, one.column) for one in compare(here).differences}


def test_a_forged_withdrawal_never_gets_into_the_log(market):
    """It stays out of the log, it is named, and so is the row that was changed to match it."""
    log.sequence(market)
    with market.engine.begin() as connection:
        enrolment = connection.execute(
            select(Enrolment.id, Enrolment.draw_id).where(
                Enrolment.state == EnrolmentState.ENROLLED
            )
        ).first()
        size = store.size(connection)
        number = forge(connection, b'{"draw":"00","t":"ismdraw/withdraw/v1"}')
        connection.execute(
            update(Enrolment)
            .where(Enrolment.id == enrolment.id)
            .values(state=EnrolmentState.WITHDRAWN)
        )

    assert log.sequence(market) == 0
    with market.engine.connect() as connection:
        assert store.size(connection) == size
    differences = named(market)
    assert ("log_submission", f"id={number}", "stamp") in differences
    assert any(table == "enrolment" for table, _, _ in differences)


def test_what_the_application_hands_in_is_stamped(market):
    log.sequence(market)
    assert not [one for one in named(market) if one[0] == "log_submission"]
    with market.engine.connect() as connection:
        stamps = connection.execute(select(store.submissions.c.stamp)).scalars().all()
    assert None not in stamps
    assert len(set(stamps)) == len(stamps) > 0


def test_another_installations_keys_sequence_nothing(lived: worlds.World, tmp_path):
    """A node that was started with keys of its own leaves what it cannot vouch for in the queue."""
    here = lived.open(tmp_path / "market")
    log.sequence(here)
    with here.engine.begin() as connection:
        number = store.append(connection, b'{"of":"another"}', here.clock(), b"another key")

    assert log.sequence(here) == 0
    assert ("log_submission", f"id={number}", "stamp") in named(here)
    here.engine.dispose()


@pytest.mark.parametrize(
    "change",
    ["stamp = zeroblob(48)", "stamp = NULL", "stamp = 'x'", "entered_at = entered_at + 1"],
    ids=["another", "none", "words", "instant"],
)
def test_the_stamp_of_what_is_in_the_log_still_fits(market, change):
    log.sequence(market)
    with market.engine.begin() as connection:
        drop_triggers(connection)
        number = connection.exec_driver_sql("SELECT max(submission_id) FROM log_leaf").scalar_one()
        connection.exec_driver_sql(f"UPDATE log_submission SET {change} WHERE id = {number}")

    assert ("log_submission", f"id={number}", "stamp") in named(market)
