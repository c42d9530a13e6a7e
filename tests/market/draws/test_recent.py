"""Recent winners stand back where a city's rules say so; nothing changes where they do not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.draws import jobs, queries
from market.draws.eligibility import Rule, failures, rules_of
from market.draws.eligibility_document import document
from market.draws.errors_values import RecentRuleError
from market.draws.queries import preview, recent
from market.draws.recent import Among, RecentRule, leaves_enough, rule_in
from market.draws.rules import DrawState, EnrolmentState
from market.firms.model import Firm
from market.firms.rules import FirmState
from market.needs.queries import by_id as need_by_id
from market.regulations import configure, current
from tests.market.draws.believing import faults, report
from tests.market.draws.test_eligibility import ASKED, DAY, GOOD, ITEM
from tests.market.draws.test_weights import a_city_file
from tests.market.factories.draws import (
    a_checked_need,
    a_drawn_draw,
    a_project,
    an_open_draw,
    enrol,
    publish,
)

UNTIL = datetime(2026, 6, 1, 2, tzinfo=UTC)
ONCE = RecentRule(wins=1, days=90, among=Among.OWNER, until=UNTIL, source="第九条")


@pytest.fixture
def rules(tmp_path) -> Iterator[object]:
    """Let a city's own rules of draws be in force."""

    def use(wins: object = 1, days: object = 90, of: str = '"owner"') -> None:
        lines = [
            f'recent_wins = {{ value = {wins}, clause = "第九条" }}',
            f'recent_days = {{ value = {days}, clause = "第九条" }}',
            f'recent_of = {{ value = {of}, clause = "第九条" }}',
        ]
        configure(a_city_file(tmp_path / "rules", *lines))

    yield use
    configure()


def failed(city, draw, firm_id) -> set[Rule]:
    with city.reading() as work:
        need = need_by_id(work, draw.need_id)
        firm = work.session.get_one(Firm, firm_id)
        found = queries.failures_of(work, need, firm, city.draw(draw.id))
        assert all(str(failure) for failure in found)
        return {failure.rule for failure in found}


def published(city, draw) -> dict:
    with city.reading() as work:
        return json.loads(queries.file_of(work, city.draw(draw.id), recent.ELIGIBILITY_FILE))


def winner_of(city, draw) -> int:
    return city.awards(draw.id)[0].firm_id


# The rule alone.


@given(st.integers(0, 9), st.integers(1, 9), st.booleans(), st.sampled_from(Among))
def test_a_firm_stands_back_from_as_many_awards_on_as_the_rule_says(held, wins, applies, among):
    rule = replace(ONCE, wins=wins, among=among, applies=applies)
    found = failures(ITEM, GOOD, replace(ASKED, recent=rule, recent_held=held), DAY)
    assert [failure.rule for failure in found] == [Rule.RECENT] * (applies and held >= wins)
    assert all("第九条" in str(failure) for failure in found)


@given(st.lists(st.sets(st.sampled_from(["recent", "staff"])), max_size=8), st.integers(1, 5))
def test_competition_comes_before_taking_turns(each, needed):
    assert leaves_enough(each, needed) == (each.count(set()) >= needed)


def test_off_it_changes_no_byte_of_the_published_rules():
    body = json.loads(document(ITEM, ASKED))
    assert "recent" not in body
    assert "recent" not in {row["rule"] for row in body["rules"]}
    assert Rule.RECENT not in rules_of()
    assert rule_in(current().by_id("platform-draw-process-2024"), UNTIL) is None


def test_on_it_is_published_with_its_numbers_and_source():
    body = json.loads(document(ITEM, replace(ASKED, recent=ONCE)))
    assert "recent" in {row["rule"] for row in body["rules"]}
    assert body["recent"]["wins"] == 1
    assert body["recent"]["since"] == "2026-03-03T10:00:00+08:00"
    assert body["recent"]["until"] == "2026-06-01T10:00:00+08:00"
    assert "同一业主" in body["recent"]["says"]
    assert "第九条" in body["recent"]["says"]


@pytest.mark.parametrize(
    "values", [{"wins": 0}, {"days": 0}, {"days": 3661}, {"of": '"province"'}, {"wins": '"two"'}]
)
def test_a_rule_that_cannot_be_read_is_refused(rules, values):
    rules(**values)
    with pytest.raises(RecentRuleError):
        rule_in(current().by_id("city-draws"), UNTIL)


# In a city of four firms, where three are the fewest.


def test_who_won_lately_stands_back_and_the_draw_is_believed(city, rules):
    rules()
    winner = winner_of(city, a_drawn_draw(city))
    need = a_checked_need(city, **a_project(2))
    with city.reading() as work:
        told = preview.supply_of(work, need_by_id(work, need.id), {})
    assert (told.offering, told.able) == (4, 3)
    assert [(one.failing, one.alone) for one in told.conditions] == [(1, 1)]
    draw = publish(city, need)
    assert published(city, draw)["recent"]["applies"] is True
    others = [person for firm, person in city.firms if firm.id != winner]
    assert failed(city, draw, winner) == {Rule.RECENT}
    assert not any(failed(city, draw, firm.id) for firm, _ in city.firms if firm.id != winner)
    enrol(city, draw, *others)
    for at in (draw.enrol_close_at, draw.phi_at):
        city.clock.move_to(at)
        jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert faults(report(city, draw)) == []


def test_who_wins_between_enrolment_and_close_is_taken_off_at_the_freeze(city, rules):
    rules(of='"city"')
    first = an_open_draw(city)
    enrol(city, first)
    city.clock.move_to(first.enrol_close_at - timedelta(hours=20))
    second = an_open_draw(city, **a_project(2))
    enrol(city, second)
    for at in (first.enrol_close_at, first.phi_at):
        city.clock.move_to(at)
        jobs.run_due(city.here)
    winner = winner_of(city, first)
    assert city.clock() < second.enrol_close_at
    city.clock.move_to(second.enrol_close_at)
    jobs.run_due(city.here)
    with city.reading() as work:
        rows = queries.enrolments_of(work, city.draw(second.id))
        off = [row for row in rows if row.state is EnrolmentState.INELIGIBLE]
        assert [(row.firm_id, row.reason_code) for row in off] == [(winner, "recent")]
        assert city.draw(second.id).state is DrawState.FROZEN


def test_the_rule_is_waived_where_it_would_leave_too_few(city, rules):
    rules()
    winner = winner_of(city, a_drawn_draw(city))
    other = next(firm.id for firm, _ in city.firms if firm.id != winner)
    with city.work(city.operator) as work:
        work.session.get_one(Firm, other).state = FirmState.PAUSED
    need = a_checked_need(city, **a_project(2))
    draw = publish(city, need)
    body = published(city, draw)
    assert body["recent"]["applies"] is False
    assert "本次不适用" in body["recent"]["says"]
    assert "recent" not in {row["rule"] for row in body["rules"]}
    assert Rule.RECENT not in failed(city, draw, winner)


def test_only_awards_of_the_window_and_of_the_owner_count(city, rules):
    rules()
    drawn = a_drawn_draw(city)
    winner = winner_of(city, drawn)
    with city.reading() as work:
        firm = work.session.get_one(Firm, winner)
        need = need_by_id(work, drawn.need_id)
        elsewhere = SimpleNamespace(owner_org_id=need.owner_org_id + 1_000)
        at = city.awards(drawn.id)[0].published_at
        for until, found in (
            (at - timedelta(seconds=1), 0),
            (at, 1),
            (at + timedelta(days=90), 1),
            (at + timedelta(days=90, seconds=1), 0),
        ):
            rule = replace(ONCE, until=until)
            assert recent.wins_of(work, firm, need, rule) == found
            assert recent.wins_of(work, firm, elsewhere, rule) == 0
            everywhere = replace(rule, among=Among.CITY)
            assert recent.wins_of(work, firm, elsewhere, everywhere) == found
