"""An emergency: commissioned at once, filed afterwards, examined and decided by two."""

from datetime import timedelta
from io import BytesIO

import pytest

from market import files
from market.direct import jobs
from market.direct.actions import emergency
from market.direct.emergency_rules import EmergencyState
from market.direct.errors import (
    DirectCapError,
    DisclosedFeeError,
    FirmIneligibleError,
    IllegalEmergencyMoveError,
)
from market.draws.rules import AwardState
from market.errors import SeparationOfDutiesError
from market.firms import actions as firms
from market.firms.queries import own as own_firm
from market.needs.rules import NeedState
from tests.market.direct.test_story import as_, seen
from tests.market.factories.contracts import a_pdf
from tests.market.factories.direct import (
    FILED,
    WHY,
    Chosen,
    a_small_city,
    a_small_need,
    an_emergency,
)
from tests.market.factories.draws import ITEM
from tests.market.factories.firms import a_fee

OPINION = "现场会商记录与险情通报一致，委托的机构具备资质，价格合理。"
DECISION = "险情属实，当日进场确有必要，同意按应急委托备案。"


@pytest.fixture
def city(fast_here, clock):
    return a_small_city(fast_here, clock)


def form(city, **differences):
    usual = {
        "ground": "natural_disaster",
        "firm_code": city.firms[0][0].code,
        "price_fen": "20000",
        "reason": "强降雨引发堤岸管涌，须立即探测险情范围并提出处置方案。",
        "why_no_draw": WHY,
    }
    return usual | differences


def test_an_emergency_from_the_commission_to_the_decision(app, city, fast_here):
    need = a_small_need(city, ceiling_fen=2_500_000)
    clerk, approver = as_(app, city.clerk), as_(app, city.approver)
    page = clerk.get(f"/direct/emergency/{need.id}").text
    assert ("先看能不能摇号" in page, "报名截止" in page, "3 个工作日内" in page) == (True,) * 3
    sent = clerk.post(f"/direct/emergency/{need.id}", data=seen(need, **form(city)))
    assert sent.status_code == 303, sent.text
    chosen = Chosen(city, int(sent.location.rpartition("/")[2]), *city.firms[0])
    assert (chosen.award().state, chosen.need().state) == (
        AwardState.OFFERED,
        NeedState.AWARDED,
    )
    public = app.test_client()
    shown = public.get(f"/direct/{chosen.choice().number}").text
    assert (WHY in shown, "待补办备案" in shown) == (True, True)
    assert "补办应急委托备案" in approver.get("/workbench").text
    firm = as_(app, chosen.delegate)
    answer = f"/direct/received/{chosen.choice().number}"
    assert firm.post(f"{answer}/confirm").status_code == 303
    _filed(app, chosen)
    _examined_and_decided(app, chosen)
    shown = public.get(f"/direct/{chosen.choice().number}").text
    assert ("复核认可" in shown, OPINION in shown, DECISION in shown) == (True,) * 3
    assert ("审查机构" in shown, "复核部门" in shown) == (True, True)
    assert jobs.sweep(fast_here) == 0


def _filed(app, chosen):
    clerk, approver = as_(app, chosen.city.clerk), as_(app, chosen.city.approver)
    path = f"/direct/own/{chosen.choice_id}/filing"
    assert clerk.get(path).status_code == 403
    assert approver.get(path).status_code == 200
    bare = approver.post(path, data={"filing": FILED})
    assert (bare.status_code, "请选择要上传的文件" in bare.text) == (422, True)
    data = {"filing": FILED, "file": (BytesIO(a_pdf()), "会商记录.pdf")}
    assert approver.post(path, data=data).status_code == 303
    assert chosen.emergency().state is EmergencyState.FILED
    assert not chosen.emergency().is_late
    evidence = f"/direct/own/{chosen.choice_id}/evidence"
    assert approver.get(evidence).status_code == 200
    assert as_(app, chosen.delegate).get(evidence).status_code == 404


def _examined_and_decided(app, chosen):
    operator, supervisor = as_(app, chosen.city.operator), as_(app, chosen.city.supervisor)
    check, review = f"/direct/check/{chosen.choice_id}", f"/direct/review/{chosen.choice_id}"
    assert "现在没有需要复核的内容" in supervisor.get(review).text
    assert "审查应急委托" in operator.get("/workbench").text
    data = seen(chosen.emergency(), opinion="justified", reason=OPINION)
    assert operator.post(f"{check}/examine", data=data).status_code == 303
    assert "复核应急委托" in supervisor.get("/workbench").text
    assert review in supervisor.get("/direct/oversight").text
    exported = supervisor.get("/direct/oversight?format=csv").text
    assert (chosen.choice().number in exported, "待监督部门复核" in exported) == (True, True)
    assert operator.get(review).status_code == 403
    short = seen(chosen.emergency(), decision="accept", reason="同意")
    assert supervisor.post(review, data=short).status_code == 409
    data = seen(chosen.emergency(), decision="accept", reason=DECISION)
    assert supervisor.post(review, data=data).status_code == 303
    assert chosen.emergency().state is EmergencyState.ACCEPTED


def test_a_commission_that_is_not_filed_shows_to_everyone_and_is_reviewed_all_the_same(
    app, city, fast_here, clock
):
    chosen = an_emergency(city)
    assert jobs.sweep(fast_here) == 0
    clock.move_to(chosen.emergency().file_by_at)
    assert jobs.sweep(fast_here) == 1
    assert jobs.sweep(fast_here) == 0
    assert (chosen.emergency().state, chosen.emergency().is_late) == (EmergencyState.OVERDUE, True)
    assert "逾期未备案" in app.test_client().get("/direct").text
    supervisor = as_(app, city.supervisor)
    assert "应急委托逾期未备案" in supervisor.get("/workbench").text
    owner = city.clerk.actor.org_code
    record = app.test_client().get(f"/needs/owners/{owner}").text
    assert "应急委托逾期备案" in record
    with city.work(city.operator) as work:
        opinion = emergency.Opinion.UNJUSTIFIED
        emergency.examine(work, chosen.emergency(), opinion, OPINION)
    with city.work(city.supervisor) as work:
        emergency.decide(work, chosen.emergency(), accepts=False, reason=DECISION)
    assert chosen.emergency().state is EmergencyState.REJECTED
    assert "复核不认可" in app.test_client().get("/direct").text


def test_an_operator_that_says_nothing_is_passed_over_in_public(app, city, fast_here, clock):
    chosen = an_emergency(city)
    with city.work(city.approver) as work:
        stored = files.keep(work, city.here.config.uploads_dir, BytesIO(a_pdf()), "会商.pdf")
        emergency.file(work, chosen.emergency(), FILED, stored)
    until = chosen.emergency().review_by_at
    clock.move_to(until - timedelta(seconds=1))
    assert jobs.sweep(fast_here) == 0
    clock.move_to(until)
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (1, 0)
    case = chosen.emergency()
    assert (case.state, case.escalated_at) == (EmergencyState.ESCALATED, clock())
    with city.work(city.operator) as work, pytest.raises(IllegalEmergencyMoveError):
        emergency.examine(work, case, emergency.Opinion.JUSTIFIED, OPINION)
    supervisor = as_(app, city.supervisor)
    assert "复核应急委托" in supervisor.get("/workbench").text
    review = f"/direct/review/{chosen.choice_id}"
    assert review in supervisor.get("/direct/oversight").text
    data = seen(case, decision="accept", reason=DECISION)
    assert supervisor.post(review, data=data).status_code == 303
    assert chosen.emergency().state is EmergencyState.ACCEPTED
    page = app.test_client().get(f"/direct/{chosen.choice().number}").text
    assert ("逾期未审查" in page, "自动转监督部门" in page) == (True, True)
    assert "运营机构逾期未审查" in app.test_client().get("/direct").text


def test_what_nobody_filed_or_examined_comes_to_the_supervisor_and_may_still_be_filed(
    city, fast_here, clock
):
    chosen = an_emergency(city)
    clock.move_to(chosen.emergency().file_by_at)
    assert jobs.sweep(fast_here) == 1
    clock.move_to(chosen.emergency().review_by_at)
    assert jobs.sweep(fast_here) == 1
    assert chosen.emergency().state is EmergencyState.ESCALATED_UNFILED
    until = chosen.emergency().review_by_at
    with city.work(city.approver) as work:
        stored = files.keep(work, city.here.config.uploads_dir, BytesIO(a_pdf()), "会商.pdf")
        emergency.file(work, chosen.emergency(), FILED, stored)
    case = chosen.emergency()
    assert (case.state, case.review_by_at) == (EmergencyState.ESCALATED, until)
    with city.work(city.supervisor) as work:
        emergency.decide(work, case, accepts=False, reason=DECISION)
    assert chosen.emergency().state is EmergencyState.REJECTED


def test_who_commissions_does_not_file_and_who_examines_does_not_decide(city):
    chosen = an_emergency(city)
    with city.work(city.clerk) as work, pytest.raises(SeparationOfDutiesError):
        emergency.file(work, chosen.emergency(), FILED, None)
    with city.work(city.approver) as work:
        stored = files.keep(work, city.here.config.uploads_dir, BytesIO(a_pdf()), "会商.pdf")
        emergency.file(work, chosen.emergency(), FILED, stored)
    with city.work(city.operator) as work:
        emergency.examine(work, chosen.emergency(), emergency.Opinion.JUSTIFIED, OPINION)
    with city.work(city.operator) as work, pytest.raises(SeparationOfDutiesError):
        emergency.decide(work, chosen.emergency(), accepts=True, reason=DECISION)


def test_an_owner_has_only_so_many_emergencies(city):
    for _ in range(2):
        an_emergency(city)
    with pytest.raises(DirectCapError, match="应急委托该机构"):
        an_emergency(city)


def test_a_firm_without_the_service_is_not_commissioned_even_in_an_emergency(city):
    need = a_small_need(city, ceiling_fen=2_500_000, item_code="ZJ-03-001-02", staff_required=1)
    with pytest.raises(FirmIneligibleError, match="没有登记该服务事项"):
        an_emergency(city, need=need)


def test_not_even_an_emergency_pays_more_than_the_firm_published(city):
    firm, delegate = city.firms[0]
    with city.work(delegate) as work:
        fee = a_fee(work.today, amount_fen=1_500_000)
        firms.publish_fee(work, own_firm(work), ITEM, fee)
    need = a_small_need(city, ceiling_fen=4_000_000)
    with pytest.raises(DisclosedFeeError, match="15,000 元"):
        an_emergency(city, need=need, price_fen=1_500_001)
    chosen = an_emergency(city, need=need, price_fen=1_500_000)
    assert chosen.choice().firm_id == firm.id
