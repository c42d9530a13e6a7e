"""The page of fairness statistics: only what is public already, for everybody, and as files."""

import csv
import io
from fractions import Fraction

import pytest
from sqlalchemy import text

from market.draws import fairness
from market.draws.views.fairness import chance_words
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_drawn_draw, a_frozen_draw


@pytest.fixture
def site(city):
    return site_of(city)


def rows_of(client, of):
    answer = client.get(f"/draws/fairness?format=csv&of={of}")
    assert answer.mimetype == "text/csv"
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_without_a_result_there_is_nothing_to_show(site):
    draw = a_frozen_draw(site.city)
    answer = site.as_().get("/draws/fairness")
    assert answer.status_code == 200
    assert "还没有可以统计的摇号" in answer.text
    assert not [firm for firm, _ in site.city.firms if firm.code in answer.text]
    assert draw.seed is None


def test_everybody_sees_wins_beside_what_was_to_be_expected(site):
    a_drawn_draw(site.city)
    client = site.as_()
    page = client.get("/draws/fairness").text
    assert "摇号还太少，看不出什么" in page
    assert "有值得核查的结果" not in page
    firms, pairs = rows_of(client, "firms"), rows_of(client, "pairs")
    assert {row["中介机构"] for row in firms} == {firm.name for firm, _ in site.city.firms}
    assert {row["期望抽中"] for row in firms + pairs} == {"0.25"}
    assert sorted(row["实际抽中"] for row in firms) == ["0", "0", "0", "1"]
    winner = firms[0]
    assert (winner["公平时的概率"], winner["校正后的概率"]) == ("0.2500", "1.0000")
    assert (winner["偏差（标准差）"], firms[1]["偏差（标准差）"]) == ("1.73", "-0.57")
    assert len({row["项目业主"] for row in pairs}) == 1


def test_the_lists_of_draws_and_oversight_lead_there(site):
    assert 'href="/draws/fairness"' in site.as_().get("/draws").text


def test_a_list_that_cannot_be_read_is_said_and_not_counted(site):
    # A draw of no other test: what was read once of a list is kept by its hash.
    a_drawn_draw(site.city, scale="道路全长 2.4 公里")
    with site.city.here.engine.begin() as connection:  # What only the owner of the database can.
        connection.execute(text("DROP TRIGGER record_draw_file_update"))
        connection.execute(text("UPDATE draw_file SET body = x'7b' WHERE name = 'list.ndjson'"))
    page = site.as_().get("/draws/fairness").text
    assert "有读不出的名单" in page
    assert "还没有可以统计的摇号" in page


def test_no_more_lines_are_read_than_a_page_can_bear(site, monkeypatch):
    first, second = a_drawn_draw(site.city), a_drawn_draw(site.city)
    monkeypatch.setattr(fairness, "MOST_LINES", 4)
    with site.city.reading() as work:
        found = fairness.fairness(work)
    assert found.seen == 1
    assert first.id != second.id


def test_a_chance_too_small_to_show_says_so():
    assert chance_words(Fraction(1, 10**6)) == "< 0.0001"
    assert chance_words(Fraction(1, 4)) == "0.2500"
