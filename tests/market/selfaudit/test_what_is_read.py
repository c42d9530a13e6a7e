"""What the public reads, and what a draw waits for: each changed row is named before any seal."""

import pytest
from sqlalchemy import text

from market import log
from market.draws import jobs, weights
from market.selfaudit import actions
from market.selfaudit.compare import compare
from tests.market.draws.believing import run_at
from tests.market.draws.test_contributions import SECOND, commit, contributors, reveal
from tests.market.draws.test_fresh import decline
from tests.market.draws.test_weights import RULE, score
from tests.market.draws.test_weights import rules as rules  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import a_city, a_drawn_draw, an_open_draw, enrol
from tests.market.selfaudit.tampering import drop_triggers

OTHER = "77" * 32


def named(here) -> list[str]:
    log.sequence(here)
    return [f"{one.table}.{one.column}" for one in compare(here).differences]


def changed(here, statement) -> set[str]:
    """Change a row as a database administrator can; return what is named that was not before."""
    assert named(here) == []
    with here.engine.begin() as connection:
        drop_triggers(connection)
        assert connection.exec_driver_sql(f"UPDATE {statement}").rowcount
    return set(named(here))


@pytest.fixture
def contributed(fast_here, clock):
    """A draw to which two parties contributed."""
    city = a_city(fast_here, clock)
    parties = contributors(city)
    draw = an_open_draw(city)
    enrol(city, draw)
    for who, person, secret in parties:
        commit(city, draw, who, person, secret, value=secret)
    run_at(city, draw.enrol_close_at)
    for who, person, secret in parties:
        reveal(city, draw, who, person, secret)
        run_at(city, city.clock() + SECOND)
    return fast_here


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("value", f"'{OTHER}'"),
        ("commit", f"'{OTHER}'"),
        ("key", f"'{OTHER}'"),
        ("position", "position + 7"),
        ("committed_at", "NULL"),
        ("revealed_at", "NULL"),
        ("who", "who || 'x'"),
    ],
)
def test_what_a_contributor_did(contributed, column, value):
    found = changed(contributed, f'draw_contributor SET "{column}" = {value} WHERE position = 0')
    assert f"draw_contributor.{column}" in found


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("phi_at", "'2031-01-01 00:00:00.000000'"),
        ("wanted", "0"),
        ("leaf", f"'{OTHER}'"),
        ("out_code", "'91510822MAD0007134'"),
        ("left_at", "'2031-01-01 00:00:00.000000'"),
        ("phi_round", "7"),
        ("issue", "'2026001'"),
        ("state", "'drawn'"),
    ],
)
def test_what_a_vacant_place_waits_for(fast_here, clock, column, value):
    city = a_city(fast_here, clock)
    decline(city, a_drawn_draw(city, fresh_alternates=True))
    jobs.run_due(fast_here)
    found = changed(fast_here, f"draw_replacement SET {column} = {value}")
    assert f"draw_replacement.{column}" in found


def test_why_a_firm_has_so_many_tickets(fast_here, clock, rules):
    rules(RULE)
    weights.provide(score({}))
    city = a_city(fast_here, clock)
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    statement = "draw_file SET body = x'7b7d' WHERE name = 'weights.json'"
    assert changed(fast_here, statement) == {"draw_file.body"}


@pytest.mark.parametrize(
    "statement",
    [
        "award SET price_fen = 1",
        "need SET ceiling_fen = ceiling_fen * 2",
        "need SET title = title || 'x'",
        "need SET contact_phone = '1'",
        "need SET alternates = alternates + 1",
        "need SET fresh_alternates = 1",
        "notice SET phi_at = '2031-01-01 00:00:00.000000'",
        "notice SET document = x'7b7d'",
    ],
)
def test_what_everyone_read_in_the_notice(fast_here, clock, statement):
    city = a_city(fast_here, clock)
    a_drawn_draw(city)
    table, _, column = statement.partition(" = ")[0].partition(" SET ")
    assert f"{table}.{column}" in changed(fast_here, statement)


def test_a_failed_need_may_be_rewritten_for_its_second_notice(fast_here, clock):
    city = a_city(fast_here, clock)
    draw = an_open_draw(city)
    run_at(city, draw.enrol_close_at)
    assert city.need(draw.id).state == "failed"
    assert changed(fast_here, "need SET title = title || 'x'") == set()


def test_words_where_the_log_holds_bytes_are_named_with_their_row(fast_here, clock):
    a_drawn_draw(a_city(fast_here, clock))
    actions.run(fast_here)
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("UPDATE log_submission SET body = 'words' WHERE id = 5"))
    found = {(one.table, one.key) for one in compare(fast_here).differences}
    assert ("log_submission", "id=5") in found
