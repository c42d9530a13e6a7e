"""A firm defends itself at a hearing and wins; another's blacklisting ends by itself."""

import pytest

from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.credit.cases.rules import ends_at
from market.credit.rules import BreachKind
from tests.market.factories.credit import (
    a_case,
    a_decider,
    a_report,
    an_officer,
    decide,
    working_days_later,
)
from tests.market.factories.firms import Person
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
DEFENCE = "多收的费用系业主另行委托的加急检测，有补充合同和付款凭证，不属于加价。"
RECORD = "当事人出示补充合同原件和付款凭证，经核对与其陈述一致，提出人没有异议。"
REASONS = "听证查明所收费用有补充合同依据，加价的事实不成立，本案不予处理。"


def test_a_firm_is_heard_and_wins(town: Town):
    firm, delegate = town.city.firms[0]
    officer = an_officer(town.here)
    a_report(town.here, firm, officer, BreachKind.EXTRA_CHARGE)
    case = a_case(town.here, firm, officer)
    visitor = town.visitor(delegate)
    asks_to_be_heard(visitor)
    chair = a_decider(town.here)
    on = summon(town, chair, case.number)
    town.wait_until(on)
    visitor.sign_in_again()
    visitor.open(f"/credit/cases/{case.number}")
    assert visitor.reads("政务中心三楼听证室")
    record(town, chair)
    dismissed_by_two(town, case.number)
    visitor.open(f"/credit/cases/{case.number}")
    assert visitor.reads(REASONS)
    assert visitor.reads("不予处理")
    public = town.visitor()
    public.open("/credit")
    assert not public.reads(firm.name)


def asks_to_be_heard(visitor: Visitor) -> None:
    visitor.follow("提出陈述申辩")
    visitor.follow("申请听证")
    visitor.fill("事实和理由", "太短")
    visitor.press("申请听证")
    assert "至少 20 个字" in visitor.complaint("事实和理由")
    visitor.fill("事实和理由", DEFENCE)
    visitor.press("申请听证")
    assert visitor.is_told("听证申请已提交")


def summon(town: Town, chair: Person, number: str):
    visitor = town.visitor(chair)
    visitor.follow("确定听证时间")
    soon = town.city.clock()
    visitor.fill("听证日期", f"{soon:%Y-%m-%d}")
    visitor.choose("时间", "10:00")
    visitor.fill("地点", "政务中心三楼听证室")
    visitor.choose("主持人", f"{chair.user.name}（{chair.user.username}）")
    visitor.press("发出听证通知")
    assert "听证日期不能早于" in visitor.complaint("听证日期")
    on = beijing(default_calendar().add_working_days(beijing_day(soon), 12), 10)
    visitor.fill("听证日期", f"{on:%Y-%m-%d}")
    visitor.press("发出听证通知")
    assert visitor.is_told("听证通知已发给机构")
    visitor.open(f"/credit/cases/{number}/decide")
    assert visitor.reads("现在不能办理此步骤")
    return on


def record(town: Town, chair: Person) -> None:
    visitor = town.visitor(chair)
    visitor.follow("登记听证笔录")
    visitor.choose("当事人是否到场", "到场")
    visitor.fill("听证笔录", RECORD)
    visitor.press("登记笔录")
    assert visitor.is_told("听证笔录已登记")


def dismissed_by_two(town: Town, number: str) -> None:
    first = town.visitor(a_decider(town.here))
    first.follow("决定信用案件")
    assert first.reads(RECORD)
    first.choose("决定", "不予处理")
    first.fill("决定的理由", REASONS)
    first.press("拟定决定")
    assert first.is_told("等待另一人确认")
    second = town.visitor(a_decider(town.here))
    second.open(f"/credit/cases/{number}")
    second.follow("确认决定")
    second.choose("确认意见", "同意")
    second.press("提交确认意见")
    assert second.is_told("确认意见已记录")


def test_a_blacklisting_ends_by_itself(town: Town):
    firm, _ = town.city.firms[1]
    officer = an_officer(town.here)
    a_report(town.here, firm, officer, BreachKind.EXTRA_CHARGE)
    case = a_case(town.here, firm, officer, months=3)
    working_days_later(town.city.clock, 5)
    case = decide(town.here, case, a_decider(town.here))
    public = town.visitor()
    public.open("/credit")
    assert not public.reads(firm.name)
    town.wait_until(case.effective_at)
    public.open("/credit")
    assert public.reads(firm.name)
    assert public.reads("全部服务事项")
    public.open(f"/firms/{firm.code}")
    assert public.reads("所有事项都不能报名")
    town.wait_until(ends_at(case.effective_at, 3))
    for page in ("/credit", f"/firms/{firm.code}"):
        public.open(page)
        assert not public.reads("不能报名")
        assert not public.reads(case.number)
