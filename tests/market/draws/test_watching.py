"""What those who watch over draws are told: the desk, every workbench, the owner, the screens."""

import re
from datetime import timedelta

import pytest

from lottery.beacon import vrf
from lottery.seed import commit as commitment_of
from market import log
from market.access import OrgKind, Role
from market.accounts.todo import todos
from market.clock import BEIJING
from market.demo.supervisor import Supervisor
from market.draws import actions, jobs, lists, queries
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.rules import LOST_AFTER, AwardState, DrawState, ReplacementState
from market.draws.views import watch
from market.needs.rules import NeedState
from tests.market.draws.believing import run_at
from tests.market.draws.test_calling_off import confirm, propose
from tests.market.draws.test_pages import site_of
from tests.market.draws.test_weights import rules as rules  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import (
    SUPERVISOR_SECRET,
    a_drawn_draw,
    a_frozen_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
)
from tests.market.factories.firms import a_person
from tests.market.factories.witnesses import witnessed

REASON = "同期项目较多，人员无法保证"
VALUE = b"\x33" * 32
SECOND = timedelta(seconds=1)


@pytest.fixture
def site(city):
    return site_of(city)


@pytest.fixture
def colleague(city):
    code = city.operator.actor.org_code
    return a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def told(site, person):
    """Return what a person's workbench asks for, with the terms."""
    with site.app.test_request_context(), site.city.work(person) as work:
        return {one.what: one for one in todos(work)}


def replacement(city, draw):
    with city.reading() as work:
        return work.session.query(Replacement).filter_by(draw_id=draw.id).one()


def decline(city, draw):
    award = city.awards(draw.id)[-1]
    with city.work(city.delegate_of(award)) as work:
        actions.decline(work, work.session.get_one(Award, award.id), REASON)
    jobs.run_due(city.here)
    return award


def name_of(city, award):
    return next(firm.name for firm, _ in city.firms if firm.id == award.firm_id)


@pytest.fixture
def vacant(city):
    """A draw of mode D2 with fresh alternates whose winner declined."""
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2", fresh_alternates=True)
    run_at(city, draw.phi_at)
    with city.work(city.supervisor) as work:
        proof = vrf.prove(SUPERVISOR_SECRET, queries.alpha_of(work, draw))
        actions.submit_trustee_proof(work, city.here, draw, draw.supervisor_key, proof)
    left = decline(city, draw)
    run_at(city, city.clock() + 5 * SECOND)
    assert replacement(city, draw).state is ReplacementState.WITNESSED
    return draw, left


def test_while_a_replacement_waits_nobody_reads_that_the_purchase_failed(site, vacant):
    draw, left = vacant
    at = replacement(site.city, draw).phi_at.astimezone(BEIJING)
    page = site.as_().get(site.path(draw)).text
    assert "流标" not in page.split('id="result"')[1].split("</section>")[0].replace(
        "本次采购没有流标", ""
    )
    assert "等待另行抽取递补机构" in page
    assert f"{at:%Y-%m-%d %H:%M:%S}" in page
    firm = site.as_(site.city.delegate_of(left))
    own = firm.get(f"/draws/award/{left.number}").text
    assert "另行抽取递补机构" in own
    assert "下一位" not in own
    with site.city.reading() as work:
        assert work.session.get_one(Replacement, 1).wanted
    assert site.city.need(draw.id).state is not NeedState.FAILED


def test_once_nobody_is_left_the_page_says_that_the_purchase_failed(site):
    draw = a_drawn_draw(site.city, fresh_alternates=True, alternates=0)
    decline(site.city, draw)
    page = site.as_().get(site.path(draw)).text
    assert "没有机构递补，本次采购流标" in page
    assert "等待另行抽取" not in page


def test_in_an_order_the_next_alternate_is_named_until_there_is_none(site):
    draw = a_drawn_draw(site.city, alternates=1)
    for words in ("由原次序中的下一位候补机构递补", "已没有候补机构递补"):
        award = site.city.awards(draw.id)[-1]
        client = site.as_(site.city.delegate_of(award))
        path = f"/draws/award/{award.number}"
        assert words in client.get(path).text
        decline(site.city, draw)
        assert words in site.as_(site.city.delegate_of(award)).get(path).text


def test_the_supervisor_is_asked_again_with_a_term_that_is_not_over(site, vacant):
    draw, _ = vacant
    city = site.city
    row = replacement(city, draw)
    assert "提交监督方证明值" not in told(site, city.supervisor)
    desk = site.as_(city.operator).get("/draws/desk").text
    assert "到时请监督方在其工作台提交证明值" in desk
    assert "到时后自动抽取" not in desk
    run_at(city, row.phi_at)
    todo = told(site, city.supervisor)["提交监督方证明值"]
    assert todo.due_at == row.phi_at + (draw.result_by_at - draw.phi_at)
    assert todo.urgency_at(city.clock()) == "soon"
    with city.work(city.supervisor) as work:
        name = queries.trustees_of(work, city.draw(draw.id))[-1].organisation.name
    assert f"等待证明值：{name}" in site.as_(city.operator).get("/draws/desk").text
    assert site.number(draw) in site.as_(city.supervisor).get("/draws/supervisor").text


def test_the_stand_in_of_the_demonstration_answers_a_replacement_too(city, tmp_path):
    stand_in = Supervisor(city.here, city.supervisor.actor, tmp_path / "supervisor.key")
    stand_in.register()
    draw = a_frozen_draw(city, mode="D2", fresh_alternates=True)
    run_at(city, draw.phi_at)
    assert stand_in.answer() == 1
    decline(city, draw)
    run_at(city, city.clock() + 5 * SECOND)
    assert stand_in.answer() == 0
    run_at(city, replacement(city, draw).phi_at)
    assert stand_in.answer() == 1
    assert [award.state for award in city.awards(draw.id)] == [
        AwardState.DECLINED,
        AwardState.PUBLICITY,
    ]
    assert stand_in.answer() == 0


def test_a_firm_that_sealed_a_number_is_asked_to_reveal_it(site, rules):
    city = site.city
    rules(firm_commits="true")
    draw = an_open_draw(city)
    first, second = enrol(city, draw)[:2]
    (_, delegate), (_, other) = city.firms[:2]
    with city.work(delegate) as work:
        made = commitment_of(bytes.fromhex(draw.draw_hash), f"enrol:{first.sequence}", VALUE)
        actions.contributions.commit_as_firm(work, first, made)
    words = "揭示为摇号封存的数"
    assert words not in told(site, delegate)
    run_at(city, draw.enrol_close_at)
    todo = told(site, delegate)[words]
    assert todo.due_at == draw.reveal_by_at
    assert site.as_(delegate).get(todo.url).status_code == 200
    assert words not in told(site, other)
    page = site.as_().get(site.path(draw)).text
    assert "公告列明 0 方出数，报名机构也可以出数，有 1 家封存" in page
    screen = site.as_().get(site.path(draw, "screen")).text
    assert "揭示出数" in screen
    assert "等待揭示" in screen
    with city.work(delegate) as work:
        actions.contributions.reveal_as_firm(work, first, VALUE)
    assert words not in told(site, delegate)
    assert VALUE.hex()[:16] in site.as_().get(site.path(draw, "screen")).text
    assert second.sequence == 1


def test_a_firm_that_forgot_is_asked_no_more_when_the_time_is_over(site, rules):
    city = site.city
    rules(firm_commits="true")
    draw = an_open_draw(city)
    first = enrol(city, draw)[0]
    _, delegate = city.firms[0]
    with city.work(delegate) as work:
        made = commitment_of(bytes.fromhex(draw.draw_hash), f"enrol:{first.sequence}", VALUE)
        actions.contributions.commit_as_firm(work, first, made)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.reveal_by_at + SECOND)
    assert "揭示为摇号封存的数" not in told(site, delegate)


def test_an_order_to_call_off_waits_for_the_other_person(site, colleague):
    city = site.city
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    run_at(city, draw.phi_at)
    run_at(city, draw.phi_at + LOST_AFTER)
    words = "核对另一人登记的书面决定，办理终止"
    assert words not in told(site, colleague)
    assert "待另一人核对后终止" not in site.as_(colleague).get("/draws/desk").text
    order = propose(city, city.operator, draw)
    assert words in told(site, colleague)
    assert words not in told(site, city.operator)
    for person, line in (
        (colleague, "请核对原件后办理终止"),
        (city.operator, "请另一名经办人核对"),
    ):
        desk = site.as_(person).get("/draws/desk").text
        assert "待另一人核对后终止" in desk
        assert line in desk
    confirm(city, colleague, draw, order)
    assert words not in told(site, colleague)
    assert "待另一人核对后终止" not in site.as_(colleague).get("/draws/desk").text


def test_a_lost_replacement_is_called_off_by_the_other_person_too(site, vacant, colleague):
    draw, _ = vacant
    city = site.city
    run_at(city, replacement(city, draw).phi_at + LOST_AFTER)
    order = propose(city, city.operator, draw)
    with city.reading() as work:
        assert [row.draw.id for row, _ in lists.to_be_called_off(work)] == [draw.id]
    assert "待另一人核对后终止" in site.as_(colleague).get("/draws/desk").text
    confirm(city, colleague, draw, order)
    with city.reading() as work:
        assert lists.to_be_called_off(work) == []


def over(page):
    """Return the group of the desk that lists what is over."""
    found = re.search(r'<h2 id="over">.*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def test_the_desk_keeps_what_is_over_today_and_what_was_called_off_until_it_is_seen(site):
    city = site.city
    failed = an_open_draw(city, title="另一项可行性研究")
    draw = a_drawn_draw(city)
    assert city.draw(failed.id).state is DrawState.VOID
    group = over(site.as_(city.operator).get("/draws/desk").text)
    assert site.number(draw) in group
    assert name_of(city, city.awards(draw.id)[0]) in group
    assert site.number(failed) in group
    assert "报名家数不足" in group
    assert told(site, city.operator)["查看近日终止的摇号及原因"].count == 1
    run_at(city, city.draw(failed.id).voided_at + timedelta(days=1))
    group = over(site.as_(city.operator).get("/draws/desk").text)
    assert site.number(draw) not in group
    assert site.number(failed) in group
    run_at(city, city.draw(failed.id).voided_at + timedelta(days=5))
    assert over(site.as_(city.operator).get("/draws/desk").text) == ""
    assert "查看近日终止的摇号及原因" not in told(site, city.operator)


def test_a_session_counts_its_draws_that_are_over(site):
    city = site.city
    failed = an_open_draw(city, title="另一项可行性研究")
    draw = a_frozen_draw(city)
    assert city.draw(failed.id).phi_at == draw.phi_at
    desk = site.as_(city.operator).get("/draws/desk").text
    assert "2 次摇号，其中 1 次已结" in desk
    assert "本场共 2 次摇号" in site.as_().get(desk_screen(desk)).text


def desk_screen(desk):
    return re.search(r'href="(/draws/sessions/[^"]+)"', desk)[1]


def test_a_closed_enrolment_is_not_overdue(site):
    city = site.city
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at + SECOND)
    desk = site.as_(city.operator).get("/draws/desk").text
    assert "报名已截止" in desk
    assert desk.count("已逾期") == desk.count('data-late="已逾期"')


def test_the_owner_is_told_the_result_and_who_follows(site):
    city = site.city
    draw = a_frozen_draw(city, alternates=1)
    need = city.need(draw.id)
    own = f"/needs/{need.id}/own"
    assert 'id="outcome"' not in site.as_(city.clerk).get(own).text
    run_at(city, draw.phi_at)
    award = city.awards(draw.id)[0]
    winner = name_of(city, award)
    assert f"摇号结果已出，{winner}中选，正在公示" in told(site, city.clerk)
    page = site.as_(city.clerk).get(own).text
    with city.reading() as work:
        second = queries.places_of(work, city.draw(draw.id))[1][1].name
    for words in (winner, second, award.number, "公示期满", "查看摇号全部结果"):
        assert words in page
    assert winner in site.as_(city.approver).get(own).text
    decline(city, draw)
    assert f"原中选机构已退出，{second}递补，正在公示" in told(site, city.clerk)
    page = site.as_(city.clerk).get(own).text
    assert REASON in page
    assert "已放弃" in page
    assert "没有候补机构" in page


def test_the_owner_is_told_that_a_replacement_waits(site, vacant):
    draw, left = vacant
    city = site.city
    assert "中选机构已退出，等待另行抽取递补机构" in told(site, city.clerk)
    page = site.as_(city.clerk).get(f"/needs/{city.need(draw.id).id}/own").text
    assert "请不要签订合同" in page
    assert name_of(city, left) in page
    at = replacement(city, draw).phi_at.astimezone(BEIJING)
    assert f"{at:%Y-%m-%d %H:%M:%S}" in page


def test_after_the_term_of_publicity_the_owner_waits_for_the_firm_and_then_for_nobody(site):
    city = site.city
    draw = a_drawn_draw(city)
    run_at(city, city.awards(draw.id)[0].publicity_ends_at)
    winner = name_of(city, city.awards(draw.id)[0])
    words = f"公示期满，等待{winner}确认中选"
    assert words in told(site, city.clerk)
    own = f"/needs/{city.need(draw.id).id}/own"
    assert "公示期满，等待中选机构确认" in site.as_(city.clerk).get(own).text
    award = city.awards(draw.id)[0]
    with city.work(city.delegate_of(award)) as work:
        actions.confirm(work, work.session.get_one(Award, award.id))
    assert words not in told(site, city.clerk)
    assert "签约期限" in site.as_(city.clerk).get(own).text


def test_the_screen_of_a_session_marks_who_left(site, vacant):
    draw, left = vacant
    key = watch.session_key(draw)
    card = site.as_().get(f"/draws/sessions/{key}/screen").text
    assert "s-winner--left" in card
    assert name_of(site.city, left) in card
    assert "另行抽取递补" in card
    english = site.as_().get(f"/draws/sessions/{key}/screen?lang=en").text
    assert re.search(r"</span> <span class=\"s-winner__left\">", english)


def test_witnesses_are_counted_in_words(city, tmp_path):
    with witnessed(city, tmp_path / "witnesses") as (seen, _, _):
        an_open_draw(seen)
        log.sequence(seen.here)
        quorum = watch.quorum(seen.here)
        desk = site_of(seen).as_(seen.operator).get("/draws/desk").text
        assert quorum.is_plain
        assert f"{quorum.of} 家见证人中至少要有 {quorum.needed} 家" in desk
        assert quorum.name not in desk


def test_the_desk_calls_a_lottery_as_the_forms_do(site):
    draw = an_open_draw(site.city, mode="B", issue="2026063")
    enrol(site.city, draw)
    run_at(site.city, draw.enrol_close_at)
    run_at(site.city, draw.phi_at)
    desk = site.as_(site.city.operator).get("/draws/desk").text
    assert "等待录入福彩快乐8 第 2026063 期号码" in desk
    assert "cwl-kl8" not in desk


def test_a_slash_too_many_leads_to_the_page(site):
    client = site.as_()
    for path in ("/draws/", "/draws/?state=open", "/needs/nothing/here/"):
        answer = client.get(path)
        if "nothing" in path:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 308
            assert answer.location == path.replace("draws/", "draws")


def test_a_supervisor_is_told_of_a_proof_before_its_instant_and_that_it_was_handed_in(site):
    city = site.city
    a_supervisor_key(city)
    draw = an_open_draw(city, mode="D2")
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at - timedelta(hours=1))
    at = draw.phi_at.astimezone(BEIJING)
    coming = told(site, city.supervisor)[f"监督方证明值未交，{at:%m-%d %H:%M} 起可以提交"]
    assert coming.due_at == draw.result_by_at
    page = site.as_(city.supervisor).get("/draws/supervisor").text
    assert ("未到时" in page, "已交" in page) == (True, False)
    run_at(city, draw.phi_at)
    client = site.as_(city.supervisor)
    assert "未交" in client.get("/draws/supervisor").text
    with city.reading() as work:
        alpha = queries.alpha_of(work, work.session.get_one(Draw, draw.id))
    proof = vrf.prove(SUPERVISOR_SECRET, alpha).hex()
    assert client.post(site.path(draw, "proof"), data={"proof": proof}).status_code == 303
    page = client.get("/draws/supervisor").text
    assert ("未交" in page, "已交" in page) == (False, True)
