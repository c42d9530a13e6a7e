"""What people do at the browser in more than one story."""

import json
from pathlib import Path

from playwright.sync_api import expect

from market.draws.model import Draw
from market.needs.model import Need
from tests.stories.conftest import Town, Visitor

CONTENT = "编制可行性研究报告，配合评估与报批。\n成果一式六份。"


def post(clerk: Visitor, title: str, method: str, *, unit: str = "", yuan: str = "98,000") -> None:
    """Write a need on its form, choose how its firm is selected, and send it to be approved."""
    write(clerk, title, yuan)
    clerk.page.get_by_label(method).check()
    if unit:
        clerk.page.get_by_label(unit).check()
    clerk.press("保存并提交审批")
    assert clerk.is_told("已提交内部审批")


def write(clerk: Visitor, title: str, yuan: str) -> None:
    """Fill in the form of a new need."""
    clerk.follow("发布采购需求")
    clerk.follow("可行性研究报告编制", exact=True)
    clerk.fill("需求名称", title)
    clerk.fill("所属项目名称", title)
    clerk.fill("项目规模", "道路全长 2.3 公里，总投资 4800 万元")
    clerk.fill("服务内容和要求", CONTENT)
    clerk.fill("资金来源", "市级财政资金100%")
    clerk.fill("服务费上限", yuan)
    clerk.fill("服务时限", "15")
    clerk.fill("联系电话", "0755-82001234")


def announce(town: Town, *told: str) -> Draw:
    """Let the leader approve and the operator publish what waits; the notice tells its terms."""
    approver = town.visitor(town.city.approver)
    approver.follow("审批采购需求")
    approver.press("审批通过")
    operator = town.visitor(town.city.operator)
    operator.follow("审核采购需求")
    operator.press("通过并发布公告")
    assert operator.is_told("公告已发布")
    with town.city.reading() as work:
        draw, need = work.session.query(Draw).one(), work.session.query(Need).one()
    public = town.visitor()
    public.open(f"/needs/{need.number}")
    assert [words for words in told if not public.reads(words)] == []
    return draw


def seal(firm: Visitor, number: str, stated: str, folder: Path) -> Path:
    """Enrol and seal a price in the firm's own browser; return the file that it saved."""
    firm.open(f"/draws/{number}/enrol")
    firm.press("确认报名")
    firm.page.locator("#quote-yuan").fill(stated)
    with firm.page.expect_navigation(), firm.page.expect_download() as saved:
        firm.page.get_by_role("button", name="生成报价文件并封存").click()
    firm.look()
    assert firm.is_told("报价已封存")
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


def open_quote(firm: Visitor, file: Path) -> int:
    """Come back after the close and open what was sealed; return the amount in fen."""
    firm.sign_in_again()
    firm.follow("开启报价")
    firm.page.locator("#quote-file").set_input_files(file)
    firm.page.get_by_text("已读入报价文件").wait_for()
    firm.press("开启报价")
    assert firm.is_told("报价已开启")
    return int(json.loads(file.read_text())["amount_fen"])


def check_the_draw(town: Town, public: Visitor) -> None:
    """Let the visitor's own browser check the draw that is on its screen, until all is green."""
    public.fill("信任文件", town.city.policy())
    public.page.get_by_role("button", name="开始核对").click()
    verdict = public.page.locator("[data-verdict]")
    expect(verdict).to_contain_text("全部成立。中选：", timeout=60_000)
    states = [
        row.get_attribute("class") or "" for row in public.page.locator(".d-checks__item").all()
    ]
    assert len(states) == 14
    assert not [state for state in states if "is-failed" in state or "is-blocked" in state]
