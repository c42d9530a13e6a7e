"""Whoever got a letter downloads it, nobody else does, and anybody checks it."""

import io

import pytest

from market.access import OrgKind, Role
from market.db import Actor, unit_of_work
from market.letters import jobs
from market.letters.actions import issue, withdraw
from market.letters.kinds import LetterKind, declare
from market.letters.model import Letter
from market.letters.rules import spelled
from tests.market.factories.accounts import a_person, sign_in

KIND = declare(LetterKind(code="test.page", name="告知书", series="WXC"))


@pytest.fixture
def firm(fast_here):
    return a_person(fast_here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)


@pytest.fixture
def letter(fast_here, firm):
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        return issue(
            work,
            KIND,
            org_id=firm.organisation_id,
            subject="credit_case:1",
            title="告知书",
            paragraphs=["一、事实。"],
        )


def _file(letter):
    return f"/letters/{letter.number}/file"


def test_its_own_people_download_it_once_it_is_made(client, fast_here, firm, letter):
    sign_in(client, firm)
    assert "正在生成" in client.get("/letters").text
    early = client.get(_file(letter))
    assert (early.status_code, early.headers["Retry-After"]) == (409, "10")
    assert jobs.sweep(fast_here) == 1
    assert jobs.sweep(fast_here) == 0
    answer = client.get(_file(letter))
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.data == client.get(_file(letter)).data
    assert spelled(letter.code) in client.get("/letters").text


def test_others_do_not_know_of_it_and_officials_read_it(client, fast_here, letter):
    jobs.sweep(fast_here)
    assert client.get(_file(letter)).status_code == 303
    sign_in(client, a_person(fast_here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM))
    assert client.get(_file(letter)).status_code == 404
    assert letter.number not in client.get("/letters").text
    sign_in(client, a_person(fast_here, Role.SUPERVISOR_OFFICER, kind=OrgKind.SUPERVISOR))
    assert client.get(_file(letter)).status_code == 200


def _check(client, letter, code=None):
    return client.get("/letters/check", query_string={"number": letter.number, "code": code}).text


def test_anybody_checks_it_by_number_and_code(client, fast_here, letter):
    page = _check(client, letter, spelled(letter.code).lower())
    assert "文书真实，现在有效" in page
    assert letter.digest in page
    assert letter.recipient not in page
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        withdraw(work, work.session.get_one(Letter, letter.id), reason="有误")
    page = _check(client, letter, letter.code)
    assert "已经撤销" in page
    assert "现在有效" not in page


@pytest.mark.parametrize("code", ["ABCD", "A" * 16, "A" * 17])
def test_a_wrong_code_tells_nothing(client, letter, code):
    page = _check(client, letter, code)
    assert "没有这样的文书" in page
    assert letter.digest not in page


def test_a_number_alone_fills_the_form_in(client, letter):
    page = _check(client, letter)
    assert "没有这样的文书" not in page
    assert f'value="{letter.number}"' in page
    assert letter.digest not in page


def test_a_file_is_compared_and_not_kept(client, fast_here, firm, letter):
    jobs.sweep(fast_here)
    sign_in(client, firm)
    content = client.get(_file(letter)).data

    def sent(data):
        form = {"file": (io.BytesIO(data), "x.pdf")}
        return client.post("/letters/check", data=form).text

    assert "文书真实，现在有效" in sent(content)
    assert "不是本平台签发的文件" in sent(content + b" ")
    assert "不是本平台签发的文件" in client.post("/letters/check").text


def test_what_is_missing_is_said(client, letter):
    def read(**typed):
        return client.get("/letters/check", query_string=typed).text

    number = letter.number
    assert "还没有填核验码" in read(number=number)
    assert f'value="{number}"' in read(number=number)
    assert "还没有填文号" in read(code="0000 0000 0000 0000")
    for page in (read(), read(number=number, code="0000000000000000")):
        assert "还没有填" not in page
