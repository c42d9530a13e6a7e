"""The operator's lists have pages, and the workbench counts what it does not name one by one."""

import re
from datetime import date, timedelta

from market.accounts.model import Organisation
from market.db import unit_of_work
from market.documents.model import Document, OwnerRegistration
from market.documents.todos import ONE_BY_ONE
from market.firms import queries
from market.firms.model_insurance import StaffInsurance
from market.web.lists import PAGE_ROWS
from tests.market.factories.documents import a_stored_file
from tests.market.factories.firms import SYSTEM, a_code, a_listed_firm, an_operator

MANY = PAGE_ROWS + 5


def owners(here, number):
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        for n in range(number):
            unit = Organisation(
                kind="owner", code=a_code("12"), name=f"第{n:02d}局", created_at=work.now
            )
            work.session.add(unit)
            work.session.flush()
            work.session.add(
                OwnerRegistration(
                    organisation_id=unit.id,
                    nature="agency",
                    address="示范路 1 号",
                    contact_name="王明",
                    contact_phone="0755-86001234",
                    state="submitted",
                    state_since=work.now,
                    regulation_id="platform-documents-2024",
                    check_due_at=work.now + timedelta(days=3, minutes=n),
                    created_at=work.now,
                )
            )


def evidence(here, delegate, number):
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        [member, *_] = queries.staff(work, queries.own(work).id)
        work.session.add_all(
            StaffInsurance(
                staff_id=member.id,
                from_on=date(2026, 1, 1),
                to_on=date(2026, 2, 1),
                agency=f"第{n:02d}号中心",
                account_masked="4403**1234",
                code="SB",
                state="pending",
                entered_at=work.now + timedelta(minutes=n),
                entered_by_id=delegate.user.id,
            )
            for n in range(number)
        )


def documents(here, delegate, number):
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        firm = queries.own(work)
        for n in range(number):
            stored = a_stored_file(work, f"第{n:02d}份.pdf")
            work.session.add(
                Document(
                    org_id=firm.organisation_id,
                    subject="qualification",
                    subject_id=n + 1000,
                    kind="certificate",
                    file_id=stored.id,
                    seal="0" * 64,
                    suspicion_codes="",
                    state="held",
                    handed_in_at=work.now + timedelta(minutes=n),
                    handed_in_by_id=delegate.user.id,
                )
            )


def rows_of(page):
    return len(re.findall(r"<tr>\s*<th scope=\"row\"", page))


def test_long_lists_of_what_waits_have_pages(fast_here, clock, sign_in):
    _, delegate = a_listed_firm(fast_here, clock)
    owners(fast_here, MANY)
    evidence(fast_here, delegate, MANY)
    documents(fast_here, delegate, MANY)
    browser = sign_in(an_operator(fast_here))
    for address in ("/owner-checks", "/firm-checks/insurance", "/document-checks"):
        first, second = browser.get(address).text, browser.get(f"{address}?page=2").text
        assert rows_of(first) == PAGE_ROWS, address
        assert 0 < rows_of(second) < PAGE_ROWS, address
        assert f'href="{address}?page=2"' in first
        assert f'href="{address}?page=1"' in second
    workbench = browser.get("/workbench").text
    assert workbench.count("核对业主登记") >= ONE_BY_ONE + 1
    assert f"其余 {MANY - ONE_BY_ONE} 家见核对列表" in workbench
    assert "第00局" in workbench
    assert "第24局" not in workbench


def test_a_short_list_is_named_one_by_one(fast_here, sign_in):
    owners(fast_here, 2)
    workbench = sign_in(an_operator(fast_here)).get("/workbench").text
    assert "第01局" in workbench
    assert "见核对列表" not in workbench
