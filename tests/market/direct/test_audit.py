"""What the log was told of direct choices is what the tables say; a changed row is named."""

import pytest

from market import log
from market.direct import actions
from market.direct.rules import DirectGround
from market.selfaudit.compare import compare
from tests.market.factories.direct import (
    a_named_choice,
    a_proposed_choice,
    a_small_city,
    an_emergency,
    choice_facts,
)
from tests.market.selfaudit.tampering import drop_triggers


def named(here) -> set[str]:
    log.sequence(here)
    return {f"{one.table}.{one.column}" for one in compare(here).differences}


def test_an_untouched_choice_is_as_the_log_says(fast_here, clock):
    city = a_small_city(fast_here, clock)
    a_named_choice(city)
    an_emergency(city, price_fen=900_000)
    assert named(fast_here) == set()


def test_a_choice_whose_ground_changed_on_the_way_is_as_the_log_says(fast_here, clock):
    city = a_small_city(fast_here, clock)
    chosen = a_proposed_choice(city)
    with city.work(city.approver) as work:
        actions.send_back(work, chosen.choice(), "情形填写有误")
    from_now = choice_facts(city, price_fen=700_000, ground=DirectGround.SMALL_AMOUNT)
    with city.work(city.clerk) as work:
        actions.resubmit(work, chosen.choice(), from_now)
    assert named(fast_here) == set()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("direct_choice SET price_fen = 1", "direct_choice.price_fen"),
        ("direct_choice SET ground = 'private_funds'", "direct_choice.ground"),
        ("direct_choice SET funds = 'private'", "direct_choice.funds"),
        ("award SET state = 'confirmed'", "award.state"),
        ("award SET direct_number = 'ZJX-2026-000009'", "award.direct_number"),
    ],
)
def test_whoever_changes_a_choice_in_the_database_is_found(fast_here, clock, change, column):
    a_named_choice(a_small_city(fast_here, clock))
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        assert connection.exec_driver_sql(f"UPDATE {change}").rowcount
    assert column in named(fast_here)


def test_an_emergency_cannot_be_made_punctual(fast_here, clock):
    chosen = an_emergency(a_small_city(fast_here, clock))
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.exec_driver_sql("UPDATE direct_emergency SET is_late = 1")
    assert "direct_emergency.is_late" in named(fast_here)
    assert chosen.emergency().is_late
