"""The boards of oversight: who sees them, what they show, what they hide, and their files."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from market.access import OrgKind, Permission, Role, permissions_of
from market.clocks import jobs as clock_jobs
from market.db import Actor, unit_of_work
from market.draws import jobs as draw_jobs
from market.firms.model import Firm
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.clocks import a_clock
from tests.market.factories.contracts import a_filed_contract, a_running_contract
from tests.market.factories.credit import a_case, a_late_firm, an_officer, working_days_later
from tests.market.factories.draws import a_city, a_drawn_need, a_frozen_draw, an_open_draw
from tests.market.factories.firms import PASSWORD
from tests.market.portal.test_views import KINDS, main_of, statements

PAGES = (
    "/oversight",
    "/oversight/draws",
    "/oversight/fees",
    "/oversight/catalogue",
    "/oversight/operator",
    "/oversight/clocks",
    "/oversight/cases",
    "/oversight/contracts",
)
FILES = tuple(path for path in PAGES[1:] if path != "/oversight/operator")


class Reader:
    """The operator's clerk, who sees everything, and signs in again when time has passed."""

    def __init__(self, client, user):
        self.client = client
        self.user = user

    def get(self, path):
        answer = self.client.get(path)
        if answer.status_code == 303 and answer.location.startswith("/sign-in"):
            sign_in(self.client, self.user)
            answer = self.client.get(path)
        return answer


@pytest.fixture
def reader(client, fast_here):
    """A reader who sees everything."""
    return Reader(client, a_person(fast_here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR))


def regulator(client, here, *groups):
    """Sign in a regulator who looks after some groups."""
    sign_in(client, an_officer(here, *groups).user, PASSWORD)


def rows_of(client, path):
    """Return the rows of a file, after the marks that spreadsheets want."""
    answer = client.get(path)
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("role", [*KINDS])
def test_only_those_who_oversee_see_the_boards(client, fast_here, role):
    sign_in(client, a_person(fast_here, role, kind=KINDS[role]))
    allowed = Permission.OVERSIGHT_READ in permissions_of(frozenset({role}))
    for path in PAGES:
        assert (path, client.get(path).status_code) == (path, 200 if allowed else 403)


def test_a_stranger_is_asked_to_sign_in(client):
    for path in PAGES:
        assert client.get(path).status_code == 303


def test_nobody_changes_anything_there(client, reader):
    reader.get("/oversight")
    for path in PAGES:
        assert client.post(path).status_code == 405


def test_an_empty_market_has_empty_files(reader):
    for path in FILES:
        rows = rows_of(reader, f"{path}?format=csv")
        of_items = path in {"/oversight/fees", "/oversight/catalogue"}
        assert len(rows) == (43 if of_items else 1)


def test_the_draw_log_shows_each_step_and_the_verdict(reader, fast_here, clock):
    drawn = a_drawn_need(fast_here, clock)
    an_open_draw(drawn.city, title="待摇号的项目")
    page = main_of(reader.get("/oversight/draws").text)
    assert "通过（演示模式）" in page
    assert "尚未到时" in page
    assert "逾期" not in page.split("<tbody>")[1].split("</tbody>")[0]
    header, *rows = rows_of(reader, "/oversight/draws?format=csv&sort=closes&order=asc")
    assert rows[0][header.index("验证")] == "通过"
    assert rows[0][header.index("摇号结果（实际）")] == "2026-03-16 10:35:00"
    assert rows[1][header.index("验证")] == "尚无结果"


def test_a_list_changed_in_the_database_fails_the_verification(reader, fast_here, clock):
    drawn = a_drawn_need(fast_here, clock)
    with fast_here.engine.begin() as connection:  # What only the owner of the database can do.
        connection.execute(text("DROP TRIGGER record_draw_file_update"))
        changed = connection.exec_driver_sql(
            "UPDATE draw_file SET body = CAST(replace(CAST(body AS TEXT), '\"weight\":1', "
            "'\"weight\":2') AS BLOB) WHERE name = 'list.ndjson'"
        )
        assert changed.rowcount == 1
    page = main_of(reader.get("/oversight/draws").text)
    assert re.search(r"未通过.*V6", page, re.DOTALL)
    cockpit = main_of(reader.get("/oversight").text)
    assert f"摇号验证未通过：{drawn.need.title}" in cockpit


def test_a_late_step_is_flagged(reader, fast_here, clock):
    city = a_city(fast_here, clock, firms=3)
    draw = a_frozen_draw(city, title="结果迟到的项目")
    an_open_draw(city, title="按时的项目")
    clock.move_to(draw.result_by_at)
    assert "结果迟到的项目" not in reader.get("/oversight/draws?late=1").text
    clock.advance(timedelta(seconds=1))
    page = main_of(reader.get("/oversight/draws?late=1").text)
    assert "结果迟到的项目" in page
    assert "按时的项目" not in page
    assert "摇号步骤逾期" in reader.get("/oversight").text
    draw_jobs.run_due(fast_here)
    assert "逾期" in main_of(reader.get("/oversight/draws?late=1").text)


def test_a_draw_called_off_says_why(reader, fast_here, clock):
    city = a_city(fast_here, clock, firms=1)
    draw = an_open_draw(city)
    clock.move_to(draw.enrol_close_at)
    draw_jobs.run_due(fast_here)
    assert "报名家数不足" in main_of(reader.get("/oversight/draws?state=void").text)
    assert "没有符合条件" in main_of(reader.get("/oversight/draws?state=drawn").text)
    header, row = rows_of(reader, "/oversight/draws?format=csv")
    assert row[header.index("作废原因")] == "报名家数不足"


def test_a_regulator_sees_only_its_own_groups(client, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)  # Its item lies in group 01.
    firm, _ = a_late_firm(fast_here, clock)  # Its item lies in group 03.
    case = a_case(fast_here, firm, an_officer(fast_here))
    seen = {
        "/oversight/draws": agreed.city.need(1).title,
        "/oversight/fees": "ZJ-01-001-02",
        "/oversight/clocks": agreed.contract().number,
        "/oversight/contracts": agreed.contract().number,
    }
    hidden = {"/oversight/cases": case.number, "/oversight/fees": "ZJ-03-001-02"}
    regulator(client, fast_here, "01")
    for path, words in seen.items():
        assert (path, words in client.get(path).text) == (path, True)
        assert words in client.get(f"{path}?format=csv").text
    for path, words in hidden.items():
        assert (path, words in client.get(path).text) == (path, False)
        assert words not in client.get(f"{path}?format=csv").text
    regulator(client, fast_here, "03")
    for path, words in seen.items():
        assert (path, words in client.get(path).text) == (path, False)
        assert words not in client.get(f"{path}?format=csv").text
    for path, words in hidden.items():
        assert (path, words in client.get(path).text) == (path, True)
    page = client.get("/oversight").text
    assert "评估评价" in page
    assert re.search(r'z-figure__value">0<', page)
    regulator(client, fast_here)
    for path, words in (seen | hidden).items():
        assert (path, words in client.get(path).text) == (path, True)


def test_fees_are_spread_by_kind_and_the_missing_ones_counted(reader, fast_here, clock):
    a_city(fast_here, clock, firms=3)
    header, *rows = rows_of(reader, "/oversight/fees?format=csv&q=可行性研究报告编制")
    row = next(row for row in rows if row[0] == "ZJ-01-001-02")
    facts = dict(zip(header, row, strict=True))
    assert (facts["提供机构"], facts["已公开"], facts["未公开或未生效"]) == ("3", "3", "0")
    assert facts["固定收费（元） 中位"] == "1000000.00"
    for query in ("sort=firms&order=desc", "sort=middle&order=desc", "sort=undisclosed"):
        page = main_of(reader.get(f"/oversight/fees?{query}").text)
        assert page.count("<tr>") == 21
    first = reader.get("/oversight/fees?sort=firms&order=desc").text.split("<tbody>")[1]
    assert first.index("ZJ-01-001-02") < 600


def test_the_shares_of_time_sum_to_all_of_it(reader, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    working_days_later(clock, 4)
    agreed.deliver()
    working_days_later(clock, 2)
    page = main_of(reader.get("/oversight/clocks").text)
    days = [int(n) for n in re.findall(r"，(\d+) 个工作日", page)]
    total = int(re.search(r"合计 (\d+) 个工作日", page).group(1))
    assert sum(days) == total > 0
    assert agreed.contract().number in page


def test_suspensions_and_cards_are_counted(reader, fast_here, clock):
    timed = a_clock(fast_here)
    timed.answer(timed.request())
    other = a_clock(fast_here, limit=3)
    other.request(working_days=2)
    working_days_later(clock, 12)
    clock_jobs.sweep(fast_here)
    page = main_of(reader.get("/oversight/clocks").text)
    row = page.split('id="suspensions"')[1]
    assert re.findall(r'class="z-num">(\d+)<', row) == ["2", "1", "4"]
    assert "红牌" in page
    assert other.clock().number in reader.get("/oversight/clocks?light=red").text
    assert timed.clock().number not in reader.get("/oversight/clocks?light=red").text
    assert "挂起申请待运营机构决定" in reader.get("/oversight").text


def test_the_chain_of_prices_flags_what_rises(reader, fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    header, row = rows_of(reader, "/oversight/contracts?format=csv")
    facts = dict(zip(header, row, strict=True))
    assert facts["合同金额（元）"] == facts["中选金额（元）"] == "98000.00"
    assert facts["上升环节"] == ""
    with fast_here.engine.begin() as connection:  # Past the action that would refuse it.
        connection.execute(text("UPDATE contract SET price_fen = price_fen + 1"))
    assert "中选金额→合同金额" in main_of(reader.get("/oversight/contracts").text)
    assert "合同或中选金额超过上限" in reader.get("/oversight").text
    assert agreed.contract().number not in reader.get("/oversight/contracts?state=running").text


def test_cases_are_listed_by_state_and_name(reader, fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    for query in ("", "?state=notified", f"?q={case.number}", f"?q={firm.name[:4]}"):
        assert case.number in main_of(reader.get(f"/oversight/cases{query}").text)
    tables = reader.get("/oversight/cases?state=decided").text.split("<tbody>")[1]
    assert case.number not in tables
    header, row = rows_of(reader, "/oversight/cases?format=csv&state=notified")
    assert dict(zip(header, row, strict=True))["措施"] == "列入黑名单（一般失信）"


def test_no_file_holds_a_formula(reader, fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    a_case(fast_here, firm, an_officer(fast_here))
    name = ' =HYPERLINK("http://evil.example","点我")'
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        work.session.get_one(Firm, firm.id).name = name
    rows = rows_of(reader, "/oversight/cases?format=csv")
    assert rows[1][1] == f"'{name}"
    for path in FILES:
        for row in rows_of(reader, f"{path}?format=csv"):
            assert not [cell for cell in row if cell.lstrip()[:1] in "=+@-" and cell.strip()]


def test_a_board_asks_as_much_for_many_rows_as_for_one(reader, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    paths = ("/oversight/fees", "/oversight/clocks", "/oversight/cases", "/oversight/contracts")
    reader.get("/oversight")  # Signs in.
    few = {path: statements(fast_here, lambda path=path: reader.get(path)) for path in paths}
    for _ in range(3):
        a_clock(fast_here)
        an_open_draw(agreed.city)
    many = {path: statements(fast_here, lambda path=path: reader.get(path)) for path in paths}
    assert all(many[path] <= few[path] for path in paths)
    assert max(few.values()) < 30


def test_the_draw_log_asks_little_more_for_a_row_verified_before(reader, fast_here, clock):
    drawn = a_drawn_need(fast_here, clock)
    reader.get("/oversight/draws")  # Signs in, verifies, and keeps what was found.
    few = statements(fast_here, lambda: reader.get("/oversight/draws"))
    for _ in range(3):
        a_drawn_need(fast_here, clock, city=drawn.city)
    reader.get("/oversight/draws")
    many = statements(fast_here, lambda: reader.get("/oversight/draws"))
    assert many - few <= 3 * 3


def test_reading_writes_nothing(reader, fast_here, clock):
    a_running_contract(fast_here, clock)
    written: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    reader.get("/oversight")  # The sign-in of the day has been noted.
    event.listen(fast_here.engine, "before_cursor_execute", note)
    try:
        for path in PAGES:
            reader.get(path)
    finally:
        event.remove(fast_here.engine, "before_cursor_execute", note)
    assert [w for w in written if "user_session" not in w] == []
