"""A card stays dealt when days move afterwards: the page says so and calls nobody late."""

from datetime import timedelta

import pytest

from market.calendar import default_calendar, end_of
from market.clock import beijing_day
from market.clocks import actions, jobs, ladder, queries, referring
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.replay import Correction
from market.clocks.rules import CardStage, Light, Party, light_of
from tests.market.clocks.test_views import as_
from tests.market.factories.clocks import a_clock
from tests.market.factories.rules import own_rules

CALENDAR = default_calendar()
EASED = "曾亮红牌，现在没有逾期"


def late_by(timed, days, limit):
    """Let a clock run on until its holder is so many working days late, and deal its cards."""
    on = CALENDAR.add_working_days(beijing_day(timed.here.clock()), limit + days)
    timed.here.clock.move_to(end_of(on) + timedelta(hours=10))
    jobs.sweep(timed.here)


def give_back(timed):
    """Find afterwards that all the firm's days were its owner's."""
    with timed.work() as work:
        clock = queries.by_id(work, timed.clock_id)
        first, *_ = queries.events_of(work, clock)
        moved = Correction(first.happened_at, work.now, Party.FIRM, Party.OWNER)
        actions.reassign(work, clock, moved, "补登的日期已经确认")


def eased(timed):
    with timed.work() as work:
        clock = queries.by_id(work, timed.clock_id)
        light = light_of(clock.state, clock.next_stage)
        left = queries.statement(work, clock).left
        return light, ladder.is_eased(clock, light, left, work.now)


def test_a_red_light_is_past_once_nobody_is_late(here):
    timed = a_clock(here, limit=5)
    assert eased(timed) == (Light.GREEN, False)
    late_by(timed, 1, 5)
    assert eased(timed) == (Light.RED, False)
    give_back(timed)
    assert eased(timed) == (Light.RED, True)
    late_by(timed, 1, 5)
    assert eased(timed) == (Light.RED, False)


def test_who_handed_over_late_is_late(here):
    timed = a_clock(here, limit=5)
    late_by(timed, 1, 5)
    timed.hand_to(Party.OWNER)
    assert eased(timed) == (Light.RED, False)


def test_a_yellow_light_is_past_with_more_days(here):
    timed = a_clock(here, limit=5)
    late_by(timed, -1, 5)
    assert eased(timed) == (Light.YELLOW, False)
    give_back(timed)
    assert eased(timed) == (Light.YELLOW, True)


def test_the_page_says_one_or_the_other_with_the_reason(app, fast_here):
    timed = a_clock(fast_here, limit=5)
    page = f"/clocks/{timed.clock_id}"
    late_by(timed, 1, 5)
    assert EASED not in app.test_client().get(page).text
    give_back(timed)
    text = app.test_client().get(page).text
    head = text.partition("<h1")[2].partition("逐段计时")[0]
    assert EASED in head
    assert "亮过的牌和现在的期限不一致" in head
    assert "z-badge--red" not in head.partition("到期日怎样算出")[0]
    operator = as_(app, timed.operator_user)
    assert EASED in operator.get("/clocks/board").text


@pytest.fixture
def referred(fast_here):
    timed = a_clock(fast_here, limit=5)
    late_by(timed, 10, 5)
    return timed


def test_a_referral_says_what_is_to_be_done_where_and_by_when(app, referred):
    operator, page = as_(app, referred.operator_user), f"/clocks/{referred.clock_id}"
    text = operator.get(page).text
    assert "/credit/cases/new?firm=" in text
    assert "处理期限" in text
    for other in (app.test_client(), as_(app, referred.firm_user)):
        assert "已移送信用处理" not in other.get(page).text
    workbench = operator.get("/workbench").text
    assert "处理已移送的逾期服务" in workbench
    assert "无期限" not in workbench.partition("处理已移送的逾期服务")[2].partition("</li>")[0]


def test_a_referral_keeps_the_term_of_its_card_s_rules(referred, tmp_path):
    with referred.work() as work:
        [(card, _)] = referring.all_open(work)
        said = referring.by_at(card)
    with own_rules(tmp_path / "own", "platform-supervision-2024", refer_working_days="3"):
        assert referring.by_at(card) == said


def test_a_referral_with_an_outcome_is_nobodys_to_do(app, referred):
    with referred.work() as work:
        card = work.session.query(Card).filter_by(stage=CardStage.REFER).one()
        card.state = CardState.CLOSED
    operator = as_(app, referred.operator_user)
    assert "处理已移送的逾期服务" not in operator.get("/workbench").text
    assert "已移送信用处理" not in operator.get(f"/clocks/{referred.clock_id}").text


def test_an_overdue_referral_shows_since_when(app, referred):
    referred.here.clock.move_to(referred.here.clock() + timedelta(days=30))
    page = app.test_client().get("/operator-terms").text
    row = page.partition("处理已移送的逾期服务")[2].partition("</tr>")[0]
    assert "2026-" in row
