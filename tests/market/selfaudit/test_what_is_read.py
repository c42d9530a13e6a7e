"""What the public reads, and what a draw waits for: each changed row is named before any seal."""

import pytest
from sqlalchemy import text

from market import log
from market.draws import jobs, queries, weights
from market.draws.actions import closing
from market.draws.model_later import Replacement
from market.draws.rules import ExclusionGround
from market.selfaudit import actions as selfaudit
from market.selfaudit.checks import told_checks
from market.selfaudit.compare import compare, compare_on
from market.selfaudit.told import own_column
from tests.market.draws.believing import run_at
from tests.market.draws.test_contributions import SECOND, commit, contributors, reveal
from tests.market.draws.test_fresh import decline
from tests.market.draws.test_weights import RULE, score
from tests.market.draws.test_weights import rules as rules  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import (
    a_checked_need,
    a_city,
    a_drawn_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
    exclude,
)
from tests.market.selfaudit.tampering import drop_triggers, unguarded

OTHER = "77" * 32
LATER = "'2031-01-01 00:00:00.000000'"


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


def test_the_seed_that_filled_a_vacant_place(fast_here, clock):
    city = a_city(fast_here, clock, firms=5)
    draw = a_drawn_draw(city, fresh_alternates=True)
    decline(city, draw)
    jobs.run_due(fast_here)
    run_at(city, clock() + 5 * SECOND)
    with city.reading() as work:
        phi_at = work.session.query(Replacement).one().phi_at
    run_at(city, phi_at)
    assert len(city.awards(draw.id)) == 2
    found = changed(fast_here, f"draw_replacement SET seed = '{OTHER}'")
    assert found == {"draw_replacement.seed"}


OPEN_DRAW = {
    "attempt": "attempt + 1",
    "result_by_at": LATER,
    "need_id": "need_id + 7",
    "notice_id": "notice_id + 7",
    "supervisor_org_id": "NULL",
    "closed_at": LATER,
    "next_check_at": "NULL",
}


@pytest.mark.parametrize("column", OPEN_DRAW)
def test_what_an_open_draw_is_about_and_waits_for(fast_here, clock, column):
    city = a_city(fast_here, clock)
    a_supervisor_key(city)
    an_open_draw(city, mode="D2")
    assert named(fast_here) == []
    with unguarded(fast_here) as connection:
        connection.exec_driver_sql(f"UPDATE draw SET {column} = {OPEN_DRAW[column]}")
        found = compare_on(connection, fast_here).differences
    assert f"draw.{column}" in {f"{one.table}.{one.column}" for one in found}


@pytest.mark.parametrize("asleep", ["NULL", LATER])
@pytest.mark.parametrize("step", ["closed", "frozen", "drawn"])
def test_a_draw_that_was_put_to_sleep_is_named(fast_here, clock, step, asleep):
    city = a_city(fast_here, clock)
    draw = an_open_draw(city)
    enrol(city, draw)
    clock.move_to(draw.enrol_close_at)
    if step == "closed":
        with city.work() as work:
            assert closing.close_enrolment(work, queries.locked(work, draw.id))
    else:
        jobs.run_due(fast_here)
    if step == "drawn":
        run_at(city, draw.phi_at)
    assert city.draw(draw.id).state == step
    value = LATER if step == "drawn" else asleep
    assert changed(fast_here, f"draw SET next_check_at = {value}") == {"draw.next_check_at"}


def test_why_a_firm_is_not_in_a_list(fast_here, clock):
    city = a_city(fast_here, clock, firms=5)
    draw = an_open_draw(city)
    enrol(city, draw)
    log.sequence(fast_here)
    words = "核实材料见案卷第三页，两家共用一人"
    exclude(city, draw, city.firms[0][0].code, ground=ExclusionGround.COLLUSION, evidence=words)
    run_at(city, draw.enrol_close_at)
    for row in ("state = 'ineligible'", "state = 'enrolled'"):
        with fast_here.engine.connect() as connection:
            statement = f"UPDATE enrolment SET reason_code = 'other' WHERE {row}"
            assert connection.exec_driver_sql(statement).rowcount
            found = compare_on(connection, fast_here).differences
        assert {f"{one.table}.{one.column}" for one in found} == {"enrolment.reason_code"}


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("award SET firm_id = firm_id % 4 + 1", "award.firm_id"),
        ("draw SET draw_hash = draw_hash || '0'", "award.draw_id"),
        ("award SET need_id = 1", "award.need_id"),
    ],
)
def test_the_column_that_is_named_is_one_of_the_table(fast_here, clock, statement, column):
    city = a_city(fast_here, clock)
    a_checked_need(city)
    a_drawn_draw(city)
    assert column in changed(fast_here, statement)


def test_every_comparison_names_columns_that_its_table_has():
    for check in told_checks():
        names = [own_column(check, column) for column in check.columns.values()]
        assert set(names) <= set(check.row_id.table.columns.keys()), check.kind
        assert len(set(names)) == len(names), check.kind


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
        "need SET contact_name = 'x'",
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
    selfaudit.run(fast_here)
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("UPDATE log_submission SET body = 'words' WHERE id = 5"))
    found = {(one.table, one.key) for one in compare(fast_here).differences}
    assert ("log_submission", "id=5") in found
