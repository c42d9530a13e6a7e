"""The pages of messages: one's own inbox and settings, the operator's record, notices."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from market.access import OrgKind, Role
from market.db import Actor, unit_of_work
from market.messages import jobs
from market.messages.delivering import deliver
from market.messages.gateways import RefusedError
from market.messages.model import MessageAddress
from market.messages.rules import Channel
from tests.market.factories.accounts import a_person, sign_in
from tests.market.messages.conftest import MUST, PLAIN, say


class Refusing:
    """A gateway that takes nothing."""

    def send(self, one):
        raise RefusedError("http 400")


@pytest.fixture
def firm(fast_here):
    return a_person(fast_here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)


@pytest.fixture
def operator(fast_here):
    return a_person(fast_here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR)


def _told(here, user, kind=MUST, once="1"):
    say(here, kind, once=once, org_id=user.organisation_id)
    jobs.sweep(here)


def test_a_message_is_counted_opened_and_read(client, fast_here, firm):
    _told(fast_here, firm)
    sign_in(client, firm)
    page = client.get("/messages").text
    assert '<span class="z-count">1</span>' in page
    assert "案件 AJ-1 已告知。" in page
    answer = client.post("/messages/1/open")
    assert (answer.status_code, answer.location) == (303, "/credit/cases/1")
    assert "没有未读的消息" in client.get("/messages?unread=1").text
    assert "已读" in client.get("/messages/1").text


def test_all_are_marked_as_read_and_only_ones_own(client, fast_here, firm):
    other = a_person(fast_here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)
    _told(fast_here, firm)
    _told(fast_here, firm, PLAIN)
    _told(fast_here, other)
    sign_in(client, firm)
    for path in ("/messages/3", "/messages/9"):
        assert client.get(path).status_code == 404
        assert client.post(f"{path}/open").status_code == 404
    assert client.post("/messages/read").status_code == 303
    assert "没有未读的消息" in client.get("/messages?unread=1").text
    sign_in(client, other)
    assert "AJ-1" in client.get("/messages?unread=1").text


def _settings(**differences):
    facts = {"email": "li@example.cn", "phone": "", "language": "en", "on": ["sms:credit"]}
    return facts | differences


def test_settings_are_kept_and_decide(client, fast_here, firm, tmp_path):
    sign_in(client, firm)
    assert "没有开通" in client.get("/messages/settings").text
    assert client.post("/messages/settings", data=_settings(phone="13800001234")).status_code == 303
    page = client.get("/messages/settings").text
    assert 'value="li@example.cn"' in page
    assert page.count(" checked") == 2
    here = replace(fast_here, config=replace(fast_here.config, sms_dir=tmp_path))
    _told(here, firm)
    _told(here, firm, PLAIN)
    assert jobs.send(here) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "li@example"}, "请填写一个邮箱地址"),
        ({"email": "a@b.cn,c@d.cn"}, "请填写一个邮箱地址"),
        ({"email": "李四@example.cn"}, "请填写一个邮箱地址"),
        ({"phone": "12345678901"}, "请填写 11 位手机号"),
        ({"phone": "1380000123"}, "请填写 11 位手机号"),
    ],
)
def test_what_is_no_address_is_refused_beside_its_field(client, firm, wrong, words):
    sign_in(client, firm)
    answer = client.post("/messages/settings", data=_settings(**wrong))
    assert answer.status_code == 409
    assert words in answer.text


def test_the_operator_sees_what_failed_and_sends_it_again(client, fast_here, firm, operator):
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        work.session.add(MessageAddress(user_id=firm.id, phone="13800001234", changed_at=work.now))
    here = replace(fast_here, config=replace(fast_here.config, sms_url="http://x", sms_key="k"))
    _told(here, firm)
    deliver(here, {Channel.SMS: Refusing()})
    sign_in(client, operator)
    assert "处理发送失败的消息" in client.get("/workbench").text
    page = client.get("/messages/sent?state=failed").text
    assert "138****1234" in page
    assert "13800001234" not in page
    assert "http 400" in page
    assert "AJ-1" not in client.get("/messages/sent?state=failed&q=nobody").text
    assert client.post("/messages/sent/2/retry").status_code == 303
    assert client.post("/messages/sent/2/retry").status_code == 409
    assert client.post("/messages/sent/99/retry").status_code == 404
    deliver(here, {Channel.SMS: Refusing()})
    assert client.post("/messages/sent/retry").status_code == 303
    assert "没有符合条件" in client.get("/messages/sent?state=failed").text


def test_a_message_that_lies_too_long_is_on_the_operators_list(
    client, fast_here, firm, operator, clock
):
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        work.session.add(MessageAddress(user_id=firm.id, phone="13800001234", changed_at=work.now))
    _told(replace(fast_here, config=replace(fast_here.config, sms_url="http://x")), firm)
    sign_in(client, operator)
    assert "迟迟没有发出" not in client.get("/workbench").text
    clock.advance(timedelta(minutes=31))
    assert "迟迟没有发出" in client.get("/workbench").text


def _banner(**differences):
    facts = {
        "words_zh": "周六 <b>停机</b> 维护",
        "words_en": "Down on Saturday",
        "audience": "all",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-03",
    }
    return facts | differences


@pytest.fixture
def colleague(fast_here, app):
    """A browser of another person of an operator."""
    browser = app.test_client()
    sign_in(browser, a_person(fast_here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR))
    return browser


def test_a_notice_is_on_every_page_once_a_second_person_confirmed_it(client, operator, colleague):
    sign_in(client, operator)
    assert client.post("/messages/banners", data=_banner()).status_code == 303
    visitor = client.application.test_client()
    assert "停机" not in visitor.get("/").text
    assert "复核网站公告" not in client.get("/workbench").text
    assert client.post("/messages/banners/1/confirm").status_code == 409
    assert "停机" not in visitor.get("/").text
    assert "复核网站公告" in colleague.get("/workbench").text
    assert "/messages/banners/1/confirm" in colleague.get("/messages/banners").text
    assert colleague.post("/messages/banners/1/confirm").status_code == 303
    assert colleague.post("/messages/banners/1/confirm").status_code == 409
    assert "周六 &lt;b&gt;停机&lt;/b&gt; 维护" in visitor.get("/").text
    visitor.get("/language/en")
    assert "Down on Saturday" in visitor.get("/").text
    assert client.post("/messages/banners/1/withdraw").status_code == 303
    assert "Down on Saturday" not in visitor.get("/").text
    assert client.post("/messages/banners/1/withdraw").status_code == 409
    assert client.post("/messages/banners/9/withdraw").status_code == 404
    assert client.post("/messages/banners/9/confirm").status_code == 404


def told_of_notices(here):
    with here.engine.connect() as connection:
        bodies = [
            row[0]
            for row in connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        ]
    return [json.loads(bytes(body)) for body in bodies if b"zjcs/banner.moved.v1" in bytes(body)]


def test_the_log_has_the_words_of_a_notice_and_the_page_who_put_it_there(
    client, operator, colleague, fast_here
):
    sign_in(client, operator)
    client.post("/messages/banners", data=_banner())
    assert told_of_notices(fast_here) == []
    colleague.post("/messages/banners/1/confirm")
    client.post("/messages/banners/1/withdraw")
    told = told_of_notices(fast_here)
    assert [entry["is_shown"] for entry in told] == [True, False]
    assert {entry["words_zh"] for entry in told} == {"周六 <b>停机</b> 维护"}
    assert {entry["words_en"] for entry in told} == {"Down on Saturday"}
    assert client.get("/messages/banners").text.count(operator.name) >= 3


def test_a_notice_that_nobody_confirmed_is_taken_back_and_never_shown(
    client, operator, colleague, fast_here
):
    sign_in(client, operator)
    client.post("/messages/banners", data=_banner())
    assert client.post("/messages/banners/1/withdraw").status_code == 303
    assert colleague.post("/messages/banners/1/confirm").status_code == 409
    assert told_of_notices(fast_here) == []


def test_a_notice_for_firms_is_for_firms_and_ends_by_itself(
    client, operator, colleague, firm, clock
):
    sign_in(client, operator)
    client.post("/messages/banners", data=_banner(audience="firm"))
    colleague.post("/messages/banners/1/confirm")
    assert "停机" not in client.get("/").text
    sign_in(client, firm)
    assert "停机" in client.get("/").text
    clock.advance(timedelta(days=1, hours=14, minutes=59))
    sign_in(client, firm)
    assert "停机" in client.get("/").text
    clock.advance(timedelta(minutes=1))
    assert "停机" not in client.get("/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": "2026-03-01"},
        {"starts_on": "2026-02-01", "ends_on": "2026-03-01"},
        {"ends_on": "2026-06-01"},
    ],
)
def test_a_notice_that_would_never_or_always_be_shown_is_refused(client, operator, wrong):
    sign_in(client, operator)
    answer = client.post("/messages/banners", data=_banner(**wrong))
    assert answer.status_code == 409
    assert "最长 90 天" in answer.text
