"""Documents in the browser: handed in by a firm, kept in quarantine, checked by the operator."""

import re
from io import BytesIO

import pytest

from market.access import OrgKind, Role
from tests.market.factories.documents import (
    a_pdf,
    a_picture,
    an_office_file,
    upload,
    upload_required,
)
from tests.market.factories.firms import a_filled_in_firm, a_person, an_operator


def address_of(browser, kind: str) -> str:
    return re.search(rf'"(/documents/new/firm/\d+/{kind})"', browser.get("/firm/materials").text)[1]


def test_a_document_goes_through_quarantine(fast_here, sign_in, clock):
    firm, delegate = a_filled_in_firm(fast_here)
    browser, checker = sign_in(delegate), sign_in(an_operator(fast_here))
    page = browser.get("/firm/materials").text
    assert "审核制还缺以下材料" in page
    address = address_of(browser, "legal-id")
    form = browser.get(address).text
    assert 'capture="environment"' in form
    assert "含个人信息" in form
    sent = browser.post(address, data={"photo": (BytesIO(a_picture()), "image.jpg")})
    assert sent.status_code == 303
    document = sent.location
    assert "登记并打开" in browser.get(document).text
    # Nothing is handed out before the look is written down, to nobody.
    for visitor in (browser, checker):
        assert visitor.get(f"{document}/file").status_code == 409
    assert checker.post(f"{document}/open").status_code == 303
    page = checker.get(document).text
    assert "外部文件，请谨慎打开" in page
    answer = checker.get(f"{document}/file")
    assert answer.status_code == 200
    assert answer.data == a_picture()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "王小明" in browser.get(document).text  # Who looked is shown to the firm.

    assert "核对上传的材料" in checker.get("/workbench").text
    assert firm.name in checker.get("/document-checks").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    said = {"outcome": "reject", "reason": "", "version": version}
    bare = checker.post(f"{document}/decide", data=said)
    assert "至少 5 个字" in bare.text
    said["reason"] = "照片反光，号码看不清"
    assert checker.post(f"{document}/decide", data=said).status_code == 303
    assert checker.post(f"{document}/decide", data=said).status_code == 409
    assert said["reason"] in browser.get(document).text
    assert "更换被退回的材料" in browser.get("/workbench").text
    again = upload(browser, address, a_picture("PNG"), "身份证.png")
    assert again.status_code == 303
    assert "已被替换" in browser.get(again.location).text


def test_the_check_shows_documents_beside_the_facts(fast_here, sign_in):
    firm, delegate = a_filled_in_firm(fast_here)
    browser, checker = sign_in(delegate), sign_in(an_operator(fast_here))
    document = upload(browser, address_of(browser, "licence"), a_pdf()).location
    upload_required(browser)
    assert browser.post("/firm/submit").status_code == 303
    page = checker.get(f"/firm-checks/{firm.id}").text
    assert f'href="{document}"' in page
    assert "查看并核对" in page


def test_others_do_not_know_of_a_document(fast_here, sign_in, client):
    _, delegate = a_filled_in_firm(fast_here)
    browser = sign_in(delegate)
    document = upload(browser, address_of(browser, "licence"), a_pdf()).location
    assert browser.get(f"{document}/file").data == a_pdf()
    _, rival = a_filled_in_firm(fast_here)
    strangers = [
        sign_in(rival),
        sign_in(a_person(fast_here, OrgKind.OWNER, Role.OWNER_APPROVER)),
        sign_in(a_person(fast_here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)),
    ]
    for stranger in strangers:
        assert stranger.get(document).status_code == 404
        assert stranger.get(f"{document}/file").status_code == 404
        assert stranger.post(f"{document}/open").status_code == 404
    agent = a_person(fast_here, OrgKind.FIRM, Role.FIRM_AGENT, code=delegate.actor.org_code)
    assert sign_in(agent).get(document).status_code == 404
    assert client.get(document).status_code in {302, 303, 401}


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (an_office_file(word__vbaProject_DOT_bin=b"x"), "a.docx", "宏程序"),
        (a_pdf() + an_office_file(), "a.pdf", "附带了另一个文件"),
        (a_picture(), "a.pdf", "与扩展名 .pdf 不符"),
        (b"", "a.pdf", "文件是空的"),
        (b"x", "a.exe", "只接受"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(fast_here, sign_in, data, name, words):
    _, delegate = a_filled_in_firm(fast_here)
    browser = sign_in(delegate)
    answer = upload(browser, address_of(browser, "licence"), data, name)
    assert answer.status_code in {409, 422}
    assert words in answer.text


def test_neither_or_both_ways_of_sending_are_refused(fast_here, sign_in):
    _, delegate = a_filled_in_firm(fast_here)
    browser = sign_in(delegate)
    address = address_of(browser, "licence")
    assert "请选择要上传的文件" in browser.post(address).text
    both = {"file": (BytesIO(a_pdf()), "a.pdf"), "photo": (BytesIO(a_picture()), "a.jpg")}
    assert "只能选一个" in browser.post(address, data=both).text


@pytest.mark.parametrize("path", ["firm/1/nothing", "nothing/1/licence", "firm/1/insurance"])
def test_an_address_of_nothing_leads_nowhere(fast_here, sign_in, path):
    _, delegate = a_filled_in_firm(fast_here)
    assert sign_in(delegate).get(f"/documents/new/{path}").status_code == 404


def test_an_owner_that_the_operator_registered_counts_as_checked(fast_here, sign_in):
    manager = a_person(fast_here, OrgKind.OWNER, Role.OWNER_APPROVER)
    browser = sign_in(manager)
    assert "视为已核对" in browser.get("/owner").text
    assert browser.post("/owner/submit").status_code == 404
    assert "现在不须授权" in browser.get("/owner/buyers").text
