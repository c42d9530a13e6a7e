"""A bad day: two clicks, a late form, the wrong door, a cut line, a server that dies."""

from datetime import timedelta

import pytest
from playwright.sync_api import Route

from market.draws.model import Draw, Enrolment
from market.draws.rules import AwardState
from market.needs.model import Need
from tests.market.factories.draws import an_open_draw, enrol
from tests.market.factories.needs import a_need as somebody_elses_need
from tests.market.factories.needs import an_owner
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
TITLE = "城东片区道路工程可行性研究报告编制"
CONTENT = "编制可行性研究报告，配合评估与报批。"
REASON = "项目负责人突发重病，无法按期组织实施。"


def test_two_clicks_and_two_tabs_have_one_effect(town: Town):
    draw = an_open_draw(town.city)
    _, delegate = town.city.firms[0]
    firm = town.visitor(delegate)
    path = f"/draws/{town.number(draw)}/enrol"
    firm.open(path)
    second_tab = Visitor(firm.page.context.new_page(), town.base)
    second_tab.open(path)
    with firm.page.expect_navigation():
        firm.page.get_by_role("button", name="确认报名").dblclick()
    firm.look()
    assert firm.is_told("报名成功")
    assert len(enrolments(town, draw)) == 1
    second_tab.press("确认报名")
    assert second_tab.reads("无需重复报名")
    second_tab.follow("查看回执")
    assert second_tab.reads("报名序号")
    assert len(enrolments(town, draw)) == 1


def enrolments(town: Town, draw: Draw) -> list[Enrolment]:
    with town.city.reading() as work:
        return work.session.query(Enrolment).filter_by(draw_id=draw.id).all()


def test_a_form_sent_after_its_second_is_refused_and_its_text_is_kept(town: Town):
    draw = an_open_draw(town.city)
    enrol(town.city, draw)
    town.wait_until(draw.enrol_close_at - timedelta(minutes=1))
    late_owner = town.visitor(town.city.clerk)
    late_owner.open(f"/draws/withdraw/{draw.need_id}")
    late_owner.choose("取消原因", "资金未落实或有调整")
    late_owner.fill("撤回理由", REASON)
    # The clock strikes; no job has run yet.
    town.city.clock.move_to(draw.enrol_close_at)
    late_owner.press("申请撤回公告")
    assert late_owner.reads("10:00:00 截止")
    assert late_owner.reads(REASON)
    town.hold(draw)
    (award,) = town.city.awards(draw.id)
    town.wait_until(award.publicity_ends_at)
    (award,) = town.city.awards(draw.id)
    town.wait_until(award.answer_by_at - timedelta(minutes=1))
    winner = town.visitor(town.city.delegate_of(award))
    winner.follow("确认或放弃中选")
    winner.fill("放弃理由", REASON)
    town.city.clock.move_to(award.answer_by_at)
    winner.press("放弃中选")
    assert winner.reads("确认期限已于")
    assert winner.reads(REASON)
    assert [one.state for one in town.city.awards(draw.id)] == [AwardState.OFFERED]


def test_the_wrong_door_says_so(town: Town):
    _, delegate = town.city.firms[0]
    firm = town.visitor(delegate)
    for path in ("/needs/new", "/needs/checks", "/oversight", "/draws/supervisor", "/people"):
        firm.open(path)
        assert firm.reads("您的账号没有办理此事的权限"), path
    clerk = town.visitor(town.city.clerk)
    other = somebody_elses_need(town.here, town.city.clock, owner=an_owner(town.here))
    clerk.open(f"/needs/{other.id}/own")
    assert clerk.reads("没有找到这个页面或事项")
    assert not clerk.reads(other.title)
    nobody = town.visitor()
    nobody.open("/needs/mine")
    assert nobody.page.url.startswith(f"{town.base}/sign-in")


def test_a_line_cut_before_the_server_or_behind_it_loses_nothing(town: Town):
    clerk = town.visitor(town.city.clerk)
    for number, cut in enumerate((cut_before, cut_behind), 1):
        write(clerk)
        clerk.page.route("**/needs/new*", cut)
        clerk.page.get_by_role("button", name="保存草稿").click()
        clerk.page.wait_for_url("chrome-error:**")
        clerk.page.unroute("**/needs/new*")
        # Nobody but the browser can say so, and its reader presses "reload".
        clerk.page.reload()
        clerk.look()
        assert clerk.reads(CONTENT)
        assert clerk.page.url.endswith(f"/needs/{number}/own")
    with town.city.reading() as work:
        assert work.session.query(Need).count() == number


def cut_before(route: Route) -> None:
    route.abort("internetdisconnected")


def cut_behind(route: Route) -> None:
    """The server hears, but its answer is lost."""
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def test_a_server_that_dies_between_two_requests_keeps_session_and_draft(town: Town):
    clerk = town.visitor(town.city.clerk)
    write(clerk)
    clerk.press("保存草稿")
    town.server.stop()
    clerk.page.get_by_role("link", name="修改", exact=True).click()
    clerk.page.wait_for_url("chrome-error:**")
    town.server.start()
    clerk.page.reload()
    clerk.look()
    assert clerk.page.get_by_label("服务内容和要求").input_value() == CONTENT
    with clerk.page.expect_response("**/needs/look?**"):
        clerk.fill("服务费上限", "97,000")
    town.server.stop()
    town.server.start()
    clerk.press("保存并提交审批")
    assert clerk.is_told("已提交内部审批")
    assert clerk.reads("97,000.00")


def write(clerk: Visitor) -> None:
    clerk.open("/needs/new?item=ZJ-01-001-02")
    clerk.fill("需求名称", TITLE)
    clerk.fill("所属项目名称", "城东片区道路工程")
    clerk.fill("项目规模", "道路全长 2.3 公里")
    clerk.fill("服务内容和要求", CONTENT)
    clerk.fill("资金来源", "市级财政资金100%")
    clerk.fill("服务费上限", "98,000")
    clerk.fill("联系电话", "0755-82001234")
