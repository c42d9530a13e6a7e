"""Scored selection: proposals without names, a panel that is drawn, scores that everybody reads."""

from pathlib import Path

import pytest

from market.draws.rules import DrawState
from market.scoring.rules import Marks
from tests.market.factories.draws import enrol
from tests.market.factories.firms import Person
from tests.market.factories.panels import a_pool, accept, panel_of, people_of, seats_of
from tests.market.factories.proposals import a_proposal, hand_in
from tests.market.factories.scoring import hand_in_sheet
from tests.stories.acts import announce, write
from tests.stories.conftest import Town

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
ROWS = ((35, 20, 15, 10), (30, 20, 15, 10), (30, 15, 10, 10), (20, 15, 15, 15))
REASON = "方案完整，措施具体，进度安排可行。"


def test_a_drawn_panel_scores_blind_and_the_highest_total_wins(town: Town, tmp_path: Path):
    pool = a_pool(town.city)
    clerk = town.visitor(town.city.clerk)
    write(clerk, "城东片区道路", "98,000")
    clerk.page.get_by_label("专家综合评分").check()
    clerk.page.get_by_text("高级：选择随机源").click()
    clerk.page.get_by_label("演示模式（仅平台）").check()
    clerk.press("保存并提交审批")
    draw = announce(
        town, "专家综合评分", "服务方案 40 分", "价格不评分", "专家评分（最迟）", "抽取 5 名专家"
    )
    number = town.number(draw)
    a_firm_hands_in(town, number, tmp_path)
    enrol(town.city, draw, *(person for _, person in town.city.firms[1:]))
    for place, (_, person) in enumerate(town.city.firms[1:], start=2):
        hand_in(town.city, draw, person, a_proposal(f"Plan {place}"))
    town.wait_until(draw.enrol_close_at)
    town.wait_until(panel_of(town.city, draw).phi_at)
    panel = panel_of(town.city, draw)
    people = people_of(panel, pool)
    members = [people[seat.expert_code] for seat in seats_of(town.city, panel)]
    for person in members:
        accept(town.city, panel, person)
    an_expert_scores(town, number, members[0])
    for person in members[1:]:
        hand_in_sheet(town.city, draw, person, the_sheet())
    town.tick()
    assert town.hold(draw).state is DrawState.DRAWN
    what_anybody_sees(town, number)


def the_sheet() -> dict[int, Marks]:
    """Give the first proposal 80 points and the others less, by the four usual criteria."""
    return {place: Marks(points=row, reason=REASON) for place, row in enumerate(ROWS)}


def a_firm_hands_in(town: Town, number: str, folder: Path) -> None:
    firm, person = town.city.firms[0]
    phone = town.visitor(person, **PHONE)
    phone.open(f"/draws/{number}/enrol")
    assert phone.reads("本公告由专家评分")
    phone.press("确认报名")
    assert phone.reads("还没有提交方案")
    named, blind = folder / "署名.pdf", folder / "方案.pdf"
    named.write_bytes(a_proposal("Plan 1", author=firm.name))
    blind.write_bytes(a_proposal("Plan 1"))
    phone.upload("方案（PDF）", named)
    phone.page.get_by_label("已确认方案").check()
    phone.press("提交方案", exact=True)
    assert "机构名称或代码" in phone.complaint("方案（PDF）")
    phone.upload("方案（PDF）", blind)
    phone.page.get_by_label("已确认方案").check()
    phone.press("提交方案", exact=True)
    assert phone.is_told("方案已收存")


def an_expert_scores(town: Town, number: str, person: Person) -> None:
    expert = town.visitor(person)
    expert.follow("评审方案并交分")
    assert expert.reads("报名序号 4 的方案")
    assert not any(expert.reads(firm.name) for firm, _ in town.city.firms)
    expert.press("保存草稿")
    assert expert.is_told("草稿已保存")
    for place, row in enumerate(ROWS):
        for criterion, points in enumerate(row):
            expert.page.locator(f"[name=points_{place}_{criterion}]").fill(str(points))
        expert.page.locator(f"[name=reason_{place}]").fill(REASON)
    expert.page.get_by_label("已核对全部分数和理由").check()
    expert.press("交分（不能更改）")
    assert expert.is_told("已交分")
    assert expert.reads("您已经交分")


def what_anybody_sees(town: Town, number: str) -> None:
    for options in ({}, PHONE):
        public = town.visitor(**options)
        public.open(f"/draws/{number}")
        public.follow("查看规则和全部报价或分数")
        for words in (town.city.firms[0][0].name, "80.00", "总分最高，列入名单", REASON):
            assert public.reads(words)
