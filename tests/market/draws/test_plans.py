"""The queries that run every few seconds, or on every page, read an index on both databases."""

import re

import pytest
from sqlalchemy import event, text

from market.draws import lists, queries, showing
from tests.market.factories.draws import City, a_city, a_drawn_draw

HOT = {
    "due draws": lambda work, draw, firm: queries.due_draws(work, None, 100),
    "a draw that sleeps": lambda work, draw, firm: queries.sleeps(work, draw),
    "due awards": lambda work, draw, firm: queries.due_awards(work, (work.now, 5), 100),
    "draws asleep": lambda work, draw, firm: queries.sleeping_draws(work, (work.now, 5), 100),
    "awards asleep": lambda work, draw, firm: queries.sleeping_awards(work, 5, 100),
    "entries": lambda work, draw, firm: queries.entries_of(work, draw),
    "own enrolment": queries.enrolment_of,
    "counts": lambda work, draw, firm: queries.enrolment_counts(work, draw),
    "places": lambda work, draw, firm: queries.places_of(work, draw),
    "awards": lambda work, draw, firm: queries.awards_of(work, draw),
    "award in force": lambda work, draw, firm: queries.award_in_force(work, draw.need_id),
    "a firm's enrolments": lambda work, draw, firm: lists.enrolments_of_firm(work, firm),
    "a firm's awards": lambda work, draw, firm: lists.awards_of_firm(work, firm),
    "overdue": lambda work, draw, firm: lists.overdue(work),
    "by number": lambda work, draw, firm: queries.by_number(work, "GG-2026-000001"),
    "public list": lambda work, draw, firm: showing.listed(work, None),
}


@pytest.fixture
def drawn(here, clock) -> tuple[City, object]:
    city = a_city(here, clock, firms=3)
    return city, a_drawn_draw(city)


def test_no_hot_query_scans_a_table_of_draws(drawn, monkeypatch):
    city, draw = drawn
    monkeypatch.setattr(showing, "report_or_none", lambda *_, **__: None)
    seen: list[tuple[str, object]] = []

    def remember(_connection, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    scans = []
    for what, query in HOT.items():
        seen.clear()
        event.listen(city.here.engine, "before_cursor_execute", remember)
        with city.reading() as work:
            query(work, draw, city.firms[0][0])
        event.remove(city.here.engine, "before_cursor_execute", remember)
        scans += [f"{what}: {scan}" for each in seen for scan in scanned(city, *each)]
    assert scans == []
    assert scanned(city, "SELECT * FROM draw WHERE seed = 'x'", ())


OURS = "draw|draw_entry|draw_place|enrolment|award"


def scanned(city, statement, parameters) -> list[str]:
    """Return the lines of a plan that read a whole table of draws."""
    with city.here.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines = [row[3] for row in rows]
            found = [line for line in lines if re.match(rf"SCAN ({OURS})\b", line)]
            return [line for line in found if "USING" not in line]
        # A table of three rows is read whole; with that forbidden the index must be possible.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return [row[0] for row in rows if re.search(rf"Seq Scan on ({OURS})\b", row[0])]
