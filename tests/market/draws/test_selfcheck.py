"""A row that somebody changed: nothing is logged that would not verify, and the draw says why."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from market.clock import beijing
from market.draws import actions, jobs, queries, selfcheck
from market.draws.errors import UnverifiableError
from market.draws.rules import DrawState, Wait
from tests.market.draws.beacon_days import ROUND, SIGNATURE, a_frozen_draw_of_mode_a, timetable_of
from tests.market.draws.believing import faults, report, run_at
from tests.market.draws.test_contributions import SECOND, commit, contributors, reveal
from tests.market.draws.test_fresh import decline, rows
from tests.market.factories.draws import (
    a_checked_need,
    a_drawn_draw,
    a_frozen_draw,
    an_open_draw,
    enrol,
    publish,
)
from tests.market.selfaudit.tampering import drop_triggers

OTHER = "77" * 32


def tamper(city, statement):
    """Change rows as whoever administers the database can."""
    with city.here.engine.begin() as connection:
        drop_triggers(connection)
        assert connection.exec_driver_sql(statement).rowcount


def revealed(city):
    """Return a draw with two contributors, who have both revealed."""
    parties = contributors(city)
    draw = an_open_draw(city)
    enrol(city, draw)
    for who, person, secret in parties:
        commit(city, draw, who, person, secret, value=secret)
    run_at(city, draw.enrol_close_at)
    for who, person, secret in parties:
        reveal(city, draw, who, person, secret)
        run_at(city, city.clock() + SECOND)
    return city.draw(draw.id)


def kinds(city, draw):
    """Return what the desk says that a draw waits for."""
    with city.reading() as work:
        return [one.kind for one in selfcheck.blocks_of(work, city.here, city.draw(draw.id))]


@pytest.mark.parametrize("column", ["value", "commit", "key"])
def test_what_contributors_did_is_read_from_the_log(city, column):
    draw = revealed(city)
    tamper(city, f"UPDATE draw_contributor SET \"{column}\" = '{OTHER}' WHERE position = 0")
    run_at(city, draw.phi_at)
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert faults(report(city, draw)) == []


@pytest.mark.parametrize(
    "change",
    [
        "draw SET alternates = alternates - 1",
        "draw SET reveal_by_at = '2026-03-01 00:00:00.000000'",
        "draw SET series_attempt = 2",
        "draw SET weighted = 1",
        "draw_file SET body = body || ' ' WHERE name = 'list.ndjson'",
        "draw_cut SET size = size - 1",
        "draw_entry SET body = CAST(replace(body, ':1,', ':2,') AS BLOB) WHERE type = 'notice'",
        "draw_entry SET body = CAST(replace(body, ':0,', ':9,') AS BLOB) WHERE type = 'enrol'",
    ],
)
def test_nothing_is_drawn_from_what_does_not_verify(city, change):
    draw = a_frozen_draw(city)
    table = change.split()[0]
    with city.here.engine.begin() as connection:
        kept = connection.execute(text(f"SELECT * FROM {table}")).mappings().all()
    tamper(city, f"UPDATE {change}")
    run_at(city, draw.phi_at)
    run_at(city, draw.phi_at + timedelta(minutes=3))
    with city.reading() as work:
        types = [row.type for row in queries.entries_of(work, draw)]
    assert city.draw(draw.id).state is DrawState.FROZEN
    assert not {"phi", "result"} & set(types)
    assert {Wait.UNVERIFIABLE, Wait.STEP_OVERDUE} <= set(kinds(city, draw))
    with city.here.engine.begin() as connection:
        for row in kept:
            columns = ", ".join(f'"{name}" = :{name}' for name in row)
            key = "draw_id" if table == "draw_cut" else "id"
            connection.execute(
                text(f"UPDATE {table} SET {columns} WHERE {key} = :{key}"), dict(row)
            )
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert faults(report(city, draw)) == []


def test_of_a_session_only_the_changed_draw_stands_still(city):
    city.clock.move_to(beijing(date(2026, 9, 14), 9))
    changed = publish(city, a_checked_need(city, mode="A"), timetable_of(city.clock))
    enrol(city, changed)
    fine = a_frozen_draw_of_mode_a(city)
    tamper(city, f"UPDATE draw SET alternates = 0 WHERE id = {changed.id}")
    run_at(city, fine.phi_at)
    with city.work(city.operator) as work:
        assert actions.submit_phi_round(work, city.here, ROUND, SIGNATURE) == 1
    assert city.draw(fine.id).state is DrawState.DRAWN
    assert city.draw(changed.id).state is DrawState.FROZEN
    assert kinds(city, changed)[0] is Wait.UNVERIFIABLE
    assert faults(report(city, fine)) == []


@pytest.mark.parametrize(
    "change",
    [
        "firm_code = (SELECT code FROM firm WHERE id NOT IN (SELECT firm_id FROM enrolment))",
        "firm_id = (SELECT id FROM firm WHERE id NOT IN (SELECT firm_id FROM enrolment))",
        "salt = zeroblob(32)",
        "state = 'withdrawn'",
        "sequence = 9",
    ],
)
def test_no_list_is_frozen_of_rows_that_open_nothing(city, change):
    draw = an_open_draw(city)
    enrol(city, draw, *(person for _, person in city.firms[:3]))
    tamper(city, f"UPDATE enrolment SET {change} WHERE sequence = 0")
    run_at(city, draw.enrol_close_at)
    assert city.draw(draw.id).state is DrawState.CLOSED
    assert kinds(city, draw)[0] is Wait.UNVERIFIABLE
    run_at(city, draw.phi_at)
    assert (city.draw(draw.id).state, city.draw(draw.id).void_reason) == (
        DrawState.VOID,
        "freeze_missed",
    )


def test_an_enrolment_whose_row_is_gone_is_counted_and_stops_the_list(city):
    draw = an_open_draw(city)
    enrol(city, draw, *(person for _, person in city.firms[:3]))
    tamper(city, "DELETE FROM enrolment WHERE sequence = 2")
    enrol(city, draw, city.firms[3][1])
    with city.reading() as work:
        assert queries.entries_of(work, draw, "enrol")[-1].body.endswith(
            b'"seq":3,"t":"ismdraw/enrol/v1"}'
        )
    run_at(city, draw.enrol_close_at)
    assert kinds(city, draw)[0] is Wait.UNVERIFIABLE


def test_a_moved_deadline_lets_nobody_in(city):
    draw = an_open_draw(city)
    tamper(city, "UPDATE draw SET enrol_close_at = '2031-01-01 00:00:00.000000'")
    city.clock.move_to(draw.enrol_close_at + SECOND)
    with pytest.raises(UnverifiableError):
        enrol(city, draw)


@pytest.mark.parametrize(
    "change",
    [
        "draw_replacement SET phi_at = '2026-03-02 00:00:00.000000'",
        f"draw_replacement SET leaf = '{OTHER}'",
        "draw_replacement SET out_code = '91510822MAD0007134'",
        "draw SET places = 2",
        "draw_file SET body = body || ' ' WHERE name = 'list.ndjson'",
    ],
)
def test_no_replacement_is_drawn_from_what_does_not_verify(city, change):
    draw = a_drawn_draw(city, fresh_alternates=True)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    tamper(city, f"UPDATE {change}")
    run_at(city, row.phi_at)
    assert len(city.awards(draw.id)) == 1
    assert Wait.UNVERIFIABLE in kinds(city, draw)


def test_the_next_alternate_is_that_of_the_result(city):
    """Whatever the rows of the order say: REPLACE follows from RESULT."""
    draw = a_drawn_draw(city)
    tamper(city, "UPDATE draw_place SET rank = rank + 100 WHERE rank > 1")
    tamper(city, "UPDATE draw_place SET rank = 2 WHERE rank = 103")
    decline(city, draw)
    assert faults(report(city, draw)) == []
    with city.reading() as work:
        order = queries.result_entry(work, draw).order
        second = queries.firm_of(work, city.awards(draw.id)[-1].firm_id)
    assert second.code == order[1]
