"""Nobody outside knows who sits before the scores are public, and everybody can check it then."""

import json

import pytest
from sqlalchemy import text

from market import log
from market.draws import jobs as draws
from market.draws.rules import DrawState
from market.monitoring.panel_codes import PanelCodes
from market.monitoring.tracking import Tracker
from market.panels import jobs, queries
from market.panels.codes import key_digest
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_project
from tests.market.factories.panels import (
    a_city_with_a_pool,
    a_scored_draw,
    decline,
    drawn,
    people_of,
    seats_of,
)
from tests.market.factories.scoring import a_sheet, hand_in_sheet, panel_at, scores, seated_on
from tests.market.panels.test_panels import order_of

SUMS = (90, 80, 70, 60)


def bodies(city):
    """Return every entry of the log, in its order."""
    log.sequence(city.here)
    with city.reading() as work:
        return [body for _, body in log.entries_between(work, 0, None)]


def found_by_a_monitor(entries):
    tracker, codes = Tracker(), PanelCodes()
    for index, body in enumerate(entries):
        tracker.take(index, body)
        codes.take(index, body)
    return {one.code for one in codes.findings(tracker)}


@pytest.fixture
def seated_city(fast_here, clock):
    """A city, its pool, and a panel that has everybody seated after one declined."""
    city, pool = a_city_with_a_pool(fast_here, clock)
    draw = a_scored_draw(city)
    panel = drawn(city, draw)
    people = people_of(panel, pool)
    decline(city, panel, people[seats_of(city, panel)[0].expert_code])
    return city, pool, city.draw(draw.id), panel, seated_on(city, panel, people)


def test_no_entry_ties_a_code_of_the_pool_to_a_panel_before_the_scores_are_public(seated_city):
    city, pool, draw, panel, members = seated_city
    hand_in_sheet(city, draw, members[0], a_sheet(SUMS))
    names = {*pool, *(person.actor.name for person in pool.values())}
    about = [body for body in bodies(city) if panel.number.encode() in body]
    about += [body for body in bodies(city) if panel.draw_hash.encode() in body]
    assert len(about) > 15
    for body in about:
        assert not any(f'"{name}"'.encode() in body for name in names), body
    page = site_of(city).as_().get(f"/panels/{panel.number}").text
    assert not any(code in page for code in pool)
    assert panel.code_key not in page


def test_with_the_scores_the_key_is_public_and_opens_every_code(seated_city):
    city, pool, draw, panel, members = seated_city
    draw = scores(city, draw, members, *[SUMS] * 5)
    assert draw.state is DrawState.FROZEN
    entries = bodies(city)
    said = [json.loads(body) for body in entries]
    [key] = [one["key"] for one in said if one["t"] == "zjcs/panel.key-opened.v1"]
    [opened] = [one for one in said if one["t"] == "zjcs/panel.opened.v1"]
    assert key_digest(key) == opened["key_digest"]
    page = site_of(city).as_().get(f"/panels/{panel.number}").text
    assert all(code in page for code in pool)
    assert "与公告的承诺相符" in page
    assert found_by_a_monitor(entries) == set()
    hidden = [body for body in entries if b"panel.key-opened" not in body]
    assert found_by_a_monitor(hidden) == {"PANEL_KEY_MISSING"}
    other = [body.replace(key.encode(), b"00" * 32) for body in entries]
    assert found_by_a_monitor(other) == {"PANEL_KEY"}
    fewer = [body for body in entries if next(iter(pool)).encode() not in body]
    assert found_by_a_monitor(fewer) <= {"PANEL_STRANGER"}
    assert compare(city.here).differences == ()


def test_two_panels_of_one_pool_have_no_code_in_common(fast_here, clock):
    city, pool = a_city_with_a_pool(fast_here, clock)
    panels = [drawn(city, a_scored_draw(city, **a_project(number))) for number in (1, 2)]
    first, second = (set(order_of(city, panel)) for panel in panels)
    assert len(first) == len(second) == len(pool)
    assert not first & second


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("UPDATE panel SET code_key = '" + "ab" * 32 + "'", "code_key"),
        (
            (
                "UPDATE panel_seat SET expert_id = (SELECT expert_id FROM panel_candidate "
                "WHERE expert_id NOT IN (SELECT expert_id FROM panel_seat) LIMIT 1) WHERE rank = 1"
            ),
            "expert_id",
        ),
    ],
)
def test_a_key_or_a_seat_changed_behind_the_log_is_named(fast_here, clock, change, column):
    city, _ = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    with city.here.engine.begin() as connection:
        connection.execute(text(change))
    assert column in {one.column for one in compare(city.here).differences}
    jobs.run_due(city.here)
    draws.run_due(city.here)
    assert panel_at(city, panel).state is DrawState.DRAWN
    with city.reading() as work:
        assert queries.panels_of_need(work, panel.need_id)[0].id == panel.id
