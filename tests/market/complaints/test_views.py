"""The pages of complaints: who sees what, from the form of a citizen to the decision's letter."""

import io
import re
from datetime import timedelta

import pytest

from market import log
from market.accounts.rules import COMPLAINT_PER_ADDRESS, FOLLOW_PER_ADDRESS
from market.complaints import queries
from market.complaints.model import Complaint
from market.complaints.rules import AbuseState, Channel, ComplaintState, Matter, Remedy
from market.draws.rules import AwardState
from market.letters import jobs as letter_jobs
from market.letters import queries as letters
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import (
    CLAUSE,
    CONTACT,
    DECISION,
    GROUNDLESS,
    NAME,
    REASONS,
    REPLY,
    STATEMENT,
    TEXT,
    accepted,
    again,
    decided,
    filed,
    heard,
    proposed,
    read,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm, officers


def test_what_another_complaint_ended_is_not_said_to_stand_still(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    other = accepted(
        city, filed(drawn, matter=Matter.COLLUSION, contact="13900007777").one, officer
    )
    url = f"/complaints/{other.number}"
    assert "暂停中" in site.as_(officer).get(url).text
    one = heard(city, accepted(city, filed(drawn).one, officer), officer, drawn.delegate)
    decided(city, proposed(city, one, officer, remedy=Remedy.ANNUL), decider)
    for reader in (officer, drawn.delegate, None):
        page = (site.as_(reader) if reader else site.as_()).get(url).text
        assert "暂停中" not in page
        assert "不是因本投诉结束" in page
    assert "不是因本投诉结束" not in site.as_().get(f"/complaints/{one.number}").text


def test_the_words_about_a_finding_are_true_of_a_citizen(site, clock):
    _, _, url, officer, decider = rejected(site, clock)
    send(site.as_(officer), url, "malicious", reason="fabricated", evidence=BOUGHT)
    page = send(site.as_(decider), url, "malicious/judge", confirm="no", text=DECISION).text
    assert "个人凭编号和查询码查看" in page
    assert "已办理并告知投诉人" not in page


ABUSE_REPLY = "费用是双方另一项咨询合同的服务费，附合同和发票，与投诉无关。"
BOUGHT = "投诉人承认收取另一机构的费用后代为投诉，附谈话笔录和转账记录。"


@pytest.fixture
def site(city):
    return site_of(city)


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page).group(1)


def send(client, url, deed, **data):
    page = client.get(url).text
    return client.post(
        f"{url}/{deed}", data={"version": version_on(page)} | data, follow_redirects=True
    )


def complain(client, drawn, **differences):
    given = {
        "target": "award",
        "against": "firm",
        "ref": drawn.award.number,
        "matter": "lacks_condition",
        "text": TEXT,
        "name": NAME,
        "contact": CONTACT,
    }
    return client.post("/complaints/new", data=given | differences)


def receipt_on(page):
    number = re.search(r"TS-\d{4}-\d{6}", page).group(0)
    code = re.search(r'id="code">([A-Z2-7-]+)<', page).group(1)
    return number, code


def receipts_on(page, *tickets):
    """Return the codes by number, of a list's lines, in the table and in what is copied."""
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    found = {}
    for ticket in tickets:
        [row] = [each for each in rows if f"{ticket}<" in each]
        number = re.search(r"TS-\d{4}-\d{6}", row).group(0)
        found[number] = re.search(r"<strong>([A-Z2-7-]+)</strong>", row).group(1)
        assert f"{ticket}\t{number}\t{found[number]}" in page
    return found


SECRETS = (TEXT, NAME, CONTACT)


def test_a_citizen_files_and_follows_by_the_code_alone(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    log.sequence(city.here)
    officers(city)
    citizen = site.as_()
    assert "/complaints/new?" in citizen.get(f"/draws/{site.number(drawn.draw)}").text
    assert drawn.award.number in citizen.get(f"/complaints/new?ref={drawn.award.number}").text
    short = complain(citizen, drawn, text="太短")
    assert short.status_code == 409
    assert "至少 20 个字" in short.text
    number, code = receipt_on(complain(citizen, drawn).text)
    url = f"/complaints/{number}"
    assert citizen.get(url).status_code == 404
    assert site.as_(drawn.delegate).get(url).status_code == 404
    wrong = citizen.post("/complaints/follow", data={"number": number, "code": "A" * 16})
    assert "查询码不正确" in wrong.text
    right = citizen.post("/complaints/follow", data={"number": number, "code": code.lower()})
    assert right.status_code == 303
    page = citizen.get(url)
    assert "待受理" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert not any(secret in page.text for secret in SECRETS)
    clock.advance(timedelta(minutes=31))
    assert citizen.get(url).status_code == 404


def followed(site, receipt):
    citizen = site.as_()
    citizen.post("/complaints/follow", data={"number": receipt.one.number, "code": receipt.code})
    return citizen


def test_an_officer_looks_for_a_purpose_and_the_award_stands_still(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    log.sequence(city.here)
    officer, _ = officers(city)
    number = filed(drawn).one.number
    url, office = f"/complaints/{number}", site.as_(officer)
    assert number in office.get("/workbench").text
    assert not any(secret in office.get(url).text for secret in SECRETS)
    opened = office.post(f"{url}/open", data={"purpose": "accept", "words": "决定是否受理"})
    assert all(secret in opened.text for secret in SECRETS)
    assert not any(secret in office.get(url).text for secret in SECRETS)
    send(office, url, "verify", how="按所留电话联系到本人。")
    send(office, url, "accept")
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN
    public = site.as_(another_firm(drawn)).get(url).text
    assert "暂停中" in public
    assert number in site.as_().get(f"/draws/{site.number(drawn.draw)}").text
    assert number in site.as_().get("/complaints").text
    send(office, url, "ask", statement=STATEMENT)
    firm = site.as_(drawn.delegate)
    assert number in firm.get("/workbench").text
    seen = firm.get(url).text
    assert STATEMENT in seen
    assert not any(secret in seen for secret in (*SECRETS, "实名"))


def test_a_decision_reaches_the_complainant_as_a_letter(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    receipt = filed(drawn)
    url, office = f"/complaints/{receipt.one.number}", site.as_(officer)
    heard(city, accepted(city, receipt.one, officer), officer, drawn.delegate)
    assert REPLY in office.get(url).text
    read(city, receipt.one, officer)
    given = {"outcome": "upheld", "remedy": "annul", "clause": CLAUSE, "reasons": REASONS}
    send(office, url, "propose", **given)
    send(site.as_(decider), url, "decide", agree="yes", text=DECISION)
    assert city.awards(drawn.draw.id)[0].state is AwardState.DISQUALIFIED
    citizen = followed(site, receipt)
    page = citizen.get(url).text
    assert REASONS in page
    assert DECISION not in page
    letter_jobs.sweep(city.here)
    path = re.search(rf'href="({url}/letters/[^"]+)"', page).group(1)
    assert citizen.get(path).data.startswith(b"%PDF")
    assert site.as_(drawn.delegate).get(path).status_code == 404
    assert REASONS not in site.as_().get(url).text


def test_an_address_files_so_many_in_an_hour_and_what_is_refused_costs_nothing(site, clock):
    drawn = a_drawn_need(site.city.here, clock, city=site.city)
    visitor = site.as_()
    for _ in range(COMPLAINT_PER_ADDRESS.tries + 1):
        assert complain(visitor, drawn, ref="XQ-2026-999999").status_code == 409
    for _ in range(COMPLAINT_PER_ADDRESS.tries):
        assert complain(visitor, drawn).status_code == 200
    blocked = complain(visitor, drawn)
    assert blocked.status_code == 429
    assert "10 件投诉，达到上限，本件没有提交" in blocked.text
    assert "账号安全" not in blocked.text
    assert TEXT in blocked.text, "what was written is kept"
    clock.advance(COMPLAINT_PER_ADDRESS.window)
    assert complain(visitor, drawn).status_code == 200


def test_a_code_is_not_to_be_guessed(site, clock):
    drawn = a_drawn_need(site.city.here, clock, city=site.city)
    receipt = filed(drawn)
    visitor = site.as_()
    wrong = {"number": receipt.one.number, "code": "B" * 16}
    for _ in range(FOLLOW_PER_ADDRESS.tries):
        assert visitor.post("/complaints/follow", data=wrong).status_code == 409
    blocked = visitor.post(
        "/complaints/follow", data={"number": receipt.one.number, "code": receipt.code}
    )
    assert blocked.status_code == 429
    clock.advance(FOLLOW_PER_ADDRESS.window)
    right = visitor.post(
        "/complaints/follow", data={"number": receipt.one.number, "code": receipt.code}
    )
    assert right.status_code == 303


def test_an_organisation_follows_its_own_and_takes_it_back(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officers(city)
    client = site.as_(another_firm(drawn))
    number, _ = receipt_on(complain(client, drawn, name="", contact="").text)
    assert number in client.get("/complaints/desk").text
    assert "实名，联系方式已核实" in client.get(f"/complaints/{number}").text
    page = send(client, f"/complaints/{number}", "withdraw").text
    assert "投诉人已撤回" in page
    other = site.as_(another_firm(drawn, 1))
    assert number not in other.get("/complaints/desk").text
    assert other.post(f"/complaints/{number}/withdraw").status_code in {404, 409}


def test_each_look_at_the_identity_is_on_record(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = filed(drawn).one
    url = f"/complaints/{one.number}/open"
    office = site.as_(officer)
    refused = office.post(url, data={"purpose": "accept", "words": "看"})
    assert refused.status_code == 409
    assert TEXT not in refused.text
    office.post(url, data={"purpose": "contact", "words": "电话联系核实情况"})
    for person in (city.operator, drawn.delegate, another_firm(drawn)):
        assert (
            site.as_(person).post(url, data={"purpose": "contact", "words": "想看看"}).status_code
            == 404
        )
    with city.reading() as work:
        assert work.session.query(Complaint).count() == 1
    record = site.as_(decider).get("/complaints/openings").text
    assert "电话联系核实情况" in record
    assert record.count(one.number) == 1
    assert office.get("/complaints/openings").status_code == 403


def test_the_operator_enters_a_call_and_sees_it_no_more(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officers(city)
    desk = site.as_(city.operator)
    given = {
        "received_on": f"{clock():%Y-%m-%d}",
        "target": "award",
        "against": "owner",
        "ref": drawn.award.number,
        "matter": "conduct",
        "text": TEXT,
        "name": NAME,
        "contact": CONTACT,
    }
    page = desk.post("/complaints/enter", data=given).text
    number, code = receipt_on(page)
    assert "告诉来电人" in page
    assert f"{number}\t{code}" in page
    assert desk.get(f"/complaints/{number}").status_code == 404
    with city.reading() as work:
        assert queries.by_number(work, number).channel is Channel.PHONE


HEADER = "工单编号,受理日期,投诉事项,编号或者代码,投诉谁,反映的问题,姓名,联系电话,诉求内容"


def listed(*lines):
    return {"file": (io.BytesIO("\r\n".join((HEADER, *lines)).encode("utf-8-sig")), "a.csv")}


def test_a_list_of_the_hotline_is_judged_line_by_line(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officers(city)
    desk = site.as_(city.operator)
    day = f"{clock():%Y-%m-%d}"
    about = f"采购需求或者中选结果,{drawn.award.number},中介机构,串通报名或报价"
    good = f"HL-1,{day},{about},{NAME},{CONTACT},{TEXT}"
    other = f"HL-2,{day},其他事项,,不针对具体单位,其他,,,{TEXT}"
    bad = (
        f"HL-3,{day},采购需求或者中选结果,XQ-1999-000001,中介机构,其他,,,{TEXT}",
        f"HL-1,{day},其他事项,,不针对具体单位,其他,,,{TEXT}",
        f"HL-4,{day},天气,,不针对具体单位,其他,{NAME},,短",
    )
    page = desk.post(
        "/complaints/import", data=listed(good, *bad), content_type="multipart/form-data"
    )
    assert page.status_code == 422
    assert "没有找到“XQ-1999-000001”" in page.text
    assert "与第 2 行重复" in page.text
    assert "“天气”不在可填的范围内" in page.text
    for secret in (NAME, CONTACT, TEXT):
        assert secret not in page.text
    kept = desk.post(
        "/complaints/import", data=listed(good, other), content_type="multipart/form-data"
    )
    assert kept.status_code == 303
    preview = desk.get(kept.location).text
    assert "HL-2" in preview
    assert TEXT not in preview
    with city.reading() as work:
        assert work.session.query(Complaint).count() == 0
    taken = desk.post(kept.location, data={})
    assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "no-store")
    with city.reading() as work:
        rows = work.session.query(Complaint).order_by(Complaint.id).all()
        assert [row.channel for row in rows] == [Channel.HOTLINE] * 2
    numbers = receipts_on(taken.text, "HL-1", "HL-2")
    assert list(numbers) == [row.number for row in rows]
    for number, code in numbers.items():
        said = {"number": number, "code": code}
        assert site.as_().post("/complaints/follow", data=said).status_code == 303
    assert desk.post(kept.location, data={}).status_code == 409
    assert "清单内容已经删除" in desk.get(kept.location).text
    again_ = desk.post("/complaints/import", data=listed(good), content_type="multipart/form-data")
    assert "已经导入过" in again_.text
    assert site.as_(drawn.delegate).get(kept.location).status_code == 403


def rejected(site, clock, person=None):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    receipt = filed(
        drawn, person and person(drawn), **({"name": "", "contact": ""} if person else {})
    )
    url = f"/complaints/{receipt.one.number}"
    office = site.as_(officer)
    send(office, url, "accept")
    said = {"outcome": "rejected", "remedy": "none", "reasons": GROUNDLESS}
    assert 'id="propose"' not in office.get(url).text
    assert "先登记用途并查看" in office.get(url).text
    assert "还没有人查看过" in office.post(f"{url}/propose", data=said).text
    assert "本单位还没有查看" in office.get(url).text
    office.post(f"{url}/open", data={"purpose": "investigate", "words": "核查投诉的事实"})
    assert "本单位已查看 1 次" in office.get(url).text
    assert "先写投诉要点请被投诉方说明" in send(office, url, "propose", **said).text
    send(office, url, "ask", statement=STATEMENT)
    send(site.as_(drawn.delegate), url, "reply", text=REPLY, is_last="y")
    send(office, url, "propose", **said)
    send(site.as_(decider), url, "decide", agree="yes", text=DECISION)
    assert again(city, receipt.one).state is ComplaintState.REJECTED
    return drawn, receipt, url, officer, decider


def test_a_malicious_complaint_is_answered_and_confirmed_by_another(site, clock):
    drawn, receipt, url, officer, decider = rejected(site, clock, another_firm)
    city, person = site.city, another_firm(drawn)
    send(site.as_(officer), url, "malicious", reason="bought", evidence=BOUGHT)
    complainant = site.as_(person)
    assert receipt.one.number in complainant.get("/workbench").text
    early = send(site.as_(decider), url, "malicious/judge", confirm="yes", text=DECISION)
    assert "收到说明或者期限届满后再决定" in early.text
    assert re.search(r"说明的期限到 \d{4}-\d\d-\d\d 24:00", early.text)
    said = {"purpose": "malicious", "words": "核对投诉人的说明"}
    site.as_(decider).post(f"{url}/open", data=said)
    clock.advance(timedelta(minutes=5))
    send(complainant, url, "malicious/reply", text=ABUSE_REPLY)
    assert ABUSE_REPLY not in site.as_(decider).get(url).text
    site.as_(officer).post(f"{url}/open", data=said)
    unread = send(site.as_(decider), url, "malicious/judge", confirm="yes", text=DECISION).text
    assert "您还没有查看，不能认定" in unread
    with city.reading() as work:
        assert queries.abuse_of(work, receipt.one).state is AbuseState.REPLIED
    assert ABUSE_REPLY in site.as_(decider).post(f"{url}/open", data=said).text
    send(site.as_(decider), url, "malicious/judge", confirm="yes", text=DECISION)
    page = complainant.get(url).text
    letter = re.search(r"恶意投诉认定书[^<]*?(WTE-\d{4}-\d+)", page).group(1)
    with city.reading() as work:
        found = letters.of_subject(work, f"complaint:{receipt.one.id}")[-1]
        assert (found.number, bool(found.remedies)) == (letter, True)
        assert BOUGHT in "".join(found.paragraphs)
        assert person.actor.org_code not in f"{found.recipient}{found.recipient_code}"
    assert page.count("恶意投诉的认定：") == 3, "proposed, replied to, found"
    assert "恶意投诉的认定：" not in site.as_(drawn.delegate).get(url).text
    with city.reading() as work:
        row = queries.abuse_of(work, again(city, receipt.one))
        assert (row.state, row.org_id) == (AbuseState.CONFIRMED, person.actor.org_id)
        assert ABUSE_REPLY.encode() not in row.sealed_reply
    next_one = filed(drawn, person, name="", contact="").one
    send(site.as_(officer), f"/complaints/{next_one.number}", "accept")
    assert not again(city, next_one).freezes
    send(site.as_(decider), url, "malicious/withdraw", text="证据后来查明系伪造")
    with city.reading() as work:
        row = queries.abuse_of(work, again(city, receipt.one))
        assert (row.state, row.org_id) == (AbuseState.WITHDRAWN, None)
        found = letters.of_subject(work, f"complaint:{receipt.one.id}")[-1]
        assert letters.standing(work, found).withdrawal is not None
    assert site.as_(drawn.delegate).get(url).text.count(BOUGHT) == 0


def test_whoever_proposed_it_takes_it_back_and_nobody_proposes_it_again(site, clock):
    drawn, receipt, url, officer, decider = rejected(site, clock, another_firm)
    send(site.as_(officer), url, "malicious", reason="bought", evidence=BOUGHT)
    assert "take-back" not in site.as_(decider).get(url).text
    data = {"why_taken_back": "核对后证据不足"}
    assert site.as_(decider).post(f"{url}/malicious/take-back", data=data).status_code == 403
    send(site.as_(officer), url, "malicious/take-back", **data)
    page = site.as_(another_firm(drawn)).get(url).text
    assert "核对后证据不足" in page
    assert 'id="reply-abuse"' not in page
    assert 'id="propose-abuse"' not in site.as_(officer).get(url).text
    assert 'id="judge"' not in site.as_(decider).get(url).text
    with site.city.reading() as work:
        assert queries.abuse_of(work, receipt.one).state is AbuseState.TAKEN_BACK


def test_of_a_citizen_nothing_is_recorded_but_that_there_was_one(site, clock):
    _, receipt, url, officer, decider = rejected(site, clock)
    city = site.city
    send(site.as_(officer), url, "malicious", reason="fabricated", evidence=BOUGHT)
    with city.reading() as work:
        due_at = queries.abuse_of(work, receipt.one).reply_by_at
    clock.move_to(due_at)
    send(site.as_(decider), url, "malicious/judge", confirm="yes", text=DECISION)
    with city.reading() as work:
        row = queries.abuse_of(work, receipt.one)
        assert (row.state, row.org_id) == (AbuseState.CONFIRMED, None)


def test_small_numbers_are_not_published(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    officers(city)
    filed(drawn)
    small = site.as_().get("/complaints/statistics").text
    assert "件数太少" in small
    assert re.search(r"收到.*?>1<", small, re.DOTALL)
    assert re.search(r"逾期.*?>0<", small, re.DOTALL)
    assert "受理率</" not in small
    for _ in range(4):
        filed(drawn)
    page = site.as_().get("/complaints/statistics").text
    assert "网站" in page
    assert "件数太少，只公开" not in page
