"""A suspension that is refused: by the owner with a reason, then by the operator after silence."""

from datetime import timedelta

import pytest

from market.calendar import default_calendar
from market.clock import beijing_day
from tests.market.factories.contracts import Agreed, a_running_contract
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
FACTS = "现场拆迁未完成，测点无法布设，见现场照片编号 1-6。"
REASON = "场地已于上周移交，见移交单，不同意挂起。"
DECISION = "移交单有双方签字，申请与事实不符。"


def test_a_suspension_is_refused_and_time_goes_on(town: Town):
    agreed = a_running_contract(town.here, town.city.clock, city=town.city)
    address, due_at = f"/clocks/{agreed.clock().id}", agreed.clock().due_at
    town.wait(timedelta(days=1))
    firm = town.visitor(agreed.firm)
    ask(firm, address)
    refuse(town.visitor(agreed.owner))
    assert agreed.clock().due_at == due_at
    town.wait(timedelta(hours=1))
    ask(firm, address)
    town.wait_until(agreed.clock().due_at - timedelta(days=2))
    the_operator_refuses(town)
    everybody_reads_why(town, address)
    the_firm_paid_for_every_day(town, address, agreed)
    assert agreed.clock().due_at == due_at


def ask(firm: Visitor, address: str) -> None:
    firm.open(address)
    firm.follow("申请挂起")
    assert firm.reads("逾期不答复的，不视为同意")
    assert firm.page.get_by_text("民法典第七百七十八条").count() > 0
    firm.choose("挂起事由", "现场不具备条件（计入业主）")
    firm.fill("事实和依据", FACTS)
    firm.fill("申请挂起", "4")
    firm.press("提交申请")
    assert firm.is_told("对方确认前继续计时")
    assert firm.reads("待对方确认")


def refuse(owner: Visitor) -> None:
    owner.follow("答复挂起申请")
    assert owner.reads(FACTS)
    owner.page.get_by_label("不同意").check()
    owner.press("提交答复")
    assert "至少 5 个字" in owner.complaint("理由")
    owner.fill("理由", REASON)
    owner.press("提交答复")
    assert owner.is_told("答复已登记")


def the_operator_refuses(town: Town) -> None:
    operator = town.visitor(town.city.operator)
    operator.follow("决定对方未答复的挂起申请")
    operator.page.get_by_label("不同意").check()
    operator.fill("理由", DECISION)
    operator.press("提交答复")
    assert operator.is_told("决定已登记")


def everybody_reads_why(town: Town, address: str) -> None:
    public = town.visitor(viewport={"width": 390, "height": 844})
    public.open(address)
    rows = public.page.locator("#suspensions tbody tr").all_inner_texts()
    assert [("未同意" in row, REASON in row, DECISION in row) for row in rows] == [
        (True, False, True),
        (True, True, False),
    ]


def the_firm_paid_for_every_day(town: Town, address: str, agreed: Agreed) -> None:
    public = town.visitor()
    public.open(address)
    started_on, today = beijing_day(agreed.contract().materials_at), beijing_day(town.city.clock())
    used = default_calendar().working_days_between(started_on, today)
    events = public.page.locator("#events tbody tr")
    assert events.count() == 1
    assert f"{used} 个工作日" in events.inner_text()
    assert public.page.locator("#cards").inner_text().count("黄牌") == 1
