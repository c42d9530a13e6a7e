"""An owner types what shuts firms out, is told while typing, explains what stays, in public."""

import pytest

from market.needs.queries import own_list
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PLACE = "编制可行性研究报告。供应商须在本市注册。"
SCALE = "编制可行性研究报告。须通过ISO9001质量管理体系认证。"
WHY = "本项目成果须纳入本单位已通过认证的质量体系，未认证机构的成果不能衔接。"


def fill_in(clerk: Visitor) -> None:
    clerk.open("/needs/new?item=ZJ-01-001-02")
    clerk.fill("需求名称", "城东片区道路工程可行性研究报告编制")
    clerk.fill("所属项目名称", "城东片区道路工程")
    clerk.fill("项目规模", "道路全长 2.3 公里")
    clerk.fill("资金来源", "市级财政资金100%")
    clerk.fill("服务费上限", "98000")
    clerk.fill("服务时限", "15")
    clerk.fill("联系电话", "075582001234")


def test_a_need_is_checked_while_it_is_typed_and_explained_in_public(town: Town):
    clerk = town.visitor(town.city.clerk)
    fill_in(clerk)
    summary = clerk.page.locator("[data-look-url] [data-look-summary]")
    clerk.fill("服务内容和要求", PLACE)
    summary.filter(has_text="1 处须删改").wait_for()
    assert "符合全部条件的 4 家" in summary.inner_text()
    assert "“须在本市注册”" in clerk.page.locator("[data-look-details]").inner_text()
    clerk.look()
    clerk.press("保存并提交审批")
    assert clerk.reads("1 处须删改的内容：“须在本市注册”")
    clerk.fill("服务内容和要求", SCALE)
    clerk.press("检查", exact=True)
    assert clerk.reads("须书面说明")
    clerk.press("保存草稿", exact=True)
    explain(clerk)
    address = clerk.page.url.removeprefix(town.base).partition("#")[0]
    clerk.press("提交审批")
    decide(town, address)


def explain(clerk: Visitor) -> None:
    """Explain every finding that asks for it; the page offers a form for each."""
    for _ in range(clerk.page.get_by_label("公开说明").count()):
        for field in clerk.page.get_by_label("公开说明").all():
            if not field.input_value():
                field.fill(WHY)
                with clerk.page.expect_navigation():
                    field.locator("xpath=ancestor::form").get_by_role("button").click()
                clerk.look()
                break
    assert clerk.reads("已说明")


def decide(town: Town, address: str) -> None:
    approver = town.visitor(town.city.approver)
    approver.open(address)
    assert approver.reads(WHY)
    approver.press("审批通过")
    operator = town.visitor(town.city.operator)
    operator.open(address.replace("/own", "/check"))
    assert operator.reads(WHY)
    assert not operator.reads("现在不能发布")
    with town.city.work(town.city.clerk) as work:
        number = own_list(work)[0].number
    operator.press("通过并发布公告")
    reader = town.visitor(viewport=PHONE)
    reader.open(f"/needs/{number}")
    assert reader.reads("业主的公开说明")
    assert reader.reads(WHY)
