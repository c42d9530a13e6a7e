"""A complaint that freezes an award: a citizen complains, all see it stand still, and it ends."""

import re
from datetime import timedelta

import pytest

from market import log
from market.draws.rules import AwardState
from market.letters import jobs as letter_jobs
from tests.market.factories.complaints import (
    CLAUSE,
    CONTACT,
    DECISION,
    NAME,
    REASONS,
    REPLY,
    STATEMENT,
    TEXT,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import officers
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser


def test_a_complaint_freezes_an_award_and_the_next_firm_is_called(town: Town):
    city = town.city
    drawn = a_drawn_need(town.here, city.clock, city=city)
    log.sequence(town.here)
    officer, decider = officers(city)
    draw = f"/draws/{town.number(drawn.draw)}"
    citizen = town.visitor(viewport={"width": 390, "height": 844})
    number, code = complains(citizen, draw)
    town.wait(timedelta(hours=2))
    accepts(town.visitor(officer), number)
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN
    everybody_sees_why(town, draw, number)
    answers(town, drawn, officer, number)
    decides(town, officer, decider, number)
    follows(town, citizen, number, code)
    first, second = city.awards(drawn.draw.id)
    assert (first.state, second.state) == (AwardState.DISQUALIFIED, AwardState.PUBLICITY)
    public = town.visitor()
    public.open(draw)
    assert public.reads("投诉成立，取消中选")


def complains(citizen: Visitor, draw: str) -> tuple[str, str]:
    citizen.open(draw)
    citizen.page.locator("#result, main").get_by_role("link", name="投诉", exact=True).first.click()
    citizen.choose("反映的问题", "中选机构不具备公告要求的条件")
    citizen.fill("事实和理由", "太短")
    citizen.press("提交投诉")
    assert "至少 20 个字" in citizen.complaint("事实和理由")
    citizen.fill("事实和理由", TEXT)
    citizen.fill("姓名", NAME)
    citizen.fill("联系电话", CONTACT)
    citizen.press("提交投诉")
    assert citizen.reads("查询码只显示这一次")
    words = citizen.page.locator("main").inner_text()
    return re.search(r"TS-\d{4}-\d{6}", words)[0], citizen.page.locator("#code").inner_text()


def accepts(office: Visitor, number: str) -> None:
    office.follow("决定是否受理投诉")
    assert not office.reads(NAME)
    office.choose("用途", "决定是否受理")
    office.fill("说明", "核对事实和线索")
    office.press("登记并查看")
    assert office.reads(TEXT)
    assert office.reads(NAME)
    office.open(f"/complaints/{number}")
    assert not office.reads(NAME)
    office.fill("怎么核实的", "按所留电话联系到本人。")
    office.press("登记已核实")
    office.page.get_by_role("button", name="受理", exact=True).click()
    assert office.is_told("已受理")


def everybody_sees_why(town: Town, draw: str, number: str) -> None:
    public = town.visitor()
    public.open(draw)
    assert public.reads("结果因异议或者投诉暂停")
    public.follow("因投诉暂停，查看原因和办理期限")
    assert public.reads(number)
    assert public.reads("暂停中")
    assert not public.reads(NAME)
    assert not public.reads(TEXT)


def answers(town: Town, drawn, officer, number: str) -> None:
    office = town.visitor(officer)
    office.open(f"/complaints/{number}")
    office.fill("投诉要点", STATEMENT)
    office.press("请其说明")
    assert office.is_told("已请被投诉方在期限内说明")
    firm = town.visitor(drawn.delegate)
    firm.follow("对投诉作出说明")
    assert firm.reads(STATEMENT)
    assert not firm.reads(NAME)
    assert not firm.reads(TEXT)
    firm.page.locator("#reply textarea").fill(REPLY)
    # Without this the office waits for the end of the term.
    firm.page.locator("#reply input[name=is_last]").check()
    firm.press("提交说明")
    assert firm.is_told("说明已提交")


def decides(town: Town, officer, decider, number: str) -> None:
    office = town.visitor(officer)
    office.open(f"/complaints/{number}")
    assert office.reads(REPLY)
    panel = office.page.locator("#propose")
    panel.get_by_label("成立", exact=True).check()
    panel.get_by_label("取消中选").check()
    office.fill("依据的规定和条款", CLAUSE)
    panel.locator("textarea[name=reasons]").fill(REASONS)
    panel.get_by_role("button", name="提出处理意见").click()
    assert office.is_told("处理意见已提出")
    boss = town.visitor(decider)
    boss.follow("对投诉作出决定")
    boss.page.get_by_label("同意处理意见，作出决定").check()
    boss.page.locator("#decide textarea").fill(DECISION)
    boss.press("作出决定")
    assert boss.is_told("决定书已出具")


def follows(town: Town, citizen: Visitor, number: str, code: str) -> None:
    letter_jobs.sweep(town.here)
    citizen.open("/complaints/follow")
    citizen.fill("受理编号", number)
    citizen.fill("查询码", code)
    citizen.press("查询")
    assert citizen.reads("投诉成立")
    assert citizen.reads(REASONS)
    with citizen.page.expect_download() as got:
        citizen.page.locator("#letters").get_by_role("link", name="下载").click()
    assert got.value.suggested_filename.endswith(".pdf")
