"""A firm named without a draw: within the limits, by two people, in public; beyond them refused."""

import pytest

from market.draws.model import Award
from tests.market.factories.direct import a_named_choice, a_small_need, choice_facts
from tests.market.factories.draws import a_project
from tests.stories.acts import write
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
REASON = "零星补充报告，金额很小，该机构承担了前期勘察，熟悉现场情况，可当周完成。"


def test_a_small_job_is_given_in_public_and_the_third_one_is_refused(town: Town):
    a_named_choice(town.city, need=a_small_need(town.city, **a_project(5)))
    clerk = town.visitor(town.city.clerk)
    write(clerk, "滨河路挡墙零星勘察", "9,500")
    clerk.press("保存草稿")
    clerk.follow("直接选取")
    assert clerk.reads("能摇号的请摇号")
    too_dear(town, clerk)
    clerk.fill("价格", "9,000")
    clerk.press("提交审批")
    assert clerk.is_told("已提交本单位另一人审批")
    approve_and_check(town)
    what_anybody_sees(town)
    the_firm_accepts(town)
    the_third_is_refused(town)


def too_dear(town: Town, clerk: Visitor) -> None:
    """A price above the ceiling is refused beside its field, and what was typed is kept."""
    clerk.page.get_by_label("金额在规定限额以下").check()
    clerk.page.get_by_label("财政性资金").check()
    clerk.fill("机构的统一社会信用代码", town.city.firms[0][0].code)
    clerk.fill("公开理由", REASON)
    clerk.fill("价格", "9,600")
    clerk.press("提交审批")
    assert "9,500" in clerk.complaint("价格")
    assert clerk.page.get_by_label("公开理由").input_value() == REASON


def approve_and_check(town: Town) -> None:
    """The leader approves what the clerk wrote, and the operator publishes it."""
    leader = town.visitor(town.city.approver)
    leader.follow("审批直接选取")
    assert leader.reads(REASON)
    leader.press("审批通过")
    assert leader.is_told("转运营机构核验")
    operator = town.visitor(town.city.operator)
    operator.follow("核验直接选取")
    assert operator.reads("没有把一个项目拆成几次直接选取")
    operator.press("核验通过并公示")


def what_anybody_sees(town: Town) -> None:
    """Who, why and how much, and how much of the caps is used."""
    public = town.visitor(**PHONE)
    public.open("/awards")
    public.follow("没有摇号的项目见")
    public.follow("滨河路挡墙零星勘察")
    for words in ("本项目没有摇号", REASON, "¥9,000.00", town.city.firms[0][0].name, "2 / 2"):
        assert public.reads(words)


def the_firm_accepts(town: Town) -> None:
    """After the publicity the firm is asked, and takes the work on."""
    with town.city.reading() as work:
        ends_at = max(award.publicity_ends_at for award in work.session.query(Award))
    town.wait_until(ends_at)
    firm = town.visitor(town.city.firms[0][1], **PHONE)
    firm.page.get_by_role("link", name="确认是否承接直接选取的项目").last.click()
    firm.look()
    firm.press("确认承接")
    assert firm.is_told("已确认承接")


def the_third_is_refused(town: Town) -> None:
    """The same owner and firm once more: refused with the count, the cap and its source."""
    need = a_small_need(town.city, title="滨河路护栏零星勘察", **a_project(6))
    clerk = town.visitor(town.city.clerk)
    clerk.open(f"/direct/choose/{need.id}")
    clerk.page.get_by_label("金额在规定限额以下").check()
    clerk.page.get_by_label("财政性资金").check()
    clerk.fill("机构的统一社会信用代码", choice_facts(town.city).firm_code)
    clerk.fill("公开理由", REASON)
    clerk.fill("价格", "5,000")
    clerk.press("提交审批")
    for words in ("超过上限", "已有 2 次", "上限为 2 次", "请改为公开摇号选取"):
        assert clerk.reads(words)
