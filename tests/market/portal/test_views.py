"""The public pages: on an empty market, on one with some of everything, and for every reader."""

import re
from datetime import timedelta
from http import HTTPStatus
from urllib.robotparser import RobotFileParser

import pytest
from sqlalchemy import event

from lottery.checks.findings import TITLES
from market import regulations
from market.access import OrgKind, Role
from market.clock import beijing
from market.draws import actions as draws
from market.draws import jobs as draw_jobs
from market.draws import queries as draw_queries
from market.draws.model import Award
from market.draws.rules import AwardState, DrawMode
from market.money import capitals
from market.needs import actions as needs
from market.needs.labels import MODES
from market.needs.model import Need, Notice
from market.needs.queries import by_id as need_by_id
from market.needs.rules import NeedState
from market.web.lists import PAGE_ROWS
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.contracts import a_running_contract, an_accepted_contract
from tests.market.factories.credit import a_blacklisted_firm
from tests.market.factories.draws import (
    a_checked_need,
    a_city,
    a_drawn_need,
    an_offered_award,
    an_open_draw,
    enrol,
)

PAGES = (
    "/",
    "/notices",
    "/awards",
    "/contracts",
    "/credit",
    "/failures",
    "/operator-terms",
    "/open-data",
    "/methods",
    "/verify",
    "/about",
    "/robots.txt",
)
KINDS = {
    Role.OWNER_CLERK: OrgKind.OWNER,
    Role.OWNER_APPROVER: OrgKind.OWNER,
    Role.FIRM_DELEGATE: OrgKind.FIRM,
    Role.OPERATOR_CLERK: OrgKind.OPERATOR,
    Role.OPERATOR_MANAGER: OrgKind.OPERATOR,
    Role.REGULATOR_OFFICER: OrgKind.REGULATOR,
    Role.REGULATOR_DECIDER: OrgKind.REGULATOR,
    Role.SUPERVISOR_OFFICER: OrgKind.SUPERVISOR,
}
# What the factories enter about people; a need's own contact is on its notice, not on lists.
PERSONAL = ("赵工程师", "0755-86001234", "0755-82001234", "李丽", "周敏", "陈立", "office@firm")


def main_of(page: str) -> str:
    """Return what stands between the frame's header and footer."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def statements(here, deed) -> int:
    """Return how many statements a deed sends to the database."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(here.engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(here.engine, "before_cursor_execute", note)
    return len(sent)


def test_every_page_opens_on_an_empty_market(client):
    for path in PAGES:
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
    page = client.get("/").text
    for words in ("还没有采购公告", "还没有中选公告", "还没有合同公示", "目前没有排定的摇号"):
        assert words in page


@pytest.mark.parametrize("role", [*KINDS])
def test_every_page_opens_for_every_role(client, fast_here, role):
    sign_in(client, a_person(fast_here, role, kind=KINDS[role]))
    for path in PAGES:
        assert (path, client.get(path).status_code) == (path, 200)


def test_the_home_page_shows_what_is_going_on(client, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    firm, _ = a_blacklisted_firm(fast_here, clock)
    draw = an_open_draw(agreed.city, title="滨河公园改造可行性研究")
    page = client.get("/").text
    need = agreed.city.need(draw.id)
    number = agreed.contract().number
    for words in ("滨河公园改造可行性研究", number, firm.name, "下一次摇号", "怎样自行验证"):
        assert words in page
    assert page.index("滨河公园改造可行性研究") < page.index("城东片区道路工程")
    assert f"/needs/{need.number}" in page
    assert re.search(r"报名.*?剩余", main_of(page), re.DOTALL)
    clock.move_to(draw.enrol_close_at)  # Nobody enrolled: the draw of today is called off.
    draw_jobs.run_due(fast_here)
    assert "今日摇号" in client.get("/").text


def test_no_public_page_tells_anything_about_a_person(client, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    a_blacklisted_firm(fast_here, clock)
    an_open_draw(agreed.city)
    for path in (*PAGES, f"/notices?q={agreed.contract().title}"):
        found = [words for words in PERSONAL if words in main_of_all(client, path)]
        assert (path, found) == (path, [])
        assert not re.search(r"\b\d{6}(?:19|20)\d{9}[\dX]\b", main_of_all(client, path))


def main_of_all(client, path):
    return client.get(path).text


def test_notices_are_filtered_by_state_item_and_words(client, fast_here, clock):
    city = a_city(fast_here, clock, firms=3)
    open_draw = an_open_draw(city, title="甲项目可行性研究", ceiling_fen=9_000_000)
    failed = an_open_draw(city, title="乙项目可行性研究", ceiling_fen=8_000_000)
    enrol(city, open_draw)
    clock.move_to(failed.enrol_close_at - timedelta(seconds=1))
    later = an_open_draw(city, title="丙项目可行性研究", ceiling_fen=7_000_000)
    clock.move_to(failed.enrol_close_at)
    draw_jobs.run_due(fast_here)

    def titles(query: str) -> list[str]:
        page = client.get(f"/notices?{query}").text
        return re.findall(r"[甲乙丙]项目", page.split("<tbody>")[1])

    assert set(titles("")) == {"甲项目", "乙项目", "丙项目"}
    assert titles("state=failed") == ["乙项目"]
    assert titles("state=open") == ["丙项目"]
    assert titles("q=甲项目") == ["甲项目"]
    assert titles(f"q={number_of(city, later)}") == ["丙项目"]
    assert titles("item=ZJ-03-001-02") == []
    assert titles("sort=price&order=asc") == ["丙项目", "乙项目", "甲项目"]
    assert titles("sort=price&order=desc") == ["甲项目", "乙项目", "丙项目"]
    for nonsense in ("state=draft", "state=x", "sort=x", "page=x", "page=99999999", "page=-1"):
        assert len(titles(nonsense)) == 3
    failures = client.get("/failures").text
    assert "乙项目" in failures
    assert "报名截止时有效报名 0 家" in failures
    assert "甲项目" not in failures


def number_of(city, draw):
    with city.reading() as work:
        return draw_queries.number_of(work, draw)


def test_a_need_tried_again_shows_its_failed_notice_beside_the_open_one(client, fast_here, clock):
    city = a_city(fast_here, clock, firms=3)
    draw = an_open_draw(city, title="再次公告的项目")
    clock.move_to(draw.enrol_close_at)
    draw_jobs.run_due(fast_here)
    with city.work(city.clerk) as work:
        needs.renotice(work, need_by_id(work, draw.need_id))
    with city.work(city.approver) as work:
        needs.approve(work, need_by_id(work, draw.need_id))
    with city.work(city.operator) as work:
        draws.publish(work, city.here, work.session.get_one(Need, draw.need_id))
    page = main_of(client.get("/notices").text)
    assert page.count("再次公告的项目") == 2
    assert "第 2 次公告" in page
    assert main_of(client.get("/notices?state=failed").text).count("再次公告的项目") == 1
    assert main_of(client.get("/notices?state=open").text).count("再次公告的项目") == 1


def test_awards_show_which_place_was_called(client, fast_here, clock):
    drawn = a_drawn_need(fast_here, clock)
    page = main_of(client.get("/awards").text)
    assert drawn.award.number in page
    assert "首位中选" in page
    with drawn.city.work(drawn.delegate) as work:
        award = draw_queries.own_award(work, drawn.award.number)
        draws.decline(work, award, "人员排不开，申请放弃。")
    page = main_of(client.get("/awards").text)
    assert "第 2 位递补" in page
    assert "已放弃" in page
    assert AwardState.DECLINED.value not in page
    assert main_of(client.get("/awards?q=没有的项目").text).count("ZX-") == 0


def test_an_award_has_its_letter_with_a_code_that_leads_back(client, fast_here, clock):
    drawn = an_offered_award(fast_here, clock)
    number = drawn.award.number
    assert f"/awards/{number}" in client.get("/awards").text
    page = main_of(client.get(f"/awards/{number}").text)
    assert "公示期满、机构确认以后" in page
    assert "d-qr" in page
    with drawn.city.work(drawn.delegate) as work:
        draws.confirm(work, draw_queries.own_award(work, number))
    page = main_of(client.get(f"/awards/{number}").text)
    assert "中选通知书" in page
    assert "公开摇号" in page
    assert capitals(drawn.award.price_fen) in page
    assert f"中选公告编号：{number}" in page
    assert "核验码：" not in page, "the only code is the letter's"
    assert client.get("/awards/ZX-2099-000001").status_code == 404
    with fast_here.sessions.begin() as session:
        session.get_one(Award, drawn.award.id).state = AwardState.LAPSED
    assert "不再是中选凭证" in main_of(client.get(f"/awards/{number}").text)


def test_credit_shows_what_is_in_effect_and_no_score(client, fast_here, clock):
    firm, case = a_blacklisted_firm(fast_here, clock)
    page = main_of(client.get("/credit").text)
    for words in (firm.name, firm.code, case.number, "列入黑名单", "信用记分"):
        assert words in page
    assert "信用分" not in page
    assert case.grounds not in page
    clock.move_to(case.ends_at)
    assert firm.name not in client.get("/credit").text


def test_the_counters_tell_this_month_from_all(client, fast_here, clock):
    an_accepted_contract(fast_here, clock)
    figures = re.findall(
        r"z-figure__value\">(\d+)<.*?z-figure__note\">(.*?)<", client.get("/").text
    )
    assert [number for number, _ in figures[2:]] == ["1", "1"]
    month = "本月 1 件"
    assert [note for _, note in figures[2:]] == [month, month]
    day = clock().date().replace(day=1)
    clock.move_to(beijing((day + timedelta(days=40)).replace(day=1)))
    page = client.get("/").text
    assert page.count("本月 0 件") == 2


def test_a_page_asks_as_much_for_many_rows_as_for_one(client, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    paths = ("/", "/notices", "/awards", "/contracts", "/failures")
    few = {path: statements(fast_here, lambda path=path: client.get(path)) for path in paths}
    a_drawn_need(fast_here, clock, city=agreed.city)
    for _ in range(3):
        an_open_draw(agreed.city)
    many = {path: statements(fast_here, lambda path=path: client.get(path)) for path in paths}
    assert all(many[path] <= few[path] for path in paths)
    assert max(few.values()) < 25


def test_lists_are_paged(client, fast_here, clock):
    city = a_city(fast_here, clock, firms=1)
    need = a_checked_need(city)
    with city.work() as work:  # Rows as the real actions would leave them, only faster.
        body = {c.name: getattr(need, c.name) for c in Need.__table__.columns if c.name != "id"}
        for number in range(PAGE_ROWS + 1):
            copy = Need(**body | {"number": f"XQ-2026-9{number:05d}", "state": NeedState.OPEN})
            work.session.add(copy)
            work.session.flush()
            work.session.add(a_notice(copy, work.now))
    first, second = client.get("/notices").text, client.get("/notices?page=2").text
    assert first.count("<tr>") == PAGE_ROWS + 1
    assert second.count("<tr>") == 2
    assert "第 2 / 2 页" in client.get("/notices?page=7").text


def a_notice(need, at):
    day = timedelta(days=1)
    return Notice(
        need_id=need.id,
        attempt=need.attempt,
        number=need.number.replace("XQ", "GG"),
        document=b"{}",
        digest="0" * 64,
        published_at=at,
        enrol_close_at=at + day,
        freeze_by_at=at + day,
        reveal_by_at=at + day,
        phi_at=at + day,
        result_by_at=at + day,
    )


def test_about_lists_every_instrument_with_its_digest(client):
    page = client.get("/about").text
    for rule in regulations.current().all():
        assert rule.id in page
        assert rule.digest in page
        assert rule.title in page
    assert "平台默认值" in page


def test_the_way_to_verify_names_every_check_of_the_verifier(client, fast_here):
    page = client.get("/verify").text
    assert re.findall(r">(V\d+)<", page) == list(TITLES)
    assert "python3 verify.pyz verify" in page
    for mode in DrawMode:
        assert f">{MODES[mode].name}<" in page
    assert fast_here.config.origin in page
    assert "验证解决不了什么" in page


def test_every_page_links_to_the_way_to_verify(client):
    assert 'href="/verify"' in client.get("/notices").text.split("<footer")[1]


def test_search_engines_are_kept_from_the_workbench(client):
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /workbench\n" in answer.text
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.can_fetch("*", "/credit/breaches")
    assert not rules.can_fetch("*", "/credit/cases/XY-2026-000001")
    assert client.get("/credit/breaches").status_code == HTTPStatus.OK
    icon = client.get("/favicon.ico")
    assert icon.status_code == 301
    with client.get(icon.location) as picture:
        assert picture.mimetype == "image/svg+xml"
