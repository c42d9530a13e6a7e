"""The public page and the check before enrolling say for which items a measure bars a firm."""

from datetime import timedelta

import pytest

from market.db import unit_of_work
from market.draws.queries import number_of
from market.firms import queries as firms
from market.firms.restrictions import actions as restrictions
from market.firms.rules import Standing
from tests.market.factories.accounts import sign_in
from tests.market.factories.affiliations import JOB
from tests.market.factories.draws import a_city, an_open_draw
from tests.market.factories.firms import PASSWORD


@pytest.fixture
def city(fast_here, clock):
    return a_city(fast_here, clock)


def blacklisted(city, firm, scope):
    """Let a measure bear on a firm, and its standing follow, as the worker sees to it."""
    until = city.clock() + timedelta(days=90)
    with unit_of_work(city.here.sessions, JOB, city.clock) as work:
        restrictions.order(
            work, firm.id, Standing.BLACKLISTED, scope=scope,
            from_at=work.now, until_at=until, case_number="AJ-2026-000900",
        )  # fmt: skip
        seen = firms.firm_by_id(work, firm.id)
        seen.standing, seen.standing_until_at = Standing.BLACKLISTED, until


@pytest.mark.parametrize(
    ("scope", "on_page", "on_check"),
    [
        ("", "所有事项都不能报名", "机构已被列入黑名单"),
        ("07", "其他事项可以报名", "本事项不在范围内"),
    ],
)
def test_a_measure_for_some_items_is_shown_for_those(client, city, scope, on_page, on_check):
    draw = an_open_draw(city)
    firm, delegate = city.firms[0]
    blacklisted(city, firm, scope)
    page = client.get(f"/firms/{firm.code}").text
    assert on_page in page
    assert "该机构目前不能报名" not in page
    sign_in(client, delegate.user, PASSWORD)
    with city.reading() as work:
        number = number_of(work, draw)
    check = client.get(f"/draws/{number}/enrol").text
    assert "就本事项未被暂停选取资格" in check
    assert on_check in check
