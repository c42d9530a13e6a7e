"""A firm disputes a return: experts are drawn, judge blind, overturn it, and the clock shows it."""

from datetime import timedelta
from pathlib import Path

import pytest

from market.contracts.rules import ContractState
from market.draws.rules import DrawState
from market.panels.model import Panel
from market.rereview import queries
from market.rereview.model import Rereview
from market.rereview.rules import Finding, RereviewState
from tests.market.factories.contracts import Agreed, file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.firms import Person
from tests.market.factories.proposals import a_proposal
from tests.market.factories.rereview import a_pool, hand_in, members, panel_of
from tests.stories.conftest import Town

pytestmark = pytest.mark.browser
WORDS = "工程量已按变更后的施工图逐项复核，表三与图纸一致。"
REASON = "按变更后的图纸核算，工程量与成果一致。"


def test_experts_overturn_a_return_and_the_accounts_show_it(town: Town, tmp_path: Path):
    pool = a_pool(Agreed(town.city, 0, town.city.clerk, town.city.clerk))
    drawn = a_confirmed_award(town.here, town.city.clock, city=town.city)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    agreed.hand_over()
    agreed.deliver()
    the_owner_returns_it(town, agreed)
    town.wait(timedelta(days=2))
    number = the_firm_disputes_it(town, agreed, tmp_path)
    the_owner_finds_the_copy_right(town, agreed)
    panel = experts_are_drawn(town, agreed, number)
    people = members(agreed, panel, pool)
    an_expert_judges_blind(town, agreed, number, people[0])
    for person in people[1:]:
        hand_in(agreed, rereview_at(agreed, number), person, Finding.UNFOUNDED)
    town.wait(timedelta(days=1))
    what_anybody_sees(town, number, panel)
    the_accounts_show_it(town, agreed)
    the_owner_accepts(town, agreed)
    assert rereview_at(agreed, number).state is RereviewState.OVERTURNED
    assert agreed.contract().state is ContractState.ACCEPTED
    # The one round that was handed in is the one that was accepted: nothing was done twice.
    assert [one.review.accepted for one in agreed.rounds()] == [True]


def rereview_at(agreed: Agreed, number: str) -> Rereview:
    """Return the re-review as it stands."""
    with agreed.work() as work:
        return queries.by_number(work, number)


def the_owner_returns_it(town: Town, agreed: Agreed) -> None:
    owner = town.visitor(agreed.owner)
    owner.follow("验收中介机构提交的成果")
    owner.page.get_by_label("退回重做", exact=True).check()
    owner.choose("退回原因", "数据或计算错误")
    owner.fill("意见", "第三章工程量与图纸不一致，请逐项复核。")
    owner.fill("依据的条款", "合同第5.2条")
    owner.press("提交验收结论")
    assert owner.is_told("成果已退回")


def the_firm_disputes_it(town: Town, agreed: Agreed, folder: Path) -> str:
    named, blind = folder / "署名.pdf", folder / "副本.pdf"
    named.write_bytes(a_proposal("Report", author=agreed.contract().number))
    blind.write_bytes(a_proposal("Report"))
    firm = town.visitor(agreed.firm)
    firm.follow("对退回有争议的，可以申请复评")
    assert firm.reads("第三章工程量与图纸不一致")
    firm.fill("异议理由", WORDS)
    firm.upload("隐去名称的成果副本（PDF）", named)
    firm.page.get_by_label("已确认副本和理由中没有").check()
    firm.press("申请复评")
    assert "机构名称或代码" in firm.complaint("隐去名称的成果副本（PDF）")
    firm.upload("隐去名称的成果副本（PDF）", blind)
    firm.page.get_by_label("已确认副本和理由中没有").check()
    firm.press("申请复评")
    assert firm.is_told("已申请复评")
    return firm.page.url.rpartition("/")[2]


def the_owner_finds_the_copy_right(town: Town, agreed: Agreed) -> None:
    owner = town.visitor(agreed.owner)
    owner.follow("核对复评用的成果副本")
    owner.press("副本一致")
    assert owner.is_told("已确认副本与提交的成果一致")


def experts_are_drawn(town: Town, agreed: Agreed, number: str) -> Panel:
    row = rereview_at(agreed, number)
    town.wait_until(panel_of(agreed, row).enrol_close_at)
    town.wait_until(panel_of(agreed, row).phi_at)
    panel = panel_of(agreed, row)
    assert panel.state is DrawState.DRAWN
    return panel


def an_expert_judges_blind(town: Town, agreed: Agreed, number: str, person: Person) -> None:
    expert = town.visitor(person)
    expert.follow("复评成果并提交评审表")
    assert expert.reads(WORDS)
    contract = agreed.contract()
    for words in (contract.number, contract.title, town.city.firms[0][0].name):
        assert not expert.reads(words)
    expert.page.get_by_label("退回意见不成立").check()
    expert.fill("依据的条款", "造价规范第4.1条")
    expert.fill("理由", REASON)
    expert.page.get_by_label("本人独立作出评审").check()
    expert.press("提交评审表（不能更改）")
    assert expert.is_told("评审表已密封")


def what_anybody_sees(town: Town, number: str, panel: Panel) -> None:
    for options in ({}, {"viewport": {"width": 390, "height": 844}}):
        public = town.visitor(**options)
        public.open(f"/rereviews/{number}")
        for words in ("退回已经撤销", WORDS, REASON, panel.number, "不成立 3 人，成立 0 人"):
            assert public.reads(words), words
        public.follow(panel.number)
        assert public.reads("复评有争议的成果")


def the_accounts_show_it(town: Town, agreed: Agreed) -> None:
    public = town.visitor()
    public.open(f"/clocks/{agreed.clock().id}")
    assert public.reads("更正账目")
    assert public.reads("原计入")
    public.open("/contracts/reviewers")
    assert public.reads("复评撤销")


def the_owner_accepts(town: Town, agreed: Agreed) -> None:
    owner = town.visitor(agreed.owner)
    owner.follow("验收中介机构提交的成果")
    owner.page.get_by_label("验收通过", exact=True).check()
    owner.press("提交验收结论")
    assert owner.is_told("合同办结")
