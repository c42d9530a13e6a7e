"""Notices of holidays as files, imported and confirmed by the real actions."""

from market.access import OrgKind, Role
from market.calendar import provisional_calendar
from market.calendar.csvfile import write_notice
from market.db import Actor, unit_of_work
from market.holidays import actions, queries
from market.holidays.model import HolidayNotice
from market.installation import Installation
from tests.market.factories.accounts import a_person, actor_for

NUMBER_2027 = "国办发明电〔2026〕8号"


def the_notice_of_2027() -> bytes:
    """A notice as the one of 2027 may be: the Spring Festival grows, a Sunday is worked."""
    return """标题,国务院办公厅关于2027年部分节假日安排的通知
文号,国办发明电〔2026〕8号
发布日期,2026-02-27
来源,测试
年份,2027
日期,安排,节日,条款
2027-01-01,放假,元旦,一
2027-01-02,放假,元旦,一
2027-01-03,放假,元旦,一
2027-02-05,放假,春节,二
2027-02-06,放假,春节,二
2027-02-07,放假,春节,二
2027-02-08,放假,春节,二
2027-02-09,放假,春节,二
2027-02-10,放假,春节,二
2027-02-11,放假,春节,二
2027-01-31,上班,春节,二
2027-04-05,放假,清明节,三
""".encode()


def an_amendment(number: str, amends: str, year: int, *days: tuple[str, str]) -> bytes:
    """A notice that amends another: each day with what it becomes."""
    head = [
        f"标题,国务院办公厅关于调整{year}年放假安排的通知",
        f"文号,{number}",
        "发布日期,2026-03-01",
        "来源,测试",
        f"年份,{year}",
        f"修改文号,{amends}",
        "日期,安排,节日,条款",
    ]
    return "\n".join([*head, *(f"{day},{kind},调整,一" for day, kind in days)]).encode()


def as_imported(year: int) -> bytes:
    """A governing notice in the form in which one is imported."""
    annual = [n for n in provisional_calendar().notices if n.year == year and not n.amends]
    return write_notice(annual[0]).encode()


def an_operator(here: Installation) -> Actor:
    """Return a person of the operator's, of an organisation of their own."""
    return actor_for(here, a_person(here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR))


def proposed(here: Installation, content: bytes, by: Actor | None = None) -> int:
    """Import a notice; return the import's id."""
    with unit_of_work(here.sessions, by or an_operator(here), here.clock) as work:
        return actions.propose(work, content).id


def confirmed(here: Installation, content: bytes) -> HolidayNotice:
    """Import a notice and let a second person put it to use."""
    import_id = proposed(here, content)
    with unit_of_work(here.sessions, an_operator(here), here.clock) as work:
        return actions.confirm(work, queries.by_id(work, import_id))
