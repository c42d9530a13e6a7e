"""A holiday notice moves forty deadlines: imported by one, put to use by another, seen by all."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from market import regulations
from market.access import OrgKind, Role
from market.calendar import end_of
from market.clocks import actions
from market.clocks.rules import Party
from market.db import Actor, unit_of_work
from market.installation import Installation
from tests.market.factories.clocks import PROCESS
from tests.market.factories.firms import a_person
from tests.market.factories.holidays import an_amendment
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
FORTY = 40
NUMBER = "国办发明电〔2026〕2号"
WAS, IS = "2026-03-23 24:00", "2026-03-24 24:00"
NOTICE = an_amendment(NUMBER, "国办发明电〔2025〕7号", 2026, ("2026-03-12", "放假"))


def test_a_holiday_notice_that_moves_forty_deadlines(town: Town, tmp_path: Path):
    clock_id = forty_clocks(town.here)
    clerk, colleague = (
        town.visitor(a_person(town.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK)) for _ in range(2)
    )
    a_wrong_file_is_told_line_by_line(clerk, tmp_path)
    import_it(clerk, tmp_path)
    put_it_to_use(colleague)
    public = town.visitor()
    public.open(f"/clocks/{clock_id}")
    assert public.reads("2026-03-23")
    assert not public.reads("期限变动")
    town.wait(timedelta(minutes=1))  # the worker counts again
    public.open(f"/clocks/{clock_id}")
    changes = public.page.locator("#changes").inner_text()
    for words in (WAS, IS, NUMBER):
        assert words in changes
    public.follow(NUMBER)
    assert public.page.locator("#changes .z-count").inner_text() == str(FORTY)
    public.look()
    public.open("/holidays/2026")
    public.look()


def forty_clocks(here: Installation) -> int:
    """Let forty services of nine working days run; return the last clock's id."""
    firm = a_person(here, OrgKind.FIRM, Role.FIRM_DELEGATE)
    owner = a_person(here, OrgKind.OWNER, Role.OWNER_CLERK)
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        clocks = [
            actions.start(
                work,
                subject=f"test:{number}",
                number=f"CS-2026-{number:06d}",
                title="城东片区道路工程环境影响报告表编制",
                holder=Party.FIRM,
                holder_org_id=firm.user.organisation_id,
                other_org_id=owner.user.organisation_id,
                limit=9,
                complete_at=work.now,
                regulation=regulations.current().by_id(PROCESS),
            )
            for number in range(FORTY)
        ]
        assert {clock.due_at for clock in clocks} == {end_of(date(2026, 3, 23))}
        return clocks[-1].id


def a_wrong_file_is_told_line_by_line(clerk: Visitor, folder: Path) -> None:
    wrong = folder / "wrong.csv"
    wrong.write_bytes(NOTICE.replace(b"2026-03-12", b"12.3."))
    clerk.open("/holidays/new")
    clerk.upload("通知文件（CSV）", wrong)
    clerk.press("导入，提交复核")
    assert clerk.reads("文件有 1 处错误")
    assert "8" in clerk.page.locator("#faults tbody").inner_text()


def import_it(clerk: Visitor, folder: Path) -> None:
    file = folder / "notice.csv"
    file.write_bytes(NOTICE)
    clerk.open("/workbench")
    clerk.follow("放假通知")
    clerk.follow("导入通知")
    clerk.upload("通知文件（CSV）", file)
    clerk.press("导入，提交复核")
    assert clerk.is_told("已导入")
    assert clerk.reads("由同事复核")
    clerk.look()


def put_it_to_use(colleague: Visitor) -> None:
    colleague.open("/workbench")
    colleague.follow("复核放假通知")
    assert colleague.page.locator("#days .z-count").inner_text() == "1"
    assert colleague.page.locator("#deadlines .z-count").inner_text() == str(FORTY)
    deadlines = colleague.page.locator("#deadlines").inner_text()
    assert deadlines.count(WAS) == deadlines.count(IS) == FORTY
    colleague.page.get_by_label("复核通过，启用").check()
    colleague.press("登记")
    assert colleague.is_told("已办理")
