"""A regulator watches: every draw with its verification, fees, clocks and cases of its trades."""

import pytest

from market.draws.model import Draw
from tests.market.factories.contracts import Agreed, a_running_contract
from tests.market.factories.credit import a_case, a_report, an_officer
from tests.market.factories.draws import an_open_draw, enrol
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
SERVICE = "可行性研究报告编制"
CONTRACTED = f"城东片区道路工程{SERVICE}"
DRAWN = f"城西片区管网工程{SERVICE}"
OPEN = f"城北片区公园工程{SERVICE}"
OWN_GROUP, OTHER_GROUP = "01", "03"


def test_a_regulator_checks_what_is_its_own_and_sees_nothing_else(town: Town):
    officer = an_officer(town.here, OWN_GROUP)
    agreed = a_running_contract(town.here, town.city.clock, city=town.city, title=CONTRACTED)
    drawn = an_open_draw(town.city, title=DRAWN, mode="D2")
    enrol(town.city, drawn)
    town.hold(drawn)
    running = an_open_draw(town.city, title=OPEN, mode="D2")
    enrol(town.city, running)
    firm, _ = town.city.firms[0]
    a_report(town.here, firm, officer)
    case = a_case(town.here, firm, officer)
    regulator = town.visitor(officer)
    checks_the_draws(town, regulator, drawn, running)
    reads_fees_clocks_and_cases(town, regulator, agreed, case.number)
    another = town.visitor(an_officer(town.here, OTHER_GROUP))
    sees_nothing(another, firm.code, case.number)


def checks_the_draws(town: Town, regulator: Visitor, drawn: Draw, running: Draw) -> None:
    regulator.follow("监督总览")
    assert regulator.reads("通过 2 次")
    regulator.follow("摇号记录")
    assert verdict(regulator, CONTRACTED) == "通过（演示模式）"
    assert verdict(regulator, DRAWN) == "通过"
    assert verdict(regulator, OPEN) == "尚无结果"
    regulator.follow(DRAWN)
    assert regulator.reads("核验通过")
    assert regulator.page.locator("#order tbody tr").count() == len(town.city.firms)
    # Before the freeze nobody is told who enrolled, a regulator neither.
    regulator.open(f"/draws/{town.number(running)}")
    html = regulator.page.content()
    assert not any(firm.name in html or firm.code in html for firm, _ in town.city.firms)


def verdict(regulator: Visitor, title: str) -> str:
    row = regulator.page.locator("tbody tr").filter(has_text=title)
    return row.locator("td").last.inner_text().strip()


def reads_fees_clocks_and_cases(
    town: Town, regulator: Visitor, agreed: Agreed, case_number: str
) -> None:
    regulator.open("/oversight/fees")
    row = regulator.page.locator("tbody tr").filter(has_text=SERVICE)
    assert row.locator("td").first.inner_text().strip() == str(len(town.city.firms))
    regulator.follow("服务时限")
    assert regulator.reads(agreed.contract().number)
    regulator.follow("信用案件")
    regulator.follow(case_number)
    assert regulator.reads("提供虚假材料")
    assert regulator.reads("已告知，陈述申辩中")


def sees_nothing(another: Visitor, firm_code: str, case_number: str) -> None:
    for board in ("", "/draws", "/fees", "/clocks", "/cases", "/contracts"):
        another.open(f"/oversight{board}")
        shown = another.page.get_by_role("main").inner_text()
        assert SERVICE not in shown, board
        assert firm_code not in shown, board
        assert case_number not in shown, board
    for address in (f"/credit/cases/{case_number}", f"/credit/firms/{firm_code}"):
        another.open(address)
        assert another.reads("没有找到"), address
