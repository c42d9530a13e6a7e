"""The calendar on the web: for everybody to read, for two operators to change."""

from datetime import date
from io import BytesIO

import pytest

from market.access import OrgKind, Role
from market.calendar.csvfile import read_notice
from market.clock import beijing
from market.holidays import jobs
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.clocks import a_clock
from tests.market.factories.holidays import an_amendment, confirmed, the_notice_of_2027

NUMBER_2026 = "国办发明电〔2025〕7号"
FRIDAY_OFF = an_amendment("国办发明电〔2026〕2号", NUMBER_2026, 2026, ("2026-03-06", "放假"))


def an_operator(app, here):
    browser = app.test_client()
    sign_in(browser, a_person(here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR))
    return browser


def send(browser, content: bytes):
    return browser.post("/holidays/new", data={"file": (BytesIO(content), "notice.csv")})


def decide(browser, page: str, move: str, words: str = ""):
    return browser.post(page, data={"move": move, "words": words, "version": "1"})


def test_the_years_are_listed_with_their_notices_and_what_is_provisional(client):
    page = client.get("/holidays").text
    for words in (NUMBER_2026, "国务院办公厅关于2024年", "2030年法定节假日", "暂定"):
        assert words in page
    assert page.count("z-badge--warn") == 4


def test_a_year_shows_each_day_for_what_it_is(client):
    page = client.get("/holidays/2026").text
    assert page.count("<table") == 12
    assert page.count('<span class="z-day z-day') == 365 + 3  # and the key
    assert "暂定" not in page
    assert "这一年是暂定" in client.get("/holidays/2027").text
    for unknown in ("2023", "2031", "99999", "x"):
        assert client.get(f"/holidays/{unknown}").status_code == 404
        assert client.get(f"/holidays/{unknown}.csv").status_code == 404


def test_a_year_as_a_file_says_of_every_day_what_it_is(client):
    text = client.get("/holidays/2026.csv").get_data().decode("utf-8-sig")
    rows = text.splitlines()
    assert len(rows) == 366
    assert f"2026-02-14,六,调休上班,春节,,{NUMBER_2026}" in rows
    assert "暂定" in client.get("/holidays/2028.csv").get_data().decode("utf-8-sig").splitlines()[1]


def test_the_sample_can_be_imported(client):
    assert read_notice(client.get("/holidays/sample.csv").get_data()).year == 2026


def test_wrong_lines_are_told_by_their_numbers(app, fast_here):
    operator = an_operator(app, fast_here)
    wrong = the_notice_of_2027().replace(b"2027-01-31", b"2027-02-01").replace(b"2027-04-05", b"x")
    answer = send(operator, wrong)
    assert answer.status_code == 409
    for words in ("文件有 2 处错误", "2027-02-01 不是周末", "不是日期", ">17<", ">18<"):
        assert words in answer.text
    assert "还没有导入过通知" in operator.get("/holidays/desk").text


def test_nothing_but_a_notice_is_taken(app, fast_here):
    operator = an_operator(app, fast_here)
    assert operator.post("/holidays/new", data={}).status_code == 422
    for content in (b"", b"\x00\xff\xfe", b"PK\x03\x04", b"x" * 200_000, b'"a'):
        assert send(operator, content).status_code == 409


def test_one_imports_another_confirms_and_everybody_sees_what_moved(app, client, fast_here, clock):
    timed = a_clock(fast_here)
    first, second = an_operator(app, fast_here), an_operator(app, fast_here)
    sent = send(first, FRIDAY_OFF)
    assert sent.status_code == 303
    own = first.get(sent.location).text
    assert "撤回" in own
    assert "复核通过" not in own
    assert "复核放假通知" in second.get("/workbench").text
    page = second.get(sent.location).text
    for words in ("2026-03-06", "不上班", "2026-03-16 24:00", "2026-03-17 24:00", "共 1 项"):
        assert words in page
    assert decide(first, sent.location, "confirm").status_code == 422  # it is not offered
    assert decide(second, sent.location, "refuse", "不").status_code == 409
    assert decide(second, sent.location, "confirm").status_code == 303
    assert "已经办结" in second.get(sent.location).text
    assert decide(second, sent.location, "confirm").status_code == 422
    jobs.sweep(fast_here)
    shown = client.get(f"/clocks/{timed.clock_id}").text
    for words in ("期限变动", "2026-03-16 24:00", "2026-03-17 24:00", "国办发明电〔2026〕2号"):
        assert words in shown
    notice = client.get("/holidays/notices/1").text
    assert timed.clock().number in notice
    assert (
        client.get("/holidays/notices/1.csv").get_data().decode("utf-8-sig") == FRIDAY_OFF.decode()
    )
    assert "/holidays/notices/1" in client.get("/holidays/2026").text
    assert client.get("/holidays/notices/2").status_code == 404


def test_what_changed_meanwhile_must_be_seen_first(app, fast_here):
    first, second = an_operator(app, fast_here), an_operator(app, fast_here)
    page = send(first, FRIDAY_OFF).location
    assert second.post(page, data={"move": "confirm", "version": "0"}).status_code == 409


@pytest.mark.parametrize("page", ["/holidays/desk", "/holidays/new", "/holidays/imports/1"])
def test_importing_is_for_operators(app, client, fast_here, page):
    assert client.get(page).status_code == 303
    browser = app.test_client()
    sign_in(browser, a_person(fast_here, Role.OWNER_CLERK))
    assert browser.get(page).status_code == 403


def test_a_provisional_deadline_says_so_until_the_notice_is_there(client, fast_here, clock):
    clock.move_to(beijing(date(2026, 12, 21), 9))
    timed = a_clock(fast_here, limit=12)
    page = f"/clocks/{timed.clock_id}"
    assert "z-provisional" in client.get(page).text
    confirmed(fast_here, the_notice_of_2027())
    assert "z-provisional" not in client.get(page).text
    assert "国办发明电〔2026〕8号" in client.get(page).text


def test_from_december_on_the_missing_notice_is_told(app, client, fast_here, clock):
    clock.move_to(beijing(date(2026, 11, 30), 9))
    operator = an_operator(app, fast_here)
    assert client.get("/readyz").text == "ok\n"
    assert "导入2027年放假通知" not in operator.get("/workbench").text
    clock.move_to(beijing(date(2026, 12, 1), 9))
    operator = an_operator(app, fast_here)
    answer = client.get("/readyz")
    assert (answer.status_code, "calendar of 2027 is provisional" in answer.text) == (200, True)
    assert "导入2027年放假通知" in operator.get("/workbench").text
    confirmed(fast_here, the_notice_of_2027())
    assert client.get("/readyz").text == "ok\n"
