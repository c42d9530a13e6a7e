"""An owner buys a service: from the first line of a need to the accepted deliverable."""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter

from lottery.beacon import vrf
from market.access import OrgKind, Role
from market.contracts.model import Contract
from market.contracts.queries import rounds_of
from market.contracts.rules import ContractState
from market.draws.model import Award, Draw
from market.needs.model import Need
from market.needs.rules import NeedState
from tests.market.factories.credit import working_days_later
from tests.market.factories.draws import SUPERVISOR_SECRET, enrol
from tests.market.factories.firms import Person, a_person
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
LONGEST_TITLE = 200
TITLE = "城东片区道路工程可行性研究报告编制"
CONTENT = "编制可行性研究报告，配合评估与报批。\n成果一式六份。"


def test_from_need_to_accepted_deliverable(town: Town, tmp_path: Path):
    clerk = town.visitor(a_clerk_who_may_also_approve(town))
    post(clerk)
    approve_and_publish(town)
    draw = the_draw(town)
    enrol(town.city, draw)
    hold_the_draw(town, draw)
    winner = confirm_award(town)
    papers = Papers(tmp_path)
    sign(clerk, winner, papers)
    serve(town, clerk, winner, papers)
    accounts_of_the_clock_sum_to_the_elapsed_time(town)
    with town.city.reading() as work:
        [contract] = work.session.query(Contract).all()
        [need] = work.session.query(Need).all()
        returned, accepted = (one.review for one in rounds_of(work, contract))
    assert (contract.title, contract.state) == (TITLE, ContractState.ACCEPTED)
    assert need.state is NeedState.COMPLETED
    assert (returned.accepted, accepted.accepted, accepted.by_silence) == (False, True, False)


@dataclass(frozen=True, slots=True)
class Papers:
    """The files of the story."""

    folder: Path

    def pdf(self, name: str) -> Path:
        """Return a PDF of one empty page, another one for another name."""
        writer, written = PdfWriter(), BytesIO()
        writer.add_metadata({"/Title": name})
        writer.add_blank_page(width=595, height=842)
        writer.write(written)
        return self._keep(name, written.getvalue())

    def text_called_pdf(self, name: str) -> Path:
        """Return a text that only its name calls a PDF."""
        return self._keep(name, "可行性研究报告（文本）".encode())

    def _keep(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


def a_clerk_who_may_also_approve(town: Town) -> Person:
    """Return a person whom only the separation of duties keeps from approving."""
    code = town.city.clerk.actor.org_code or ""
    roles = (Role.OWNER_CLERK, Role.OWNER_APPROVER)
    return a_person(town.here, OrgKind.OWNER, *roles, code=code, name="周敏")


def post(clerk: Visitor) -> None:
    clerk.follow("发布采购需求")
    clerk.follow("可行性研究报告编制", exact=True)
    clerk.fill("需求名称", TITLE * 12)
    clerk.fill("所属项目名称", "城东片区道路工程")
    clerk.fill("项目规模", "道路全长 2.3 公里，总投资 4800 万元")
    clerk.fill("服务内容和要求", CONTENT)
    clerk.fill("资金来源", "市级财政资金100%")
    clerk.fill("服务时限", "25")
    clerk.fill("联系电话", "82001234-")
    clerk.press("保存并提交审批")
    assert clerk.complaint("服务费上限").endswith("请填写此项。")
    assert "区号" in clerk.complaint("联系电话")
    assert clerk.complaint("服务时限") == ""
    assert len(clerk.page.get_by_label("需求名称").input_value()) == LONGEST_TITLE
    assert clerk.page.get_by_label("服务内容和要求").input_value() == CONTENT
    clerk.fill("需求名称", TITLE)
    clerk.fill("服务费上限", "98,000")
    clerk.fill("联系电话", "0755-82001234")
    clerk.press("保存并提交审批")
    assert "20" in clerk.complaint("服务时限")
    clerk.fill("服务时限", "15")
    clerk.press("保存并提交审批")
    assert clerk.is_told("已提交内部审批")
    # Whoever wrote it may not approve it, and the page says who may.
    assert clerk.page.get_by_role("button", name="审批通过").is_disabled()
    assert clerk.reads("审批须由本单位另一人办理")


def approve_and_publish(town: Town) -> None:
    approver = town.visitor(town.city.approver)
    approver.follow("审批采购需求")
    assert approver.reads(TITLE)
    approver.press("审批通过")
    assert approver.is_told("转运营机构审核")
    operator = town.visitor(town.city.operator)
    operator.follow("审核采购需求")
    assert operator.reads("98,000.00")
    operator.press("通过并发布公告")
    assert operator.is_told("公告已发布")
    assert operator.reads("平台与示范单位")


def the_draw(town: Town) -> Draw:
    with town.city.reading() as work:
        return work.session.query(Draw).one()


def hold_the_draw(town: Town, draw: Draw) -> None:
    """Close, freeze, and let the supervisor complete the value on a machine of its own."""
    town.wait_until(draw.enrol_close_at)
    town.wait_until(draw.phi_at)
    supervisor = town.visitor(town.city.supervisor)
    supervisor.follow("提交监督方证明值")
    commands = supervisor.page.locator("#run").inner_text()
    alpha = re.search(r"--alpha ([0-9a-f]+)", commands)[1]
    proof = vrf.prove(SUPERVISOR_SECRET, bytes.fromhex(alpha)).hex()
    supervisor.fill("证明值", proof[:-2])
    supervisor.press("核对并提交")
    assert "应为 160 位十六进制，现有 158 位" in supervisor.complaint("证明值")
    supervisor.fill("证明值", proof)
    supervisor.press("核对并提交")
    assert supervisor.is_told("结果已经得出")
    assert supervisor.reads("中选机构")


def confirm_award(town: Town) -> Visitor:
    with town.city.reading() as work:
        award = work.session.query(Award).one()
    town.wait_until(award.publicity_ends_at)
    winner = town.visitor(town.city.delegate_of(award))
    winner.follow("确认或放弃中选")
    winner.press("确认中选")
    assert winner.is_told("已确认中选")
    return winner


def sign(clerk: Visitor, winner: Visitor, papers: Papers) -> None:
    winner.open("/workbench")
    winner.follow("签订并提交合同")
    winner.upload("合同文件", papers.pdf("contract.pdf"))
    winner.press("提交合同")
    assert winner.is_told("等待对方确认")
    clerk.sign_in_again()
    clerk.follow("确认对方提交的合同")
    assert clerk.reads("与公告的差异")
    clerk.press("确认合同")
    assert clerk.is_told("合同已确认并公示")
    clerk.follow("登记资料移交")
    clerk.fill("移交资料清单", "项目建议书批复 1 份、测量图 1 套")
    clerk.press("资料已齐全，开始计时")
    assert clerk.is_told("服务时限开始计算")


def serve(town: Town, clerk: Visitor, winner: Visitor, papers: Papers) -> None:
    working_days_later(town.city.clock, 4)
    town.tick()
    winner.sign_in_again()
    winner.follow("提交服务成果")
    winner.fill("说明", "送审稿")
    winner.upload("成果文件", papers.text_called_pdf("report.pdf"))
    winner.press("提交成果")
    assert "内容与扩展名 .pdf 不符" in winner.complaint("成果文件")
    assert winner.page.get_by_label("说明").input_value() == "送审稿"
    deliver(winner, papers.pdf("report.pdf"))
    missing = "缺少投资估算一章，请补齐后重新提交。"
    review(town, clerk, "退回重做", reason="成果内容不完整", comment=missing)
    assert clerk.is_told("成果已退回")
    working_days_later(town.city.clock, 2)
    town.tick()
    winner.sign_in_again()
    winner.follow("修改被退回的成果")
    assert winner.reads(missing)
    deliver(winner, papers.pdf("report-2.pdf"))
    review(town, clerk, "验收通过", comment="同意接收。")
    assert clerk.is_told("合同办结")


def deliver(winner: Visitor, file: Path) -> None:
    winner.upload("成果文件", file)
    winner.press("提交成果")
    assert winner.is_told("成果已提交")


def review(town: Town, clerk: Visitor, outcome: str, *, comment: str, reason: str = "") -> None:
    working_days_later(town.city.clock, 1)
    town.tick()
    clerk.sign_in_again()
    clerk.follow("验收中介机构提交的成果")
    clerk.page.get_by_label(outcome, exact=True).check()
    if reason:
        clerk.choose("退回原因", reason)
        clerk.fill("依据的条款", "合同第5.2条")
    clerk.fill("意见", comment)
    clerk.press("提交验收结论")


def accounts_of_the_clock_sum_to_the_elapsed_time(town: Town) -> None:
    public = town.visitor()
    public.open("/contracts")
    public.follow("HT-2026-")
    assert public.reads("退回重做")
    clock = public.page.locator("#clock")
    bars = clock.locator(".z-bar__text span:last-child").all_inner_texts()
    said = r"合计 (\d+) 个工作日，等于计时期间经过的时间 (\d+) 个工作日（停止计时以后不计）"
    total = re.search(said, clock.inner_text())
    assert sum(int(text.split()[0]) for text in bars) == int(total[1]) == int(total[2]) > 0
