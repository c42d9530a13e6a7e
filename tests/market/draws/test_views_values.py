"""The pages of those who bring a value to a draw, and of those who watch over it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lottery.beacon import ed25519, vrf
from lottery.commands.contributor import KEY_LABEL
from lottery.policy import parse_policy
from lottery.seed import commit as commitment_of
from lottery.verify import examine
from market import log
from market.access import OrgKind, Role
from market.clock import BEIJING, beijing
from market.draws import actions, jobs, queries
from market.draws.actions.contributions import possession_message
from market.draws.actions.publishing import issues_of
from market.draws.model import Award, Draw
from market.draws.model_later import CallingOffOrder, Replacement
from market.draws.protocol import to_sign
from market.draws.rules import LOST_AFTER, STOP_MARGIN, DrawState
from market.draws.views.typing import carried_in, numbers_in
from market.errors import MarketError
from market.needs.limits import agreed_timetable
from market.web.errors import sentence_of
from tests.market.draws.beacon_days import (
    PHI_AT,
    ROUND,
    SIGNATURE,
    a_frozen_draw_of_mode_a,
    timetable_of,
)
from tests.market.draws.believing import run_at
from tests.market.draws.test_committee import committee, prove
from tests.market.draws.test_pages import site_of
from tests.market.draws.test_weights import rules as rules  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import (
    a_checked_need,
    a_contributor,
    a_frozen_draw,
    a_supervisor_key,
    a_trustee,
    an_open_draw,
    enrol,
    publish,
)
from tests.market.factories.firms import a_person
from tests.market.factories.witnesses import witnessed

NUMBERS = "02 05 07 09 13 17 21 26 28 33 40 41 47 52 58 63 66 71 77 80"
PAPER = "某日报 3 月 12 日第 8 版"
ORDER = "经核实，公告指定的监督方密钥灭失，随机值确已无法取得，同意终止本次抽取。"
SECRET = b"\x05" * 32
VALUE = b"\x33" * 32
SECOND = timedelta(seconds=1)


@pytest.fixture
def site(city):
    return site_of(city)


@pytest.fixture
def colleague(city):
    code = city.operator.actor.org_code
    return a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def test_the_desk_asks_for_the_round_and_takes_it_as_scanned(city, clock):
    first = a_frozen_draw_of_mode_a(city)
    site = site_of(city)
    client = site.as_(city.operator)
    clock.move_to(PHI_AT)
    assert "等待信标第" in client.get("/draws/desk").text
    page = client.get(site.path(first, "phi")).text
    assert str(ROUND) in page
    assert "1 次摇号" in page
    scanned = f"{ROUND} {SIGNATURE.hex().upper()}"
    assert client.post(site.path(first, "phi"), data={"evidence": scanned}).status_code == 303
    assert city.draw(first.id).state is DrawState.DRAWN
    assert "本次摇号不需要录入" in client.get(site.path(first, "phi")).text


def test_two_draws_of_a_session_are_drawn_by_one_round(city, clock):
    clock.move_to(beijing(date(2026, 9, 14), 9))
    times = timetable_of(clock)
    draws = [
        publish(city, a_checked_need(city, mode="A", project_code=code, title=title), times)
        for code, title in (("P-1", "一号项目可行性研究"), ("P-2", "二号项目可行性研究"))
    ]
    for draw in draws:
        enrol(city, draw)
    clock.move_to(draws[0].enrol_close_at)
    jobs.run_due(city.here)
    run_at(city, PHI_AT)
    site = site_of(city)
    client = site.as_(city.operator)
    assert "2 次摇号" in client.get(site.path(draws[0], "phi")).text
    client.post(site.path(draws[0], "phi"), data={"evidence": f"{ROUND} {SIGNATURE.hex()}"})
    assert {city.draw(draw.id).state for draw in draws} == {DrawState.DRAWN}


def a_numbers_draw(city):
    draw = an_open_draw(city, mode="B", issue="2026063")
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at)
    run_at(city, draw.phi_at + timedelta(minutes=30))
    return draw


def test_numbers_are_shown_to_nobody_before_two_people_agree(site, colleague):
    draw = a_numbers_draw(site.city)
    path = site.path(draw, "numbers")
    officer, other = site.as_(site.city.operator), site.as_(colleague)
    assert "为摇号录入开奖号码" in officer.get("/workbench").text
    bad = officer.post(path, data={"numbers": "1 2 3", "source": PAPER})
    assert bad.status_code == 409
    assert "1 2 3</textarea>" in bad.text
    assert officer.post(path, data={"numbers": NUMBERS, "source": ""}).status_code == 422
    assert officer.post(path, data={"numbers": NUMBERS, "source": PAPER}).status_code == 303
    for client in (officer, other, site.as_()):
        for part in (path, site.path(draw), site.path(draw, "state.json"), "/draws/desk"):
            assert "02 05 07" not in client.get(part).text
            assert "02.05.07" not in client.get(part).text
    again = officer.post(path, data={"numbers": NUMBERS, "source": PAPER})
    assert again.status_code == 409
    assert "须由另一名经办人独立录入" in again.text
    typed = NUMBERS.replace(" ", "，")
    assert other.post(path, data={"numbers": typed, "source": "电视"}).status_code == 303
    page = site.as_().get(site.path(draw)).text
    assert "cwl-kl8/2026063:02.05.07.09" in page
    assert "您看到的开奖号码" in page


def test_a_notice_of_mode_b_asks_for_the_issue(site):
    need = a_checked_need(site.city, mode="B")
    client = site.as_(site.city.operator)
    check = client.get(f"/needs/{need.id}/check").text
    assert f'href="/draws/publish/{need.id}?version={need.version}"' in check
    assert "确认发布" not in check
    page = client.get(f"/draws/publish/{need.id}?version={need.version}")
    assert page.status_code == 200
    assert "还不能提交" not in page.text
    assert "选填" not in page.text
    with site.city.reading() as work:
        phi_at = agreed_timetable(work.now, need.ceiling_fen, None, "B").phi_at
    assert f"{phi_at.astimezone(BEIJING):%Y-%m-%d %H:%M}" in page.text
    possible = issues_of(phi_at)
    assert f"第 2026{possible[0]:03d} 至 2026{possible[-1]:03d} 期" in page.text
    asked = client.post(f"/draws/publish/{need.id}", data={"version": need.version})
    assert asked.status_code == 422
    assert "填写开奖期号" in asked.text
    drawn = client.post(
        f"/draws/publish/{need.id}", data={"version": need.version, "issue": "2026001"}
    )
    assert drawn.status_code == 409
    assert f"在 {possible[0]:03d} 至 {possible[-1]:03d} 之间" in drawn.text
    done = client.post(
        f"/draws/publish/{need.id}", data={"version": need.version, "issue": "2026063"}
    )
    assert done.status_code == 303
    page = site.as_().get(done.location).text
    assert "福彩快乐8 第 2026063 期" in page
    assert "公告时尚未开奖" not in page


def test_other_modes_have_no_page_for_an_issue(site):
    need = a_checked_need(site.city)
    answer = site.as_(site.city.operator).get(f"/draws/publish/{need.id}")
    assert answer.location.endswith(f"/needs/{need.id}/check")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (f"{ROUND} {SIGNATURE.hex()[:94]}", "签名只有 94 位，应为 96 位，缺 2 位"),
        (f"{ROUND} {SIGNATURE.hex()}0", "签名有 97 位，应为 96 位，多 1 位"),
        ("hello", "开头的“hello”不是轮次"),
        ("0 00", "开头的“0”不是轮次"),
        (f"{'9' * 30} 00", "不是轮次"),
        ("https://api.drand.sh/public/1", "开头的“https”不是轮次"),
        (f"{ROUND} {SIGNATURE.hex()[:-1]}O", "签名第 96 位“o”不是 0-9 或 a-f"),
        ('{"round": 1}', "粘贴的 JSON 不完整"),
        ("…", "没有读到内容"),
        ("1" * 2001, "最多 2000 个"),
    ],
)
def test_what_a_courier_brings_is_refused_in_words_of_the_page(site, typed, words):
    with pytest.raises(MarketError) as refused:
        carried_in(typed)
    assert words in sentence_of(refused.value)


def test_full_width_digits_are_numbers():
    assert numbers_in("０２，５ 8０、81") == [2, 5, 80, 81]


def test_two_who_differ_are_told_so_and_not_that_it_was_taken(site, colleague):
    draw = a_numbers_draw(site.city)
    path = site.path(draw, "numbers")
    officer, other = site.as_(site.city.operator), site.as_(colleague)
    data = {"numbers": NUMBERS, "source": PAPER}
    first = officer.post(path, data=data, follow_redirects=True)
    assert "您录入的号码已封存" in first.text
    second = other.post(path, data=data | {"numbers": NUMBERS.replace("80", "79")})
    page = other.get(second.location).text
    assert "您录入的号码已封存" not in page
    assert "两人录入的号码不一致，都没有采用。请各自重新录入。" in page


def test_a_lost_value_is_called_off_by_two_people_with_a_written_order(site, colleague):
    city = site.city
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    run_at(city, draw.phi_at)
    officer = site.as_(city.operator)
    path = site.path(draw, "call-off")
    assert "现在不能终止" in officer.get(path).text
    form = {"authority": "示范市公共资源交易管理局", "order": ORDER}
    assert officer.post(path, data=form).status_code == 409
    run_at(city, draw.phi_at + LOST_AFTER)
    officer = site.as_(city.operator)
    assert "办理终止" in officer.get("/draws/desk").text
    assert officer.post(path, data={"authority": "", "order": ORDER}).status_code == 422
    assert officer.post(path, data=form).status_code == 303
    with city.reading() as work:
        [order] = work.session.scalars(select(CallingOffOrder)).all()
    confirm = f"{path}/{order.id}"
    assert "须由另一名经办人核对" in officer.get(path).text
    assert officer.post(confirm).status_code in {403, 409}
    other = site.as_(colleague)
    assert "已核对原件" in other.get(path).text
    assert other.post(confirm).status_code == 303
    assert city.draw(draw.id).state is DrawState.VOID


def test_a_committee_proves_each_with_its_own_key(site):
    city = site.city
    secrets = [bytes([n]) * 32 for n in (11, 12)]
    officers = [a_trustee(city, secret) for secret in secrets]
    draw = an_open_draw(city, mode="C")
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at)
    page = site.as_().get(site.path(draw)).text
    assert "只要有一家诚实" in page
    with city.reading() as work:
        alpha = queries.alpha_of(work, work.session.get_one(Draw, draw.id))
    for officer, secret in zip(officers, secrets, strict=True):
        client = site.as_(officer)
        assert "提交监督方证明值" in client.get("/workbench").text
        proof = vrf.prove(secret, alpha).hex()
        assert client.post(site.path(draw, "proof"), data={"proof": proof}).status_code == 303
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert site.as_(city.supervisor).get(site.path(draw, "proof")).status_code == 404


def test_a_contributor_registers_commits_and_reveals_by_forms(site):
    city = site.city
    client = site.as_(city.clerk)
    who = f"owner:{city.clerk.actor.org_code}"
    proof = ed25519.sign(SECRET, possession_message(who)).hex()
    data = {"public_key": ed25519.public_key(SECRET).hex(), "proof": proof}
    short = data | {"public_key": data["public_key"][:-1]}
    assert client.post("/draws/contributor", data=short).status_code == 422
    pasted = f"{KEY_LABEL}{SECRET.hex()}"
    for wrong in (
        client.post("/draws/contributor", data=data | {"public_key": pasted}),
        client.post("/draws/contributor", data=data | {"public_key": SECRET.hex()}),
    ):
        assert wrong.status_code in {409, 422}
        assert "也就是私钥，没有登记" in wrong.text
    assert pasted not in wrong.text
    unproved = client.post("/draws/contributor", data=data | {"proof": "00" * 64})
    assert "持有证明与公钥不符" in unproved.text
    assert client.post("/draws/contributor", data=data).status_code == 303
    draw = an_open_draw(city)
    enrol(city, draw)
    path = site.path(draw, "contribute")
    assert "封存" in client.get("/draws/contributor").text
    made = commitment_of(bytes.fromhex(draw.draw_hash), who, VALUE)
    wrong = {"commit": made.hex(), "signature": "00" * 64}
    assert client.post(site.path(draw, "commit"), data=wrong).status_code == 409
    right = {"commit": made.hex(), "signature": ed25519.sign(SECRET, to_sign(draw, made)).hex()}
    assert client.post(site.path(draw, "commit"), data=right).status_code == 303
    early = client.post(site.path(draw, "reveal"), data={"value": VALUE.hex()})
    assert early.status_code == 409
    run_at(city, draw.enrol_close_at)
    client = site.as_(city.clerk)
    assert "揭示为摇号封存的数" in client.get("/workbench").text
    # Before the reveal there is no cut, and yet the FREEZE can be seen in the log.
    listed = client.get(site.path(draw, "listed.zip")).data
    checks = examine(listed, parse_policy(city.policy().encode())).checks
    assert all(one.ok for one in checks if one.name in {"V1", "V2", "V3", "V4", "V6"})
    assert client.get(site.path(draw, "frozen.zip")).status_code == 409
    assert client.post(site.path(draw, "reveal"), data={"value": "11" * 32}).status_code == 409
    assert client.post(site.path(draw, "reveal"), data={"value": VALUE.hex()}).status_code == 303
    assert "贵单位已揭示" in client.get(path).text
    assert VALUE.hex() in site.as_().get(site.path(draw)).text


def test_who_is_not_named_has_no_page_and_who_is_absent_is_marked(site):
    city = site.city
    officer = a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    a_contributor(city, officer, SECRET)
    draw = a_frozen_draw(city)
    assert site.as_(city.clerk).get(site.path(draw, "contribute")).status_code == 404
    run_at(city, draw.reveal_by_at + SECOND)
    page = site.as_().get(site.path(draw)).text
    assert "不计入，以空位标记" in page
    assert "现在不需要办理" in site.as_(officer).get(site.path(draw, "contribute")).text


def test_a_firm_contributes_where_the_notice_lets_it(site, rules):
    city = site.city
    rules(firm_commits="true")
    draw = an_open_draw(city)
    enrol(city, draw)
    log.sequence(city.here)
    _, delegate = city.firms[0]
    client = site.as_(delegate)
    assert "我也出数（选做）" in client.get(site.path(draw, "receipt")).text
    made = commitment_of(bytes.fromhex(draw.draw_hash), "enrol:0", VALUE)
    path = site.path(draw, "receipt")
    assert client.post(f"{path}/commit", data={"commit": "zz"}).status_code == 422
    assert client.post(f"{path}/commit", data={"commit": made.hex()}).status_code == 303
    assert client.post(f"{path}/commit", data={"commit": made.hex()}).status_code == 409
    public = site.as_().get(site.path(draw)).text
    assert "第 1 份报名" in public
    assert city.firms[0][0].name not in public
    run_at(city, draw.enrol_close_at)
    client = site.as_(delegate)
    assert "选择封存时下载的文件" in client.get(path).text
    assert client.post(f"{path}/reveal", data={"value": VALUE.hex()}).status_code == 303
    assert "已揭示" in client.get(path).text
    assert city.firms[0][0].name in site.as_().get(site.path(draw)).text


def test_the_desk_shows_each_witness_and_what_a_missing_quorum_stops(city, tmp_path):
    with witnessed(city, tmp_path / "witnesses") as (seen, stack, _):
        site = site_of(seen)
        draw = an_open_draw(seen)
        enrol(seen, draw)
        jobs.run_due(seen.here)
        desk = site.as_(seen.operator).get("/draws/desk").text
        assert desk.count("d-light__facts") >= 2
        page = site.as_().get(site.path(draw)).text
        assert "见证名单" in page
        assert "目前没有独立见证人" not in page
        stack.close()
        run_at(seen, draw.enrol_close_at)
        client = site.as_(seen.operator)
        waiting = client.get("/draws/desk").text
        assert "等待足够的见证人签名" in waiting
        assert "联系没有签名的见证人" in waiting
        assert site.as_().get(site.path(draw)).status_code == 200
        assert site.as_().get(site.path(draw, "frozen.zip")).status_code == 409
        run_at(seen, draw.phi_at - STOP_MARGIN + 5 * SECOND)
        assert seen.draw(draw.id).state is DrawState.VOID
        over = site.as_().get(site.path(draw)).text
        assert "名单冻结后本次抽取终止，没有结果" in over
        assert "随机值产生前没有取得足够的见证" in over
        assert seen.firms[0][0].code in over
        assert "本次抽取已终止" in site.as_().get(site.path(draw, "screen")).text


def test_a_place_drawn_afresh_is_shown_and_its_trustees_are_asked_again(site):
    city = site.city
    members = committee(city, 2)
    draw = an_open_draw(city, mode="C", fresh_alternates=True)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at)
    for person, secret in members:
        prove(city, draw, person, secret)
    (award,) = city.awards(draw.id)
    with city.work(city.delegate_of(award)) as work:
        actions.decline(work, work.session.get_one(Award, award.id), "项目负责人突发重病，无法履约")
    jobs.run_due(city.here)
    with city.reading() as work:
        [row] = work.session.scalars(select(Replacement)).all()
        found = work.session.get_one(Draw, draw.id)
        alpha = queries.awaited_next(work, found, row).alpha
    assert "另行抽取递补" in site.as_().get(site.path(draw)).text
    assert "等待抽取递补" in site.as_(city.operator).get("/draws/desk").text
    run_at(city, row.phi_at)
    for person, secret in members:
        client = site.as_(person)
        assert "提交监督方证明值" in client.get("/workbench").text
        assert alpha.hex() in client.get(site.path(draw, "proof")).text
        proof = vrf.prove(secret, alpha).hex()
        assert client.post(site.path(draw, "proof"), data={"proof": proof}).status_code == 303
    assert len(city.awards(draw.id)) == 2
    assert "已抽出递补机构" in site.as_().get(site.path(draw)).text
