"""Who works with whom, and the tables that anybody takes home."""

import csv
import io
import re

import pytest

from market.explanations import jobs as explanations
from market.explanations.queries import of_award
from market.portal.open_data import TABLES
from tests.market.factories.direct import a_named_choice, a_small_city
from tests.market.factories.draws import a_drawn_need
from tests.market.portal.test_views import PERSONAL, main_of


def table(client, name):
    answer = client.get(f"/open-data/{name}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert not [word for word in PERSONAL if word in answer.data.decode()]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_an_owner_and_a_firm_are_counted_by_the_way_the_work_was_given(client, fast_here, clock):
    chosen = a_named_choice(a_small_city(fast_here, clock))
    owner = chosen.city.clerk.actor.org_code
    firm = chosen.firm
    page = main_of(client.get(f"/awards/by-owner/{owner}").text)
    assert firm.name in page
    assert re.findall(r'data-label="(?:直接选取|公开选取|合计)"[^>]*>\s*(\d)', page) == [
        "0",
        "1",
        "1",
    ]
    assert f"/awards/by-firm/{firm.code}" in page
    assert f"/direct/{chosen.choice().number}" in page
    assert f"/awards/by-owner/{owner}" in client.get(f"/awards/by-firm/{firm.code}").text
    assert f"/awards/by-owner/{owner}" in client.get(f"/needs/owners/{owner}").text
    assert f"/awards/by-firm/{firm.code}" in client.get(f"/firms/{firm.code}").text
    assert client.get(f"/awards/by-owner/{firm.code}").status_code == 404
    (direct,) = table(client, "direct")
    assert (direct["直接选取编号"], direct["机构统一社会信用代码"]) == (
        chosen.choice().number,
        firm.code,
    )
    (award,) = table(client, "awards")
    assert (award["来路"], award["中选金额（元）"]) == ("直接选取", "8000.00")


def test_draws_and_their_awards_are_tables_without_people(client, fast_here, clock):
    drawn = a_drawn_need(fast_here, clock)
    (draw,) = table(client, "draws")
    (award,) = table(client, "awards")
    assert draw["公告编号"] == award["公告或直接选取编号"]
    assert draw["中选机构"] == award["中选机构"]
    assert award["来路"] == "公开选取"
    assert drawn.city.clerk.actor.org_code == draw["业主统一社会信用代码"]


def test_prices_that_had_to_be_explained_are_counted_by_pair(client, fast_here, clock):
    chosen = a_named_choice(a_small_city(fast_here, clock), price_fen=500_000)
    explanations.sweep(fast_here)
    for path in (
        f"/awards/by-owner/{chosen.city.clerk.actor.org_code}",
        f"/awards/by-firm/{chosen.firm.code}",
    ):
        assert low_prices(client, path) == ["1", "0"]
    with chosen.city.reading() as work:
        due_at = of_award(work, chosen.award()).due_at
    clock.move_to(due_at)
    explanations.sweep(fast_here)
    # The award is gone and not counted; that it was asked about stays.
    assert low_prices(client, f"/awards/by-firm/{chosen.firm.code}") == ["1", "1"]


def low_prices(client, path):
    page = main_of(client.get(path).text)
    return re.findall(r'data-label="(?:异常低价说明|其中不成立)"[^>]*>\s*(\d)', page)


@pytest.mark.parametrize("name", [*TABLES])
def test_an_empty_market_has_empty_tables(client, name):
    assert table(client, name) == []


def test_there_is_no_other_table(client):
    assert client.get("/open-data/users.csv").status_code == 404
