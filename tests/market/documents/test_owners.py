"""An owner registers itself, is checked, authorises its buyers, and posts within their bounds."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from market.access import Role
from market.accounts import queries as accounts
from market.accounts.actions import add_user
from market.accounts.model import Organisation, User
from market.accounts.rules import PASSWORD_SHORTEST
from market.db import unit_of_work
from market.documents.actions import buyers
from market.documents.errors import (
    BuyerEmptyError,
    BuyerEndedError,
    BuyerTermError,
    NotAuthorisedBuyerError,
    OwnerUncheckedError,
)
from market.documents.model import OwnerBuyer, OwnerRegistration
from market.documents.owner_rules import BuyerDeed, OwnerState, Shortfall
from market.needs import actions as needs
from market.needs import queries as need_queries
from market.needs.rules import NeedState
from tests.market.factories.checks import explain_all
from tests.market.factories.documents import a_pdf, upload
from tests.market.factories.firms import SYSTEM, Person, a_code, an_operator, hashed, next_number
from tests.market.factories.needs import ITEM, a_need, an_owner

WORDS = "four-quiet-rivers"
assert len(WORDS) >= PASSWORD_SHORTEST


def a_form(**differences) -> dict[str, str]:
    return {
        "organisation_name": "青川市第二中学",
        "code": a_code("12"),
        "nature": "institution",
        "address": "青川市江北路 2 号",
        "contact_name": "周老师",
        "contact_phone": "0839-8801234",
        "name": "周敏",
        "username": f"zhoumin{next_number()}",
        "password": WORDS,
        "again": WORDS,
    } | differences


def enrolled(here, app, **differences) -> tuple[object, Person]:
    """A browser in which an owner has just registered itself, and its first person."""
    browser = app.test_client()
    form = a_form(**differences)
    answer = browser.post("/enrol/owner", data=form)
    assert answer.status_code == 303, answer.text
    return browser, person_of(here, form["username"])


def person_of(here, username: str) -> Person:
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        user = work.session.scalars(select(User).where(User.username == username)).one()
        return Person(user, accounts.actor_of(work, user))


def a_colleague(here, person: Person, *roles: Role) -> Person:
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        employer = work.session.get_one(Organisation, person.user.organisation_id)
        user = add_user(
            work,
            employer,
            username=f"colleague{next_number()}",
            name="吴老师",
            roles=roles,
            password=hashed(),
        )
        return Person(user, accounts.actor_of(work, user))


def hand_in_all(browser) -> None:
    for address in dict.fromkeys(
        re.findall(r"/documents/new/owner/\d+/[a-z-]+", browser.get("/owner").text)
    ):
        assert upload(browser, address, a_pdf()).status_code == 303


def check(browser, **said):
    link = re.search(r"/owner-checks/\d+", browser.get("/owner-checks").text)[0]
    version = re.search(r'name="version" value="(\d+)"', browser.get(link).text)[1]
    return browser.post(link, data={"version": version, "comment": ""} | said)


def test_an_owner_comes_into_the_market_by_itself(fast_here, app, sign_in, working):
    assert "项目业主登记" in app.test_client().get("/sign-in").text
    browser, person = enrolled(fast_here, app)
    page = browser.get("/owner").text
    assert "还缺以下材料" in page
    refused = browser.post("/owner/submit")
    assert refused.status_code == 409
    assert "受托人身份证" in refused.text
    hand_in_all(browser)
    assert browser.post("/owner/submit").status_code == 303
    assert "运营机构正在核对" in browser.get("/owner").text
    assert "完成单位登记" not in browser.get("/workbench").text

    checker = sign_in(an_operator(fast_here))
    assert "核对业主登记" in checker.get("/workbench").text
    bare = check(checker, outcome="return")
    assert bare.status_code == 409
    assert "至少选择一项退回原因" in bare.text
    words = "授权委托书缺单位公章。"
    returned = check(checker, outcome="return", reasons="letter-unproven", comment=words)
    assert returned.status_code == 303
    page = browser.get("/owner").text
    assert words in page
    assert "授权委托书不符合要求" in page
    assert "补正单位登记" in browser.get("/workbench").text

    version = re.search(r'name="version" value="(\d+)"', page)[1]
    facts = {"nature": "agency", "address": "青川市江北路 3 号", "contact_name": "周老师"}
    form = facts | {"contact_phone": "0839-8801234", "version": version}
    assert browser.post("/owner", data=form).status_code == 303
    assert browser.post("/owner", data=form).status_code == 409  # An old page.
    assert browser.post("/owner/submit").status_code == 303
    assert check(checker, outcome="pass").status_code == 303
    assert "登记已核对" in browser.get("/owner").text
    with working(fast_here, person) as work:
        row = work.session.scalars(select(OwnerRegistration)).one()
        assert (row.state, row.check_due_at) == (OwnerState.CHECKED, None)
    # What was checked is not rewritten.
    assert browser.post("/owner", data=form | {"version": str(row.version)}).status_code == 409


def test_a_second_registration_of_one_code_is_refused(fast_here, app):
    form = a_form()
    assert app.test_client().post("/enrol/owner", data=form).status_code == 303
    again = app.test_client().post("/enrol/owner", data=form | {"username": "someone-else"})
    assert again.status_code == 409 or "已经注册" in again.text


def grant(here, working, manager: Person, person: Person, **differences) -> OwnerBuyer:
    with working(here, manager) as work:
        return buyers.authorise(work, person.user, a_grant(work, **differences))


def a_grant(work, **differences) -> buyers.Grant:
    usual = {
        "deeds": [BuyerDeed.POST],
        "items": [ITEM],
        "ceiling_fen": 12_000_000,
        "valid_from_on": work.today,
        "valid_to_on": work.today.replace(year=work.today.year + 1),
    }
    return buyers.Grant(**(usual | differences))


def draft_of(here, clock, person: Person, **differences):
    owner = an_owner(here)
    mine = owner.__class__(person.user, person.user, person.actor, person.actor)
    return a_need(here, clock, owner=mine, **differences)


def submit_need(here, working, person: Person, need) -> NeedState:
    with working(here, person) as work:
        found = need_queries.own(work, need.id)
        explain_all(work, found)
        needs.submit(work, found)
        return found.state


def test_an_owner_that_registered_itself_posts_when_checked_and_authorised(
    fast_here, app, clock, working, sign_in
):
    browser, person = enrolled(fast_here, app)
    need = draft_of(fast_here, clock, person)
    with pytest.raises(OwnerUncheckedError, match="入驻材料"):
        submit_need(fast_here, working, person, need)
    hand_in_all(browser)
    browser.post("/owner/submit")
    checker = sign_in(an_operator(fast_here))
    check(checker, outcome="pass")
    with pytest.raises(NotAuthorisedBuyerError, match="没有有效的授权"):
        submit_need(fast_here, working, person, need)

    today = browser.get("/owner/buyers").text
    assert "须有授权" in today
    with working(fast_here, person) as work:
        first, last = work.today, work.today.replace(year=work.today.year + 1)
    form = {
        "person": str(person.user.id),
        "deeds": ["post"],
        "items": [ITEM],
        "ceiling_fen": "120,000",
        "valid_from_on": first.isoformat(),
        "valid_to_on": last.isoformat(),
    }
    assert browser.post("/owner/buyers", data=form).status_code == 422  # No letter.
    macro = {"letter": (BytesIO(b"MZ"), "letter.exe")}
    assert browser.post("/owner/buyers", data=form | macro).status_code == 409
    letter = {"letter": (BytesIO(a_pdf()), "letter.pdf")}
    assert browser.post("/owner/buyers", data=form | letter).status_code == 303
    assert "有效" in browser.get("/owner/buyers").text
    assert submit_need(fast_here, working, person, need) is NeedState.APPROVAL

    # A letter that the operator refuses ends what rested on it.
    another = draft_of(fast_here, clock, person)
    link = re.search(r"/documents/\d+", checker.get("/document-checks").text)[0]
    version = re.search(r'name="version" value="(\d+)"', checker.get(link).text)[1]
    said = {"outcome": "reject", "reason": "委托书没有法定代表人签字", "version": version}
    assert checker.post(f"{link}/decide", data=said).status_code == 303
    with pytest.raises(NotAuthorisedBuyerError):
        submit_need(fast_here, working, person, another)
    assert "更换被退回的材料" in browser.get("/workbench").text


@pytest.mark.parametrize(
    ("differences", "lacking"),
    [
        ({"ceiling_fen": 11_999_999}, Shortfall.CEILING),
        ({"items": ["ZJ-01-001-02"]}, Shortfall.ITEM),
        ({"deeds": [BuyerDeed.APPROVE]}, Shortfall.DEED),
    ],
)
def test_a_refusal_says_what_the_authority_lacks(fast_here, clock, working, differences, lacking):
    owner = an_owner(fast_here)
    clerk = Person(owner.clerk, owner.clerk_actor)
    manager = Person(owner.approver, owner.approver_actor)
    need = a_need(fast_here, clock, owner=owner)
    with working(fast_here, clerk) as work:
        # Nobody of this owner needed an authority until it gave the first.
        buyers.require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    grant(fast_here, working, manager, manager)
    grant(fast_here, working, manager, clerk, **differences)
    with pytest.raises(NotAuthorisedBuyerError) as caught, working(fast_here, clerk) as work:
        needs.submit(work, need_queries.own(work, need.id))
    assert caught.value.lacking is lacking


def test_an_approver_is_bound_by_a_limit_of_their_own(fast_here, clock, working):
    owner = an_owner(fast_here)
    clerk = Person(owner.clerk, owner.clerk_actor)
    manager = Person(owner.approver, owner.approver_actor)
    need = a_need(fast_here, clock, owner=owner)
    grant(fast_here, working, manager, manager, deeds=[BuyerDeed.APPROVE], ceiling_fen=5_000_000)
    assert submit_need(fast_here, working, clerk, need) is NeedState.APPROVAL
    with (
        pytest.raises(NotAuthorisedBuyerError, match="审批采购需求：金额超过授权上限"),
        working(fast_here, manager) as work,
    ):
        needs.approve(work, need_queries.own(work, need.id))


def test_an_authority_is_refused_and_ended(fast_here, working, clock):
    owner = an_owner(fast_here)
    clerk = Person(owner.clerk, owner.clerk_actor)
    manager = Person(owner.approver, owner.approver_actor)
    for wrong, error in (
        ({"deeds": []}, BuyerEmptyError),
        ({"valid_to_on": clock().date().replace(year=2020)}, BuyerTermError),
        ({"valid_to_on": clock().date().replace(year=2036)}, BuyerTermError),
    ):
        with pytest.raises(error):
            grant(fast_here, working, manager, clerk, **wrong)
    given = grant(fast_here, working, manager, clerk)
    with working(fast_here, manager) as work:
        row = work.session.get_one(OwnerBuyer, given.id)
        buyers.end(work, row)
        with pytest.raises(BuyerEndedError):
            buyers.end(work, row)
    with pytest.raises(NotAuthorisedBuyerError), working(fast_here, clerk) as work:
        buyers.require_buyer(work, BuyerDeed.POST, ITEM, 1)
