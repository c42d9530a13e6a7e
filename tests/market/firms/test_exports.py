"""What goes out as a table: to anyone, to the operator, and never more of a person than may be."""

from datetime import timedelta

import pytest

from market.firms import actions, queries
from market.firms.identity import identity_key
from market.firms.tables.exporting import OPERATOR, PUBLIC, Export
from market.sheets.reading import read_sheet
from market.sheets.writing import Format
from tests.market.factories.firms import (
    ITEM,
    a_delegate,
    a_fee,
    a_filled_in_firm,
    a_listed_firm,
    a_member,
    a_submitted_firm,
    an_id_number,
    an_operator,
)


def table(browser, path, heading):
    answer = browser.get(path)
    assert answer.status_code == 200, path
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    sheet = read_sheet(answer.data, [heading])
    head, *rows = [row.cells for row in sheet.rows]
    return [dict(zip(head, (*row, *[""] * len(head)), strict=False)) for row in rows]


@pytest.mark.parametrize("form", Format)
def test_the_public_has_listed_firms_their_certificates_fees_and_the_items(
    fast_here, clock, client, form
):
    listed, _ = a_listed_firm(fast_here, clock, name="甲环评有限公司")
    a_submitted_firm(fast_here)
    a_filled_in_firm(fast_here)
    (firm,) = table(client, f"/downloads/firms.{form}", "机构名称")
    assert (firm["机构名称"], firm["统一社会信用代码"]) == ("甲环评有限公司", listed.code)
    assert (firm["机构性质"], firm["状态"]) == ("企业", "已入驻")
    assert not {"联系人", "联系电话", "法定代表人", "电子邮箱"} & firm.keys()
    (certificate,) = table(client, f"/downloads/qualifications.{form}", "资质名称")
    assert certificate["资质名称"] == "环境影响评价信用平台"
    (fee,) = table(client, f"/downloads/fees.{form}", "事项编码")
    assert (fee["事项编码"], fee["固定金额（元）"]) == (ITEM, "30000.00")
    items = table(client, f"/downloads/items.{form}", "事项编码")
    assert len(items) > 40
    assert client.get(f"/downloads/staff.{form}").status_code == 404


def test_of_two_versions_the_one_in_force_is_told(fast_here, clock, client, working):
    _, person = a_listed_firm(fast_here, clock)
    with working(fast_here, person) as work:
        firm = queries.own(work)
        today = work.today
        actions.publish_fee(work, firm, ITEM, a_fee(today, amount_fen=2_000_000))
        later = a_fee(today + timedelta(days=9), amount_fen=1_000_000)
        actions.publish_fee(work, firm, ITEM, later)
    (fee,) = table(client, "/downloads/fees.csv", "事项编码")
    assert fee["固定金额（元）"] == "20000.00"
    clock.advance(timedelta(days=10))
    (fee,) = table(client, "/downloads/fees.csv", "事项编码")
    assert fee["固定金额（元）"] == "10000.00"
    with working(fast_here, person) as work:
        ended = a_fee(work.today, amount_fen=1, valid_to_on=work.today)
        actions.publish_fee(work, queries.own(work), ITEM, ended)
    clock.advance(timedelta(days=1))
    assert table(client, "/downloads/fees.csv", "事项编码") == []


def test_the_operator_has_every_state_and_people_masked(fast_here, clock, sign_in, working):
    number = an_id_number()
    _, person = a_listed_firm(fast_here, clock)
    with working(fast_here, person) as work:
        key = identity_key(fast_here.keys)
        actions.add_staff(work, queries.own(work), a_member(name="孙大圣", id_number=number), key)
    a_submitted_firm(fast_here)
    draft, _ = a_filled_in_firm(fast_here)
    browser = sign_in(an_operator(fast_here))
    assert "导出数据表" in browser.get("/firm-checks").text
    assert "数据表" in browser.get("/firm-export").text
    firms = table(browser, "/firm-export/firms.xlsx", "机构名称")
    assert {firm["状态"] for firm in firms} == {"已入驻", "待运营审核"}
    assert draft.code not in {firm["统一社会信用代码"] for firm in firms}
    assert {(f["联系人"], f["联系电话"], f["电子邮箱"]) for f in firms} == {
        ("李*", "075*****1234", "o***@firm.example")
    }
    staff = table(browser, "/firm-export/staff.csv", "姓名")
    names = {row["姓名"] for row in staff}
    assert "孙**" in names
    assert {row["身份证号码"][4:14] for row in staff} == {"*" * 10}
    assert number not in browser.get("/firm-export/staff.csv").text


def test_only_the_operator_has_the_operators_tables(fast_here, client, sign_in):
    assert client.get("/firm-export/staff.csv").status_code == 303
    browser = sign_in(a_delegate(fast_here))
    assert browser.get("/firm-export/staff.csv").status_code == 403
    assert browser.get("/firm-export").status_code == 403


def test_what_is_no_table_is_missing(fast_here, client, sign_in):
    for path in ("/downloads/people.csv", "/downloads/firms.doc", "/downloads/staff.csv"):
        assert client.get(path).status_code == 404
    assert sign_in(an_operator(fast_here)).get("/firm-export/x.csv").status_code == 404
    browser = sign_in(a_filled_in_firm(fast_here)[1])
    assert browser.get("/firm/export/firms.csv").status_code == 404
    assert browser.get("/firm/export/staff.xlsx").data.startswith(b"PK")


def test_the_pages_lead_to_the_tables(fast_here, client):
    for page in ("/firms", "/fees", "/items"):
        assert 'href="/downloads"' in client.get(page).text
    text = client.get("/downloads").text
    for one in PUBLIC:
        for form in Format:
            assert f'href="/downloads/{one}.{form}"' in text
    assert set(PUBLIC) < set(OPERATOR) == set(Export)


def test_a_formula_in_a_name_is_only_text_outside(fast_here, clock, client, working):
    _, person = a_listed_firm(fast_here, clock)
    with working(fast_here, person) as work:
        queries.own(work).business_scope = "=HYPERLINK(1)"
    assert ",'=HYPERLINK(1)," in client.get("/downloads/firms.csv").text
