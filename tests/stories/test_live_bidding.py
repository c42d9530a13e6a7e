"""Two firms bid against each other in their own browsers, one on a phone; anybody watches."""

from datetime import timedelta

import pytest

from market.draws.model import Draw
from market.draws.rules import DrawState
from tests.market.factories.bidding import bid
from tests.market.factories.draws import a_checked_need, enrol, publish
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
FIELD = '[name="amount_fen"]'
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_the_lowest_live_bid_wins_and_everybody_saw_it(town: Town):
    draw = a_published_need(town)
    number = town.number(draw)
    firms = [town.visitor(town.city.firms[0][1], **PHONE), town.visitor(town.city.firms[1][1])]
    for firm in firms:
        firm.open(f"/draws/{number}/enrol")
        assert firm.reads("本公告网上竞价")
        firm.press("确认报名")
        assert firm.reads("竞价尚未开始")
    enrol(town.city, draw, town.city.firms[2][1])
    town.wait_until(draw.enrol_close_at)
    public = town.visitor()
    public.open(f"/bidding/{number}")
    assert public.reads("还没有出价")
    the_bids(town, draw, firms, public)
    town.wait(timedelta(minutes=61))
    town.wait_until(draw.freeze_by_at)
    draw = town.hold(draw)
    assert draw.state is DrawState.DRAWN
    assert town.city.awards(draw.id)[0].price_fen == 9_400_000
    what_anybody_sees(town, number)


def a_published_need(town: Town) -> Draw:
    """An owner chooses the method and the floor on the form; the others do their part."""
    need = a_checked_need(town.city, mode="D2", method="bid_lowest", floor_fen=5_000_000)
    owner = town.visitor(town.city.clerk)
    owner.open(f"/needs/new?item={need.item_code}")
    owner.page.get_by_label("网上竞价，最低价").check()
    owner.page.get_by_label("按下浮率").check()
    draw = publish(town.city, need)
    public = town.visitor()
    public.open(f"/needs/{need.number}")
    told = ("网上竞价，最低价", "¥50,000.00", "按金额", "网上竞价（最迟）", "至少低 1,000.00 元")
    assert all(public.reads(words) for words in told)
    return draw


def the_bids(town: Town, draw: Draw, firms: list[Visitor], public: Visitor) -> None:
    phone, desk = firms
    for firm in firms:
        firm.sign_in_again()
        firm.follow("正在竞价：不出价的不列入名单")
    phone.press("出价", exact=True)
    assert phone.reads("玖万捌仟元整")
    phone.press("确认出价")
    assert phone.is_told("贵机构现在是最低价")
    # The other page follows by itself, and offers what may be bid now.
    desk.page.get_by_text("¥97,000.00").first.wait_for()
    field = desk.page.locator(FIELD)
    assert field.input_value() == "97000.00"
    field.fill("95000")
    desk.press("出价", exact=True)
    desk.press("确认出价")
    phone.page.get_by_text("已被超过").wait_for()
    assert phone.page.locator(FIELD).input_value() == "94000.00"
    bid(town.city, draw, town.city.firms[2][1], 9_400_000)
    desk.page.get_by_text("已被超过").wait_for()
    # What a firm has typed is not lost when somebody else bids; too high it is refused in words.
    phone.page.get_by_text("94,000.00").first.wait_for()
    phone.page.locator(FIELD).fill("93500")
    phone.press("出价", exact=True)
    phone.page.get_by_text("出价不够低，没有采用").first.wait_for()
    assert phone.reads("出价不够低，没有采用：现在最高可以出 93,000.00 元")
    public.page.locator("#bids tbody tr").nth(2).wait_for()
    assert not public.reads(town.city.firms[0][0].name)


def what_anybody_sees(town: Town, number: str) -> None:
    for options in ({}, PHONE):
        public = town.visitor(**options)
        public.open(f"/draws/{number}")
        public.follow("查看规则和全部报价或分数")
        for words in ("¥94,000.00", "最低出价，列入名单", town.city.firms[2][0].name):
            assert public.reads(words)
