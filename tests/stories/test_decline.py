"""A winner declines: the next in the same order is called, and nothing is drawn again."""

import re

import pytest

from market.draws import queries
from market.draws.model import Award, Draw
from tests.market.factories.draws import an_open_draw, enrol
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
REASON = "项目负责人突发重病，无法按期组织实施。"


def test_the_alternate_takes_over_and_the_order_stays(town: Town):
    draw = a_draw_with_a_result(town)
    public = town.visitor()
    order = order_shown(public, town, draw)
    first = the_award_in_force(town, draw)
    town.wait_until(first.publicity_ends_at)
    decline(town, first)
    second = the_award_in_force(town, draw)
    assert (first.rank, second.rank) == (1, 2)
    assert order_shown(public, town, draw) == order
    the_page_tells_who_declined(public)
    the_owner_is_offered_no_redraw(town, draw)
    town.wait_until(second.publicity_ends_at)
    alternate = town.visitor(town.city.delegate_of(second))
    alternate.follow("确认或放弃中选")
    assert alternate.reads("第 2 位")
    alternate.press("确认中选")
    assert alternate.is_told("已确认中选")
    assert order_shown(public, town, draw) == order
    assert public.reads("核验通过")


def a_draw_with_a_result(town: Town) -> Draw:
    draw = an_open_draw(town.city, mode="D2")
    enrol(town.city, draw)
    return town.hold(draw)


def the_award_in_force(town: Town, draw: Draw) -> Award:
    with town.city.reading() as work:
        award = queries.award_in_force(work, draw.need_id)
    assert award is not None
    return award


def order_shown(public: Visitor, town: Town, draw: Draw) -> list[str]:
    """Return code and ticket of each row of the public order, from the first to the last."""
    public.open(f"/draws/{town.number(draw)}")
    rows = public.page.locator("#order tbody tr").all()
    assert len(rows) == len(town.city.firms)
    codes = [re.search(r"\b9[0-9A-Z]{17}\b", row.inner_text())[0] for row in rows]
    tickets = [re.search(r"\b[0-9a-f]{64}\b", row.inner_html())[0] for row in rows]
    return [f"{code} {ticket}" for code, ticket in zip(codes, tickets, strict=True)]


def decline(town: Town, award: Award) -> None:
    winner = town.visitor(town.city.delegate_of(award))
    winner.follow("确认或放弃中选")
    winner.press("放弃中选")
    assert winner.complaint("放弃理由").endswith("请填写此项。")
    winner.fill("放弃理由", REASON)
    winner.press("放弃中选")
    assert winner.is_told("按原次序递补")
    town.tick()
    winner.open("/credit/ledger")
    assert winner.reads("放弃中选")
    assert winner.reads("−10")


def the_page_tells_who_declined(public: Visitor) -> None:
    result = public.page.locator("#result")
    assert REASON in result.inner_text()
    assert "次序从未重新抽取" in result.inner_text()
    entries = public.page.locator("#entries")
    entries.locator("summary").first.click()
    assert "放弃" in entries.inner_text()
    assert '"t":"ismdraw/decline/v1"' in (entries.text_content() or "")


def the_owner_is_offered_no_redraw(town: Town, draw: Draw) -> None:
    clerk = town.visitor(town.city.clerk)
    for path in (
        "/workbench",
        "/needs/mine",
        f"/needs/{draw.need_id}/own",
        f"/draws/{town.number(draw)}",
        "/contracts/mine",
    ):
        clerk.open(path)
        offered = clerk.page.get_by_role("main").locator("a, button, input[type=submit]")
        words = " ".join(offered.all_inner_texts())
        assert not re.search("重摇|重抽|重新摇|重新抽|再次摇|再次抽|再次公告|撤回", words), path
        deeds = clerk.page.get_by_role("main").locator("form[method=post]")
        assert deeds.count() == 0, path
