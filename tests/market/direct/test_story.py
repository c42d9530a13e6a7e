"""A direct choice from the owner's form to the contract, as each of its people sees it."""

from io import BytesIO

import pytest

from market.clock import beijing_day
from market.contracts import jobs as contracts
from market.contracts.model import Contract
from market.credit import sources
from market.direct.model import DirectChoice
from market.direct.rules import DirectState
from market.documents.owner_rules import OwnerNature
from market.draws import jobs as draws
from market.draws.actions import confirm, lapse
from market.draws.rules import AwardState
from market.needs.bundling.actions import bundle
from market.needs.queries import own as own_need
from market.needs.rules import NeedState
from tests.market.factories.accounts import sign_in
from tests.market.factories.checks import explain_all
from tests.market.factories.contracts import a_pdf
from tests.market.factories.direct import (
    REASON,
    Chosen,
    a_named_choice,
    a_proposed_choice,
    a_small_city,
    a_small_need,
    an_owner_of_nature,
    charge,
)
from tests.market.factories.firms import PASSWORD
from tests.market.factories.needs import an_owner


def as_(app, person):
    browser = app.test_client()
    sign_in(browser, person.user, PASSWORD)
    return browser


@pytest.fixture
def city(fast_here, clock):
    return a_small_city(fast_here, clock, fee_fen=900_000)


def typed(city, **differences):
    usual = {
        "ground": "small_amount",
        "funds": "fiscal",
        "firm_code": city.firms[0][0].code,
        "price_fen": "8000",
        "reason": REASON,
    }
    return usual | differences


def seen(row, **data):
    return {"version": str(row.version)} | data


def propose(app, city):
    """Propose a firm in the browser; return the choice."""
    need = a_small_need(city)
    clerk = as_(app, city.clerk)
    page = clerk.get(f"/needs/{need.id}/own").text
    assert f"/direct/choose/{need.id}" in page
    form = clerk.get(f"/direct/choose/{need.id}").text
    assert ("可以直接选取的情形和限额" in form, "10,000.00" in form) == (True, True)
    sent = clerk.post(f"/direct/choose/{need.id}", data=seen(need, **typed(city)))
    assert sent.status_code == 303, sent.text
    assert clerk.get(f"/direct/choose/{need.id}").location == sent.location
    with city.reading() as work:
        choice = work.session.query(DirectChoice).one()
    return Chosen(city, choice.id, *city.firms[0])


def test_a_firm_is_chosen_directly_from_the_form_to_the_contract(app, city, fast_here, clock):
    chosen = propose(app, city)
    own = f"/direct/own/{chosen.choice_id}"
    clerk, approver = as_(app, city.clerk), as_(app, city.approver)
    operator, firm = as_(app, city.operator), as_(app, chosen.delegate)
    public = app.test_client()
    number = chosen.choice().number
    assert chosen.need().state is NeedState.DIRECT
    needs_page = f"/needs/{chosen.need().id}/own"
    assert own in clerk.get(needs_page).text
    assert public.get(f"/direct/{number}").status_code == 404
    assert "审批直接选取" in approver.get("/workbench").text
    assert clerk.post(f"{own}/approve", data=seen(chosen.choice())).status_code == 403
    assert REASON in approver.get(own).text
    assert approver.post(f"{own}/approve", data=seen(chosen.choice())).status_code == 303
    assert "核验直接选取" in operator.get("/workbench").text
    check = f"/direct/check/{chosen.choice_id}"
    assert check in operator.get("/direct/checks").text
    assert "同一业主与同一机构" in operator.get(check).text
    assert operator.post(f"{check}/name", data=seen(chosen.choice())).status_code == 303
    assert (chosen.choice().state, chosen.need().state) == (
        DirectState.NAMED,
        NeedState.PUBLICITY,
    )
    shown = public.get(f"/direct/{number}").text
    assert (REASON in shown, chosen.firm.name in shown, "没有摇号" in shown) == (True,) * 3
    assert number in public.get("/direct").text
    assert number in public.get("/direct?q=城东").text
    assert public.get(f"/needs/{chosen.need().number}").location == f"/direct/{number}"
    assert own in clerk.get(needs_page).text
    _publicity_over(fast_here, clock, chosen)
    firm = as_(app, chosen.delegate)
    assert "确认是否承接" in firm.get("/workbench").text
    answer = f"/direct/received/{number}"
    assert answer in firm.get("/direct/received").text
    assert "确认承接" in firm.get(answer).text
    assert firm.post(f"{answer}/confirm").status_code == 303
    assert chosen.award().state is AwardState.CONFIRMED
    contract = _contract(app, chosen, clock)
    assert (contract.award_id, contract.price_fen) == (chosen.award().id, 790_000)
    assert chosen.award().state is AwardState.SIGNED
    assert f"/direct/{number}" in public.get(f"/contracts/{contract.number}").text
    record = public.get(f"/needs/owners/{city.clerk.actor.org_code}").text
    assert "直接选取" in record


def _publicity_over(here, clock, chosen):
    clock.move_to(chosen.award().publicity_ends_at)
    draws.run_due(here)
    assert chosen.award().state is AwardState.OFFERED


def _contract(app, chosen, clock):
    firm, clerk = as_(app, chosen.delegate), as_(app, chosen.city.clerk)
    path = f"/awards/{chosen.award().id}/contract"
    assert path in firm.get(f"/direct/received/{chosen.choice().number}").text
    data = {
        "price_fen": "7900",
        "signed_on": beijing_day(chosen.award().published_at).isoformat(),
        "service_working_days": "10",
        "payer": "owner",
        "for_own_review": "own",
        "file": (BytesIO(a_pdf()), "合同.pdf"),
    }
    assert firm.post(path, data=data | {"price_fen": "8000.01"}).status_code == 409
    data["file"] = (BytesIO(a_pdf()), "合同.pdf")
    filed = firm.post(path, data=data)
    assert filed.status_code == 303, filed.text
    with chosen.city.reading() as work:
        contract = work.session.query(Contract).one()
    assert clerk.post(f"{filed.location}/confirm", data=seen(contract)).status_code == 303
    with chosen.city.reading() as work:
        return work.session.query(Contract).one()


def test_a_refusal_goes_back_is_changed_and_can_be_taken_back(app, city):
    chosen = propose(app, city)
    own = f"/direct/own/{chosen.choice_id}"
    clerk, approver = as_(app, city.clerk), as_(app, city.approver)
    short = approver.post(f"{own}/send-back", data=seen(chosen.choice(), reason="否"))
    assert (short.status_code, "至少 5 个字" in short.text) == (409, True)
    data = seen(chosen.choice(), reason="理由没有写清楚")
    assert approver.post(f"{own}/send-back", data=data).status_code == 303
    assert "修改被退回的直接选取" in clerk.get("/workbench").text
    assert "理由没有写清楚" in clerk.get(f"{own}/edit").text
    more = typed(city, price_fen="7000")
    assert clerk.post(f"{own}/edit", data=seen(chosen.choice(), **more)).status_code == 303
    assert (chosen.choice().state, chosen.choice().price_fen) == (DirectState.PROPOSED, 700_000)
    data = seen(chosen.choice(), reason="改为公开摇号")
    assert clerk.post(f"{own}/withdraw", data=data).status_code == 303
    assert (chosen.choice().state, chosen.need().state) == (
        DirectState.WITHDRAWN,
        NeedState.RETURNED,
    )
    assert f"/direct/choose/{chosen.need().id}" in clerk.get(f"/needs/{chosen.need().id}/own").text


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ({"price_fen": "10000.01"}, "服务费上限 9,000 元"),
        ({"price_fen": "0"}, "大于 0 元"),
        ({"ground": "private_funds"}, "没有经运营机构核对的单位性质"),
        ({"funds": ""}, "请选择"),
        ({"funds": "gold"}, "请从列表中选择"),
        ({"fee_bases": "很多"}, "计费参数第 1 行"),
        ({"fee_standard": "很多"}, "不能采用"),
        ({"ground": "single_applicant"}, "第二次公告"),
        ({"ground": "emergency"}, "请从列表中选择"),
        ({"reason": "便宜"}, "至少 20 个字"),
        ({"firm_code": "91440300MA5DXXXX1X"}, "统一社会信用代码"),
        ({"firm_code": ""}, "请填写此项"),
        ({"reason": ""}, "请填写此项"),
    ],
)
def test_a_bad_choice_is_refused_at_its_field(app, city, difference, words):
    need = a_small_need(city)
    clerk = as_(app, city.clerk)
    answer = clerk.post(f"/direct/choose/{need.id}", data=seen(need, **typed(city, **difference)))
    assert answer.status_code in {409, 422}
    assert words in answer.text


def test_an_owner_may_name_a_firm_only_below_the_limit_of_its_ground(app, city):
    need = a_small_need(city, ceiling_fen=3_000_000)
    clerk = as_(app, city.clerk)
    data = seen(need, **typed(city, price_fen="10000.01"))
    answer = clerk.post(f"/direct/choose/{need.id}", data=data)
    assert (answer.status_code, "不得超过 10,000 元" in answer.text) == (409, True)
    an_owner_of_nature(city, OwnerNature.PRIVATE_COMPANY)
    private = a_small_need(city, ceiling_fen=3_000_000, funding_source="企业自筹100%")
    data = typed(city, price_fen="30000", ground="private_funds", funds="private")
    charge(city, amount_fen=3_000_000)
    with city.work(city.clerk) as work:
        private = own_need(work, private.id)
        explain_all(work, private)
    sent = seen(private, **data)
    assert clerk.post(f"/direct/choose/{private.id}", data=sent).status_code == 303


def test_a_firm_that_refuses_commits_no_breach_and_the_need_is_its_owners_again(
    app, city, fast_here, clock
):
    chosen = a_named_choice(city)
    _publicity_over(fast_here, clock, chosen)
    firm = as_(app, chosen.delegate)
    answer = f"/direct/received/{chosen.choice().number}"
    assert firm.post(f"{answer}/decline", data={"reason": "人手不足"}).status_code == 409
    assert firm.post(f"{answer}/decline", data={"reason": "近期人手不足"}).status_code == 303
    assert (chosen.award().state, chosen.need().state) == (
        AwardState.DECLINED,
        NeedState.RETURNED,
    )
    with city.reading() as work:
        assert sources.new_lost_awards(work, 10) == []
    assert "0 / 2" in app.test_client().get(f"/direct/{chosen.choice().number}").text


def test_a_firm_that_says_nothing_loses_the_place_without_a_breach(city, fast_here, clock):
    chosen = a_named_choice(city)
    _publicity_over(fast_here, clock, chosen)
    clock.move_to(chosen.award().answer_by_at)
    draws.run_due(fast_here)
    assert (chosen.award().state, chosen.need().state) == (AwardState.LAPSED, NeedState.RETURNED)
    with city.reading() as work:
        assert sources.new_lost_awards(work, 10) == []


def test_a_firm_that_confirmed_and_did_not_sign_is_heard_like_any_other(city, fast_here, clock):
    chosen = a_named_choice(city)
    _publicity_over(fast_here, clock, chosen)
    with city.work(chosen.delegate) as work:
        confirm(work, chosen.award())
    clock.move_to(chosen.award().sign_by_at)
    contracts.sweep(fast_here)
    assert chosen.award().state is AwardState.UNSIGNED
    with city.work() as work:
        lapse(work, chosen.award(), "not_signed")
    assert chosen.need().state is NeedState.RETURNED
    with city.reading() as work:
        assert [one.id for one in sources.new_lost_awards(work, 10)] == [chosen.award().id]


def test_nobody_else_sees_or_decides_a_choice_that_is_not_public(app, city, fast_here):
    chosen = a_proposed_choice(city)
    other = an_owner(fast_here)
    stranger = app.test_client()
    sign_in(stranger, other.approver)
    own = f"/direct/own/{chosen.choice_id}"
    assert stranger.get(own).status_code == 404
    assert stranger.post(f"{own}/approve", data=seen(chosen.choice())).status_code == 404
    operator = as_(app, city.operator)
    assert operator.get(f"/direct/check/{chosen.choice_id}").status_code == 404
    firm = as_(app, chosen.delegate)
    assert firm.get(f"/direct/received/{chosen.choice().number}").status_code == 404
    assert chosen.choice().number not in firm.get("/direct").text


def test_the_parts_of_a_bundle_stay_visible_on_the_choice_and_the_contract(
    app, city, fast_here, clock
):
    drafts = [
        a_small_need(city, project_name=name, project_code="", ceiling_fen=400_000)
        for name in ("第一小学扩建工程", "滨河污水泵站工程")
    ]
    with city.work(city.clerk) as work:
        need = bundle(work, [one.id for one in drafts], "两处零星可研打包")
    chosen = a_named_choice(city, need=need)
    public = app.test_client()
    assert "打包的各部分" in public.get(f"/direct/{chosen.choice().number}").text
    _publicity_over(fast_here, clock, chosen)
    with city.work(chosen.delegate) as work:
        confirm(work, chosen.award())
    page = public.get(f"/contracts/{_contract(app, chosen, clock).number}").text
    assert ("滨河污水泵站工程" in page, "没有摇号" in page) == (True, True)
