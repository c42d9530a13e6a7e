"""A firm reports at its milestone; its work is supplemented, returned with a clause, accepted."""

from pathlib import Path

import pytest

from market.contracts.reports.rules import Planned
from market.contracts.rules import ContractState
from tests.market.factories.contracts import a_pdf, file_it
from tests.market.factories.credit import working_days_later
from tests.market.factories.draws import a_confirmed_award
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
CLAUSE = "合同第5.2条"


def test_from_a_report_to_work_that_is_accepted(town: Town, tmp_path: Path):
    drawn = a_confirmed_award(town.here, town.city.clock, city=town.city)
    plan = (Planned(name="初稿", after_working_days=3),)
    agreed = file_it(drawn, drawn.delegate, milestones=plan)
    agreed.confirm()
    agreed.hand_over()
    number = agreed.contract().number
    paper = tmp_path / "work.pdf"
    paper.write_bytes(a_pdf())
    working_days_later(town.city.clock, 1)
    firm = town.visitor(agreed.firm)
    report(firm)
    deliver(firm, paper, "提交服务成果")
    owner = town.visitor(agreed.owner)
    ask_for_a_supplement(owner)
    supply(firm, paper)
    return_with_a_clause(owner)
    paper.write_bytes(a_pdf("revised"))
    deliver(firm, paper, "修改被退回的成果")
    accept(owner)
    what_anyone_reads(town, number)
    assert agreed.contract().state is ContractState.ACCEPTED
    assert [one.review.accepted for one in agreed.rounds()] == [False, True]


def report(firm: Visitor) -> None:
    firm.follow("提交进度报告")
    assert "下一阶段的安排" in firm.page.get_by_label("完成情况").input_value()
    firm.fill("完成比例", "60")
    firm.fill("完成情况", "现场踏勘和资料收集已经完成，正在编制初稿。")
    firm.fill("问题和需要协调的事项", "用地红线图尚未收到。")
    firm.press("提交报告")
    assert firm.is_told("进度报告已提交")
    assert firm.reads("完成 60%")


def deliver(firm: Visitor, paper: Path, what: str) -> None:
    firm.open("/workbench")
    firm.follow(what)
    firm.upload("成果文件", paper)
    firm.press("提交成果")
    assert firm.is_told("成果已提交")


def ask_for_a_supplement(owner: Visitor) -> None:
    owner.follow("验收中介机构提交的成果")
    owner.page.get_by_label("补正（小的缺漏，不算重做）").check()
    owner.press("提交验收结论")
    assert "逐项列明" in owner.complaint("缺少的内容")
    owner.fill("缺少的内容", "附图三未盖章\n缺少计算书")
    owner.press("提交验收结论")
    assert owner.is_told("补正不算重做")
    assert owner.reads("按业主列明的内容补正")


def supply(firm: Visitor, paper: Path) -> None:
    firm.open("/workbench")
    firm.follow("补正成果")
    assert firm.reads("缺少计算书")
    firm.upload("补交的文件", paper)
    firm.fill("说明", "附图已盖章，计算书已附。")
    firm.press("提交补交材料")
    assert firm.is_told("已补交")


def return_with_a_clause(owner: Visitor) -> None:
    owner.open("/workbench")
    owner.follow("验收中介机构提交的成果")
    assert not owner.page.get_by_label("退回原因").is_visible()
    owner.page.get_by_label("退回重做", exact=True).check()
    assert not owner.page.get_by_label("补交日期").is_visible()
    owner.choose("退回原因", "数据或计算错误")
    owner.fill("意见", "第三章工程量与图纸不一致，请逐项复核。")
    owner.press("提交验收结论")
    assert "条款" in owner.complaint("依据的条款")
    owner.fill("依据的条款", CLAUSE)
    owner.press("提交验收结论")
    assert owner.is_told("成果已退回")


def accept(owner: Visitor) -> None:
    owner.open("/workbench")
    owner.follow("验收中介机构提交的成果")
    owner.page.get_by_label("验收通过", exact=True).check()
    owner.press("提交验收结论")
    assert owner.is_told("合同办结")


def what_anyone_reads(town: Town, number: str) -> None:
    public = town.visitor()
    public.open(f"/contracts/{number}")
    assert public.reads(CLAUSE)
    assert public.reads("完成 60%")
    assert not public.reads("用地红线图尚未收到")
    public.open("/contracts/reviewers")
    assert public.reads("太少，不公布")
