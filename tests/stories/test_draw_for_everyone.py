"""What people see of draws: a citizen checks one, a hall watches, some bring a value."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lottery.archive import read_archive, write_archive
from lottery.commands.contributor import KEY_LABEL
from market.access import OrgKind, Role
from market.draws import queries
from market.draws.rules import DrawState
from market.draws.views.sessions import session_key
from tests.market.draws.test_weights import rules as rules  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import an_open_draw, enrol
from tests.market.factories.firms import a_person
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
NUMBERS = "02 05 07 09 13 17 21 26 28 33 40 41 47 52 58 63 66 71 77 80"
HOLDS = re.compile(r"is-(ok|flagged)")
A_MOMENT = timedelta(seconds=1)


def test_a_citizen_without_an_account_checks_a_draw_and_a_changed_bundle_turns_red(
    town: Town, tmp_path: Path
):
    draw = an_open_draw(town.city, mode="D2")
    enrol(town.city, draw)
    town.hold(draw)
    citizen = town.visitor()
    citizen.open(f"/draws/{town.number(draw)}")
    press = citizen.page.get_by_role("button", name="开始核对")
    press.click()
    expect(citizen.page.locator("[data-status]")).to_have_text("请先粘贴或选择信任文件。")
    citizen.fill("信任文件", town.city.policy())
    began = time.monotonic()
    press.click()
    verdict = citizen.page.locator("[data-verdict]")
    expect(verdict).to_contain_text("全部成立。中选：", timeout=60_000)
    assert time.monotonic() - began < 10
    rows = citizen.page.locator(".d-checks__item")
    expect(rows).to_have_count(14)
    assert all(HOLDS.search(row.get_attribute("class")) for row in rows.all())
    assert "is-ok" in rows.nth(1).get_attribute("class"), "the whole log was given"
    citizen.look()

    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="验证包", exact=True).click()
    path = tmp_path / "changed.zip"
    path.write_bytes(changed(Path(download.value.path()).read_bytes()))
    citizen.page.get_by_text("换用自己保存的文件").click()
    citizen.page.locator("#check-bundle-file").set_input_files(path)
    press.click()
    expect(verdict).to_contain_text("核对未通过", timeout=60_000)
    assert "is-failed" in rows.nth(5).get_attribute("class")
    citizen.look()


def changed(bundle: bytes) -> bytes:
    """Return a bundle with another salt in its list, and a checksum that fits."""
    files = read_archive(bundle, lambda _: 1 << 20)
    members = {name: file.data for name, file in files.items()}
    found = re.search(rb'"salt":"([0-9a-f])', members["list.ndjson"])
    digit = b"0" if found[1] != b"0" else b"1"
    start, end = found.span(1)
    members["list.ndjson"] = members["list.ndjson"][:start] + digit + members["list.ndjson"][end:]
    return write_archive(members)


def test_the_sites_own_policy_is_offered_with_the_honest_sentence(town: Town):
    draw = an_open_draw(town.city)
    enrol(town.city, draw)
    town.hold(draw)
    citizen = town.visitor()
    citizen.open(f"/draws/{town.number(draw)}")
    citizen.page.get_by_role("button", name="用本站的副本").click()
    expect(citizen.page.locator("[data-borrowed]").first).to_contain_text("等于仍然信任本站")
    citizen.page.get_by_role("button", name="开始核对").click()
    verdict = citizen.page.locator("[data-verdict]")
    expect(verdict).to_contain_text("信任文件来自本站", timeout=60_000)
    expect(verdict).to_contain_text("演示模式")


def test_the_big_screen_goes_on_after_the_server_was_away(town: Town, browser: Browser):
    draw = an_open_draw(town.city)
    enrol(town.city, draw)
    town.wait_until(draw.enrol_close_at)
    # Not a watched page: that a server is away is an error in every browser's console.
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    try:
        hall = Visitor(page, town.base)
        hall.open(f"/draws/{town.number(draw)}/screen")
        stage = page.locator("#stage")
        expect(stage).to_have_attribute("data-phase", "frozen")
        expect(stage).to_contain_text("参加机构 4 家")
        town.server.stop()
        lost = page.locator("[data-lost]")
        expect(lost).to_be_visible(timeout=60_000)
        expect(lost).to_contain_text("连接中断，正在重新连接")
        town.hold(draw)
        town.server.start()
        expect(stage).to_have_attribute("data-phase", "drawn", timeout=60_000)
        expect(lost).to_be_hidden()
        (award,) = town.city.awards(draw.id)
        with town.city.reading() as work:
            winner = queries.firm_of(work, award.firm_id).name
        expect(page.locator("[data-winner]")).to_contain_text(winner)
        hall.look()
    finally:
        page.close()


def test_the_screens_fit_a_phone_and_a_session_shows_all_its_draws(town: Town):
    draws = [an_open_draw(town.city), an_open_draw(town.city, title="滨河公园水土保持方案编制")]
    for draw in draws:
        enrol(town.city, draw)
    town.wait_until(draws[0].enrol_close_at)
    phone = town.visitor(viewport={"width": 390, "height": 844})
    phone.open(f"/draws/{town.number(draws[0])}/screen")
    assert phone.reads("演示模式")
    phone.open(f"/draws/sessions/{session_key(draws[0])}/screen")
    assert phone.reads("滨河公园水土保持方案编制")
    assert phone.reads("本场共 2 次摇号")


def test_two_officers_type_the_numbers_and_neither_sees_the_others(town: Town):
    code = town.city.operator.actor.org_code
    second = a_person(town.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)
    draw = an_open_draw(town.city, mode="B", issue="2026063")
    enrol(town.city, draw)
    town.wait_until(draw.enrol_close_at)
    town.wait_until(draw.reveal_by_at + A_MOMENT)
    town.wait_until(draw.phi_at + timedelta(minutes=30))
    officer = town.visitor(town.city.operator)
    officer.open("/draws/desk")
    officer.follow("录入号码")
    officer.fill("开奖号码", NUMBERS[:-3])
    expect(officer.page.locator("[data-counted]")).to_have_text("已输入 19 个，应为 20 个。")
    officer.fill("开奖号码", NUMBERS)
    officer.fill("号码出处", "某日报 3 月 12 日第 8 版")
    officer.press("封存我录入的号码")
    assert officer.is_told("不显示给任何人")
    assert officer.reads("等待另一名经办人")
    assert "02 05 07" not in officer.page.content()

    colleague = town.visitor(second)
    colleague.open(f"/draws/{town.number(draw)}/numbers")
    assert colleague.reads("另一名经办人已经录入")
    assert "02 05 07" not in colleague.page.content()
    colleague.fill("开奖号码", NUMBERS.replace(" 80", ", 79"))
    colleague.fill("号码出处", "电视开奖节目")
    colleague.press("封存我录入的号码")
    assert colleague.reads("两人录入的号码不一致")
    for person, where in ((colleague, "电视开奖节目"), (officer, "某日报")):
        person.open(f"/draws/{town.number(draw)}/numbers")
        person.fill("开奖号码", NUMBERS)
        person.fill("号码出处", where)
        person.press("封存我录入的号码")
    assert officer.is_told("两人录入一致")
    assert officer.reads("结果")
    assert town.city.draw(draw.id).state is DrawState.DRAWN


def test_a_supervisor_proves_with_a_key_made_in_the_browser(town: Town, tmp_path: Path):
    supervisor = town.visitor(town.city.supervisor)
    supervisor.open("/draws/supervisor")
    key = made_key(supervisor, tmp_path / "supervisor.key")
    supervisor.press("登记公钥")
    assert supervisor.is_told("公钥已登记")
    draw = an_open_draw(town.city, mode="D2")
    enrol(town.city, draw)
    town.wait_until(draw.enrol_close_at)
    town.wait_until(draw.phi_at)
    supervisor = town.visitor(town.city.supervisor)
    supervisor.follow("提交监督方证明值")
    supervisor.page.locator("#key-file").set_input_files(key)
    expect(supervisor.page.locator("[data-told]")).to_contain_text("密钥已就绪")
    supervisor.page.locator("#gate-policy").fill(town.city.policy())
    posted = []
    supervisor.page.on("request", lambda request: posted.append(request.post_data or ""))
    supervisor.page.get_by_role("button", name="核对名单并计算证明值").click()
    expect(supervisor.page.locator("[data-gate-told]")).to_contain_text("核对成立")
    supervisor.press("核对并提交")
    assert supervisor.is_told("证明值核对无误")
    assert key.read_text().strip() not in "".join(posted)
    town.tick()
    assert town.city.draw(draw.id).state is DrawState.DRAWN


def made_key(visitor: Visitor, path: Path) -> Path:
    """Press the button that makes a key, and keep the file it downloads."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="生成新密钥").click()
    download.value.save_as(path)
    expect(visitor.page.locator("[data-told]")).to_contain_text("密钥已生成")
    return path


def test_a_contributor_commits_and_reveals_from_the_browser(town: Town, tmp_path: Path):
    clerk = town.visitor(town.city.clerk)
    clerk.open("/draws/contributor")
    key = made_key(clerk, tmp_path / "contributor.key")
    assert key.read_text("ascii").startswith(KEY_LABEL)
    clerk.press("登记公钥")
    assert clerk.is_told("公钥已登记")
    draw = an_open_draw(town.city)
    enrol(town.city, draw)
    clerk.open(f"/draws/{town.number(draw)}/contribute")
    clerk.page.locator("#key-file").set_input_files(key)
    expect(clerk.page.locator("[data-told]")).to_contain_text("密钥已就绪")
    clerk.press("封存这个数")
    assert clerk.is_told("承诺值已写入公开日志")

    town.wait_until(draw.enrol_close_at)
    clerk = town.visitor(town.city.clerk)
    clerk.open("/workbench")
    clerk.follow("揭示为摇号封存的数")
    clerk.page.locator("#key-file").set_input_files(key)
    expect(clerk.page.locator("[data-told]")).to_contain_text("密钥已就绪")
    gate = clerk.page.locator("[data-gate-told]")
    other_log = town.city.policy().replace("log ", "log x")
    clerk.page.locator("#gate-policy").fill(other_log)
    clerk.page.get_by_role("button", name="核对名单已冻结").click()
    expect(gate).to_contain_text("无法读取")
    assert clerk.page.locator("#value").input_value() == ""
    clerk.page.locator("#gate-policy").fill(town.city.policy())
    clerk.page.get_by_role("button", name="核对名单已冻结").click()
    expect(gate).to_contain_text("核对成立")
    clerk.press("揭示", exact=True)
    assert clerk.is_told("已揭示")
    town.wait_until(draw.reveal_by_at + A_MOMENT)
    town.hold(draw)
    citizen = town.visitor()
    citizen.open(f"/draws/{town.number(draw)}")
    assert citizen.reads("各方出的数")
    assert citizen.reads("计入")


def test_a_firm_checks_its_receipt_before_and_after_the_freeze(town: Town):
    draw = an_open_draw(town.city)
    enrol(town.city, draw)
    town.tick()
    _, delegate = town.city.firms[0]
    path = f"/draws/{town.number(draw)}/receipt"
    partly = "前三件核对成立。名单这一项请在名单冻结后再来核对。"
    for moment, found, words in ((None, 3, partly), (draw.enrol_close_at, 5, "核对成立。")):
        if moment:
            town.wait_until(moment)
        firm = town.visitor(delegate)
        firm.open(path)
        status = firm.page.locator("[data-receipt] [data-status]")
        firm.page.locator("#receipt-policy").fill("log mistyped\nquorum none\n")
        firm.page.locator("[data-receipt] [data-run]").click()
        expect(status).to_contain_text("信任文件第 1 行有误：公钥（vkey）抄写有误或不完整")
        firm.page.locator("#receipt-policy").fill(town.city.policy())
        firm.page.locator("[data-receipt] [data-run]").click()
        expect(status).to_have_text(words)
        expect(firm.page.locator("[data-found] .is-good")).to_have_count(found)
        assert firm.reads("核对不成立怎么办")


def test_a_firm_contributes_with_one_press_and_reveals_with_its_file(
    town: Town, tmp_path: Path, rules
):
    rules(firm_commits="true")
    draw = an_open_draw(town.city)
    enrol(town.city, draw)
    town.tick()
    _, delegate = town.city.firms[0]
    path = f"/draws/{town.number(draw)}/receipt"
    firm = town.visitor(delegate)
    firm.open(path)
    with firm.page.expect_download() as download, firm.page.expect_navigation():
        firm.page.get_by_role("button", name="我也出数").click()
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    firm.look()
    assert firm.is_told("承诺值已写入公开日志")

    town.wait_until(draw.enrol_close_at)
    firm = town.visitor(delegate)
    firm.open(path)
    firm.page.locator("#value-file").set_input_files(kept)
    expect(firm.page.locator("[data-firm-value] [data-told]")).to_have_text("已取得封存的随机数。")
    firm.page.locator("#gate-policy").fill(town.city.policy())
    firm.page.get_by_role("button", name="核对名单已冻结").click()
    expect(firm.page.locator("[data-gate-told]")).to_contain_text("核对成立")
    firm.press("揭示", exact=True)
    assert firm.is_told("已揭示")
