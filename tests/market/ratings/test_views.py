"""Ratings on the web: given blind, released together, appealed against, examined, called about."""

import re

from market.access import OrgKind, Role
from market.clock import BEIJING
from market.contracts.model import Contract
from market.ratings.rules import Direction
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import PASSWORD, a_person
from tests.market.factories.ratings import (
    APPEAL,
    COMMENT,
    REASONS,
    a_done_contract,
    a_manager,
    give_both,
    said,
    the_review,
)

SECRET = "这句话在公开之前谁也看不到，包括运营机构。"


def as_(app, person):
    browser = app.test_client()
    sign_in(browser, person.user, PASSWORD)
    return browser


def scores(score, **more):
    names = ("quality", "timeliness", "attitude", "money", "conduct")
    return dict.fromkeys(names, str(score)) | more


def version_in(page):
    return re.search(r'name="version" value="(\d+)"', page).group(1)


def number_of(agreed):
    with agreed.work() as work:
        return work.session.get_one(Contract, agreed.contract_id).number


def test_a_blind_rating_in_the_browser(app, fast_here, clock):
    agreed, officer = a_done_contract(fast_here, clock, authority=True)
    number = number_of(agreed)
    owner, firm, operator = (as_(app, p) for p in (agreed.owner, agreed.firm, agreed.operator))
    public = app.test_client()
    path = f"/ratings/contracts/{number}"
    give = f"{path}/owner-firm"
    assert give in owner.get("/workbench").text
    assert give not in firm.get("/workbench").text
    assert give in owner.get(f"/contracts/mine/{agreed.contract_id}").text
    assert "服务质量" in owner.get(give).text
    assert firm.get(give).status_code == 404
    assert owner.get(f"{path}/up-down").status_code == 404
    refused = owner.post(give, data=scores(1, comment="太差"))
    assert (refused.status_code, "至少勾选一项" in refused.text) == (409, True)
    empty = scores(1, comment="\u200b" * 11, reasons=["late"])
    assert owner.post(give, data=empty).status_code == 409, "eleven characters that nobody sees"
    assert owner.post(give, data=scores(7)).status_code == 422
    sent = owner.post(give, data=scores(1, reasons="late", comment=SECRET))
    assert (sent.status_code, sent.location) == (303, path)
    pages = (path, "/ratings", f"/ratings/of/{agreed.firm.actor.org_code}")
    for browser in (public, owner, firm, operator):
        for page in pages:
            shown = browser.get(page)
            assert shown.status_code == 200
            assert SECRET not in shown.text
        assert "已评价，密封中" in browser.get(path).text
    assert "综合得分" not in public.get(path).text
    assert owner.get(give).location == path
    back = f"{path}/firm-owner"
    assert "资料提供" in firm.get(back).text
    assert firm.post(back, data=scores(4)).status_code == 303
    # The authority rates the same firm: until then nobody reads what the others wrote.
    assert agreed.contract().title in as_(app, officer).get("/workbench").text
    assert SECRET not in public.get(path).text
    assert firm.post(f"{path}/firm-authority", data=scores(4)).status_code == 303
    assert SECRET not in as_(app, officer).get(f"{path}/authority-firm").text
    assert as_(app, officer).post(f"{path}/authority-firm", data=scores(5)).status_code == 303
    shown = public.get(path).text
    assert SECRET in shown
    assert "rating.sealed.v1" in shown
    assert SECRET in public.get(pages[2]).text
    assert number in public.get("/ratings").text
    assert number in public.get("/ratings?of=owner").text
    assert number in public.get("/ratings?of=authority").text


def test_a_bad_rating_from_the_appeal_to_the_call_back(app, fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    give_both(agreed, said(1), said(5, comment=""))
    manager = a_manager(agreed)
    path = f"/ratings/reviews/{the_review(agreed).review.number}"
    owner, firm, clerk, decider = (
        as_(app, p) for p in (agreed.owner, agreed.firm, agreed.operator, manager)
    )
    public = app.test_client()
    assert path in firm.get("/workbench").text
    assert path not in owner.get("/workbench").text
    version = version_in(firm.get(path).text)
    assert f"{path}/appeal" not in owner.get(path).text
    data = {"version": version, "text": APPEAL}
    assert owner.post(f"{path}/appeal", data=data).status_code == 404
    short = firm.post(f"{path}/appeal", data={"version": version, "text": "不服"})
    assert (short.status_code, "至少 10 个字" in short.text) == (409, True)
    assert firm.post(f"{path}/appeal", data=data).status_code == 303
    assert APPEAL in public.get(path).text
    assert path in clerk.get("/workbench").text
    data = {"version": version_in(clerk.get(path).text), "finding": "insult", "text": REASONS}
    assert clerk.post(f"{path}/propose", data=data).status_code == 303
    assert path in decider.get("/workbench").text
    assert "须由另一人" in clerk.get(path).text
    data = {"version": version_in(decider.get(path).text), "agree": "yes", "text": REASONS}
    assert decider.post(f"{path}/decide", data=data).status_code == 303
    for page in (path, f"/ratings/contracts/{number_of(agreed)}"):
        shown = public.get(page).text
        assert COMMENT not in shown
        assert "文字已隐藏" in shown
    call = re.search(r"/ratings/call-backs/\d+", clerk.get("/workbench").text).group(0)
    assert public.get(call).status_code in {302, 303, 401}
    assert owner.get(call).status_code == 403
    data = {
        "called_on": "2026-03-20",
        "called_at": "25:00",
        "whom": "王女士",
        "answer": "satisfied",
    }
    assert clerk.post(call, data=data).status_code == 422
    local = clock().astimezone(BEIJING)
    data |= {"called_on": f"{local:%Y-%m-%d}", "called_at": f"{local:%H:%M}"}
    assert clerk.post(call, data=data).status_code == 303
    assert "回访：满意" in public.get(path).text
    assert "王女士" in clerk.get(call).text
    assert "王女士" not in public.get(path).text


def test_figures_need_enough_ratings_and_leave_out_silence(app, fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    give_both(agreed, said(5))
    page = app.test_client().get(f"/ratings/of/{agreed.firm.actor.org_code}").text
    assert "不足 3 条，不计算" in page
    other = a_person(fast_here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    assert app.test_client().get(f"/ratings/of/{other.actor.org_code}").status_code == 404
    assert (
        Direction.OWNER_FIRM.value
        in app.test_client().get(f"/ratings/contracts/{number_of(agreed)}").text
    )
    assert app.test_client().get("/ratings/contracts/HT-2026-999999").status_code == 404
