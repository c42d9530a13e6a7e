"""The pages of draws, through the whole application."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta

import pytest

from lottery.beacon import vrf
from lottery.policy import parse_policy
from lottery.verify import alpha_to_prove
from market import log
from market.access import OrgKind, Role
from market.app import create_app
from market.draws import jobs, protocol, queries
from market.draws.actions.keys import possession_alpha
from market.draws.rules import LATEST_FREEZE, AwardState, DrawState, EnrolmentState
from market.needs.queries import locked as locked_need
from market.needs.rules import NeedState
from tests.market.draws.beacon_days import PHI_AT, ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.factories.accounts import sign_in
from tests.market.factories.draws import (
    SUPERVISOR_SECRET,
    a_checked_need,
    a_drawn_draw,
    a_frozen_draw,
    a_supervisor_key,
    an_offered_award,
    an_open_draw,
    enrol,
    withdraw_notice,
)
from tests.market.factories.firms import PASSWORD, a_person


@dataclass
class Site:
    """The application over a city, with a browser for anybody."""

    city: object
    app: object

    def as_(self, person=None):
        client = self.app.test_client()
        if person:
            sign_in(client, person.user, PASSWORD)
        return client

    def number(self, draw):
        with self.city.reading() as work:
            return queries.number_of(work, draw)

    def path(self, draw, *parts):
        return "/".join(["/draws", self.number(draw), *parts])


def site_of(city):
    app = create_app(city.here)
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=True, PROPAGATE_EXCEPTIONS=True)
    return Site(city, app)


@pytest.fixture
def site(city):
    return site_of(city)


def test_the_list_shows_every_draw_and_what_the_verifier_finds(site):
    drawn = a_drawn_draw(site.city)
    opened = an_open_draw(site.city, title="另一项可行性研究")
    page = site.as_().get("/draws")
    assert page.status_code == 200
    for draw in (drawn, opened):
        assert site.number(draw) in page.text
    assert "核验通过（演示模式）" in page.text
    assert "出结果后核验" in page.text


def test_the_list_is_filtered(site):
    a_drawn_draw(site.city)
    an_open_draw(site.city, title="另一项可行性研究")
    client = site.as_()
    assert "另一项可行性研究" not in client.get("/draws?state=drawn").text
    assert "另一项可行性研究" in client.get("/draws?q=另一项").text
    assert "没有符合条件的摇号" in client.get("/draws?mode=A").text
    assert client.get("/draws?state=nonsense&mode=%00&page=-7&q=%00").status_code == 200


def test_an_open_draw_explains_itself_and_names_nobody(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    log.sequence(site.city.here)
    for person in (None, site.city.operator, site.city.clerk, site.city.supervisor):
        page = site.as_(person).get(site.path(draw))
        assert page.status_code == 200
        assert "演示模式" in page.text
        assert "已报名（家）" in page.text
        for firm, _ in site.city.firms:
            assert firm.code not in page.text
            assert firm.name not in page.text


def test_no_page_of_the_operator_names_who_enrolled(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    log.sequence(site.city.here)
    client = site.as_(site.city.operator)
    for path in ("/draws/desk", "/workbench", site.path(draw, "exclude"), "/log/checkpoint"):
        page = client.get(path)
        assert page.status_code == 200
        assert not [f for f, _ in site.city.firms if f.code in page.text or f.name in page.text]


def test_a_firm_sees_its_own_enrolment_and_no_other(site):
    draw = an_open_draw(site.city)
    (first, delegate), (other, _) = site.city.firms[:2]
    enrol(site.city, draw)
    client = site.as_(delegate)
    assert "贵机构已报名" in client.get(site.path(draw)).text
    mine = client.get("/draws/mine").text
    assert site.number(draw) in mine
    assert other.code not in client.get(site.path(draw)).text
    assert first.name in mine


def test_a_firm_reads_the_rules_enrols_and_gets_its_receipt(site):
    draw = an_open_draw(site.city)
    _, delegate = site.city.firms[0]
    client = site.as_(delegate)
    form = client.get(site.path(draw, "enrol"))
    assert form.text.count("符合") >= 10
    assert "确认报名" in form.text
    answer = client.post(site.path(draw, "enrol"), follow_redirects=True)
    assert answer.status_code == 200
    assert "报名成功" in answer.text
    proof = client.get(site.path(draw, "receipt.tlog-proof"))
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\n")
    assert proof.headers["Cache-Control"] == "private, no-store"
    opening = client.get(site.path(draw, "receipt.json")).json
    assert opening["draw"] == draw.draw_hash
    again = client.post(site.path(draw, "enrol"))
    assert again.status_code == 409
    assert "无需重复报名" in again.text


def test_a_firm_takes_its_enrolment_back(site):
    draw = an_open_draw(site.city)
    _, delegate = site.city.firms[0]
    client = site.as_(delegate)
    client.post(site.path(draw, "enrol"))
    answer = client.post(site.path(draw, "withdraw"), follow_redirects=True)
    assert "已撤回报名" in answer.text
    with site.city.reading() as work:
        [row] = queries.entries_of(work, draw, "withdraw")
        place = queries.index_of(work, row.submission_id)
    shown = client.get(site.path(draw, "receipt")).text
    assert "撤回时间" in shown
    assert f"撤回在公开日志中的位置</dt><dd>第 {place} 条" in " ".join(shown.split())
    assert "名单不列贵机构" in shown
    assert "冻结名单列有贵机构。" not in shown
    with site.city.reading() as work:
        [enrolment] = queries.enrolments_of(work, draw)
    assert enrolment.state is EnrolmentState.WITHDRAWN
    assert client.post(site.path(draw, "withdraw")).status_code == 409


def test_a_firm_that_fails_a_rule_is_told_which_before_and_after_pressing(site):
    firm, delegate = site.city.firms[0]
    draw = an_open_draw(site.city, recusals=((firm.code, "与本单位存在诉讼"),))
    client = site.as_(delegate)
    page = client.get(site.path(draw, "enrol"))
    assert "与本单位存在诉讼" in page.text
    assert "确认报名" not in page.text
    pressed = client.post(site.path(draw, "enrol"))
    assert pressed.status_code == 409
    assert "不符合本次采购的报名条件" in pressed.text


def test_after_the_closing_second_the_form_says_so(site):
    draw = an_open_draw(site.city)
    site.city.clock.move_to(draw.enrol_close_at)
    client = site.as_(site.city.firms[0][1])
    assert "报名已经截止" in client.get(site.path(draw, "enrol")).text
    answer = client.post(site.path(draw, "enrol"))
    assert answer.status_code == 409
    assert "10:00:00" in answer.text


def test_another_firms_receipt_is_missing(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw, site.city.firms[0][1])
    client = site.as_(site.city.firms[1][1])
    for part in ("receipt", "receipt.tlog-proof", "receipt.json"):
        assert client.get(site.path(draw, part)).status_code == 404


def test_before_the_result_there_is_no_bundle_and_the_page_says_why(site):
    draw = a_frozen_draw(site.city)
    answer = site.as_().get(site.path(draw, "bundle.zip"))
    assert answer.status_code == 404
    assert "尚未出结果" in answer.text


def test_the_bundle_is_served_and_is_the_same_twice(site):
    draw = a_drawn_draw(site.city)
    client = site.as_()
    first, second = (client.get(site.path(draw, "bundle.zip")) for _ in range(2))
    assert first.data == second.data
    assert first.mimetype == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(first.data)).namelist()
    assert {"bundle.json", "list.ndjson", "cut.checkpoint"} <= set(names)
    assert client.get("/draws/policy.txt").text == site.city.policy()


def test_the_result_page_shows_everything_to_check_it_with(site):
    draw = a_drawn_draw(site.city)
    page = site.as_().get(site.path(draw)).text
    for firm, _ in site.city.firms:
        assert firm.code in page
    for wanted in (draw.seed, draw.freeze_hash, draw.draw_hash, "V14", "xxd -r -p | sha256sum"):
        assert wanted in page
    assert "核验通过（演示模式）" in page
    command = re.search(r"echo ([0-9a-f]+) \| xxd", page)
    with site.city.reading() as work:
        tickets = {place.ticket for place, _ in queries.places_of(work, draw)}
    assert protocol.digest(bytes.fromhex(command[1])) in tickets


def test_files_are_served_byte_for_byte(site):
    draw = a_drawn_draw(site.city)
    client = site.as_()
    for name in ("list.ndjson", "eligibility.json", "order.txt"):
        with site.city.reading() as work:
            body = queries.file_of(work, draw, name)
        assert client.get(site.path(draw, "file", name)).data == body
    assert client.get(site.path(draw, "file", "secret")).status_code == 404
    opened = an_open_draw(site.city)
    assert client.get(site.path(opened, "file", "list.ndjson")).status_code == 404


@pytest.mark.parametrize("number", ["GG-2026-999999", "nothing", "GG-%00"])
def test_a_draw_that_is_not_there_is_missing(site, number):
    client = site.as_()
    for part in ("", "/bundle.zip", "/file/list.ndjson"):
        assert client.get(f"/draws/{number}{part}").status_code == 404


def test_the_operator_publishes_a_checked_need(site):
    need = a_checked_need(site.city)
    answer = site.as_(site.city.operator).post(f"/draws/publish/{need.id}", follow_redirects=True)
    assert "公告已发布" in answer.text
    with site.city.reading() as work:
        draw = queries.draw_of_need(work, need.id)
    assert draw.state is DrawState.OPEN


def test_a_need_that_changed_under_the_operators_eyes_is_not_published(site):
    need = a_checked_need(site.city)
    answer = site.as_(site.city.operator).post(
        f"/draws/publish/{need.id}", data={"version": need.version - 1}
    )
    assert answer.status_code == 409
    assert "公告没有发布" in answer.text


def test_mode_d2_without_a_key_is_refused_with_what_to_do(site):
    need = a_checked_need(site.city)
    with site.city.work() as work:
        locked_need(work, need.id).mode = "D2"
    client = site.as_(site.city.operator)
    assert "请联系监督机构" in client.get(f"/needs/{need.id}/check").text
    answer = client.post(f"/draws/publish/{need.id}")
    assert answer.status_code == 409
    assert "请联系监督机构" in answer.text


def test_the_owner_withdraws_with_a_reason_and_keeps_what_it_typed(site):
    draw = an_open_draw(site.city)
    client = site.as_(site.city.clerk)
    path = f"/draws/withdraw/{draw.need_id}"
    assert client.get(path).status_code == 200
    short = client.post(path, data={"ground": "funding", "reason": "取消"})
    assert short.status_code in {409, 422}
    assert "取消</textarea>" in short.text
    asked = client.post(path, data={"ground": "funding", "reason": "资金计划调整，暂缓实施"})
    assert asked.status_code == 303
    assert site.city.need(draw.id).state is NeedState.OPEN
    assert client.post(f"{path}/1/confirm").status_code == 403
    assert site.as_(site.city.approver).post(f"{path}/1/confirm").status_code == 303
    assert site.city.need(draw.id).state is NeedState.WITHDRAWN
    assert "申请撤回公告" not in site.as_(site.city.clerk).get(path).text


def test_another_owner_cannot_withdraw_a_need(site, clock):
    draw = an_open_draw(site.city)
    other = a_city_clerk(site)
    answer = site.as_(other).post(
        f"/draws/withdraw/{draw.need_id}",
        data={"ground": "funding", "reason": "资金计划调整，暂缓实施"},
    )
    assert answer.status_code == 404
    assert site.city.draw(draw.id).state is DrawState.OPEN


def a_city_clerk(site):
    return a_person(site.city.here, OrgKind.OWNER, Role.OWNER_CLERK)


def test_the_winner_confirms_on_its_page(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    site = site_of(city)
    client = site.as_(drawn.delegate)
    path = f"/draws/award/{drawn.award.number}"
    assert "确认中选" in client.get(path).text
    assert "确认或放弃中选" in client.get("/workbench").text
    assert client.post(f"{path}/confirm").status_code == 303
    assert drawn.city.awards(drawn.draw.id)[0].state is AwardState.CONFIRMED
    again = client.post(f"{path}/confirm")
    assert again.status_code == 409
    assert "中选结果已有后续处理" in again.text


def test_the_winner_declines_with_a_reason(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    site = site_of(city)
    client = site.as_(drawn.delegate)
    path = f"/draws/award/{drawn.award.number}"
    assert client.post(f"{path}/decline", data={"reason": ""}).status_code == 422
    short = client.post(f"{path}/decline", data={"reason": "忙"})
    assert short.status_code == 409
    assert "忙</textarea>" in short.text
    answer = client.post(f"{path}/decline", data={"reason": "人员无法保证"}, follow_redirects=True)
    assert "已放弃中选" in answer.text
    page = site.as_().get(site.path(drawn.draw)).text
    assert "人员无法保证" in page
    assert "次序从未重新抽取" in page


def test_another_firm_cannot_open_or_answer_an_award(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    site = site_of(city)
    other = next(p for f, p in drawn.city.firms if f.id != drawn.award.firm_id)
    path = f"/draws/award/{drawn.award.number}"
    client = site.as_(other)
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/confirm").status_code == 404
    assert client.post(f"{path}/decline", data={"reason": "人员无法保证"}).status_code == 404


def test_the_courier_types_the_round(city, clock):
    draw = a_frozen_draw_of_mode_a(city)
    clock.move_to(PHI_AT)
    site = site_of(city)
    client = site.as_(city.operator)
    path = site.path(draw, "phi")
    assert str(ROUND) in client.get(path).text
    assert "为摇号录入信标轮次" in client.get("/workbench").text
    for typed, words in (
        ("abc", "不是轮次"),
        (f"{ROUND - 1} {SIGNATURE.hex()}", "公告指定的信标轮次"),
        (f"{ROUND} {'0' * 96}", "签名不是该轮次的真实签名"),
        (f"{ROUND} {SIGNATURE.hex()[:-1]}", "缺 1 位"),
    ):
        answer = client.post(path, data={"evidence": typed})
        assert answer.status_code == 409
        assert words in answer.text
        assert f"{typed}</textarea>" in answer.text
    typed = f"第 {ROUND} 轮\n签名：{SIGNATURE.hex().upper()}"
    assert client.post(path, data={"evidence": typed}).status_code == 303
    page = site.as_().get(site.path(draw)).text
    assert "核验通过" in page
    assert SIGNATURE.hex()[:-8] in page


def test_the_supervisor_registers_a_key_and_gives_its_proof(city, clock):
    site = site_of(city)
    client = site.as_(city.supervisor)
    assert "登记监督方随机密钥" in client.get("/workbench").text
    page = client.get("/draws/supervisor").text
    alpha = possession_alpha(city.supervisor.actor.org_code)
    assert alpha.hex() in page
    key = vrf.public_key(SUPERVISOR_SECRET).hex()
    proof = vrf.prove(SUPERVISOR_SECRET, alpha).hex()
    bad = client.post("/draws/supervisor", data={"public_key": key, "proof": "00" * 80})
    assert bad.status_code == 409
    short = client.post("/draws/supervisor", data={"public_key": key[:-2], "proof": proof})
    assert short.status_code == 422
    assert "现有 62 位" in short.text
    good = client.post("/draws/supervisor", data={"public_key": key, "proof": proof})
    assert good.status_code == 303
    draw = a_drawn_draw(city, mode="D2")
    client = site.as_(city.supervisor)  # Days have gone by.
    assert "提交监督方证明值" in client.get("/workbench").text
    wanted = client.get(site.path(draw, "proof"))
    with city.reading() as work:
        alpha = queries.alpha_of(work, draw)
    assert f"--alpha {alpha.hex()}" in wanted.text
    assert client.get(site.path(draw, "frozen.zip")).status_code == 200
    assert site.as_().get(site.path(draw, "frozen.zip")).status_code == 200
    wrong = client.post(site.path(draw, "proof"), data={"proof": proof})
    assert wrong.status_code == 409
    right = vrf.prove(SUPERVISOR_SECRET, alpha).hex()
    spaced = " ".join(right[place : place + 40] for place in range(0, 160, 40))
    assert client.post(site.path(draw, "proof"), data={"proof": spaced}).status_code == 303
    assert city.draw(draw.id).state is DrawState.DRAWN
    shown = site.as_().get(site.path(draw)).text
    assert "核验通过" in shown
    assert "随机数只由平台一方决定" not in shown


def test_what_the_supervisor_downloads_lets_the_command_prove(city, clock):
    a_supervisor_key(city)
    draw = a_drawn_draw(city, mode="D2")
    site = site_of(city)
    body = site.as_(city.supervisor).get(site.path(draw, "frozen.zip")).data
    now = int(draw.phi_at.timestamp())
    alpha = alpha_to_prove(body, parse_policy(city.policy().encode()), now=now)
    with city.reading() as work:
        assert alpha == queries.alpha_of(work, draw)


def test_the_operator_registers_an_exclusion(site):
    draw = an_open_draw(site.city)
    firm, delegate = site.city.firms[0]
    enrol(site.city, draw, delegate)
    client = site.as_(site.city.operator)
    path = site.path(draw, "exclude")
    data = {
        "firm_code": firm.code,
        "ground": "collusion",
        "basis": "川建罚〔2026〕12号",
        "evidence": "与另一家机构由同一人代为报名。",
    }
    bad = client.post(path, data=data | {"firm_code": "123"})
    assert bad.status_code == 409
    assert "与另一家机构由同一人代为报名" in bad.text
    answers = [
        client.post(path, data=data | {"firm_code": each.code}, follow_redirects=True).text
        for each, _ in site.city.firms[:2]
    ]
    assert all("经另一名同事复核后生效" in answer for answer in answers)


def test_a_void_draw_says_why_and_can_be_verified(site):
    draw = an_open_draw(site.city)
    site.city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(site.city.here)
    page = site.as_().get(site.path(draw)).text
    assert "本次抽取已终止" in page
    assert "有效报名 0 家" in page
    assert site.as_().get(site.path(draw, "bundle.zip")).status_code == 200


def test_the_timetable_of_a_need_shows_no_step_as_done_that_never_happened(site):
    city = site.city
    draw = an_open_draw(city)
    enrol(city, draw)
    jobs.run_due(city.here)
    number = city.need(draw.id).number

    def course():
        page = site.as_().get(f"/needs/{number}").text
        shown = page[page.index('aria-label="时间表"') :]
        return re.findall(r'z-step--(\w+)".*?z-step__label">\s*(.*?)\s*<', shown, re.DOTALL)

    city.clock.move_to(draw.phi_at - LATEST_FREEZE + timedelta(seconds=1))
    assert ("current", "名单冻结并公布（最迟）") in course(), "late is not done"
    jobs.run_due(city.here)
    city.clock.move_to(draw.result_by_at + timedelta(days=1))
    assert city.draw(draw.id).void_reason == "freeze_missed"
    assert [label for state, label in course() if state == "done"] == [
        "发布公告，开始报名",
        "报名截止",
    ]
    assert course()[-1] == ("failed", "流标")


def test_a_withdrawn_draw_shows_the_owners_reason(site):
    draw = an_open_draw(site.city)
    reason = "资金计划调整，暂缓实施"
    withdraw_notice(site.city, draw, reason)
    assert reason in site.as_().get(site.path(draw)).text


def test_the_desk_shows_what_is_late(site):
    draw = an_open_draw(site.city)
    site.city.clock.move_to(draw.phi_at)
    client = site.as_(site.city.operator)
    assert "摇号步骤逾期" in client.get("/workbench").text
    assert site.number(draw) in client.get("/draws/desk").text


def test_english_pages_are_served(site):
    draw = a_drawn_draw(site.city)
    client = site.as_()
    client.get("/language/en")
    page = client.get(site.path(draw))
    assert page.status_code == 200
    assert "The seed can be recomputed" in page.text


def test_confirming_needs_the_firms_role(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    site = site_of(city)
    path = f"/draws/award/{drawn.award.number}/confirm"
    assert site.as_(drawn.city.operator).post(path).status_code == 403
    assert site.as_().post(path).status_code == 401


def test_a_withdrawn_enrolment_is_said_to_be_and_no_longer_counted(site):
    draw = an_open_draw(site.city)
    client = site.as_(site.city.firms[0][1])
    assert client.post(f"{site.path(draw)}/enrol").status_code == 303
    assert client.post(f"{site.path(draw)}/withdraw").status_code == 303
    page = client.get(f"{site.path(draw)}/enrol").text
    assert "已撤回，不能再次报名" in page
    assert "贵机构已报名" not in page
    with site.city.reading() as work:
        shown = queries.enrolment_counts(work, work.session.get_one(type(draw), draw.id))
    assert shown["withdrawn"] == shown.total() == 1
    counted = site.as_().get(site.path(draw)).text.partition("已报名（家）")[2][:80]
    assert "0" in counted
