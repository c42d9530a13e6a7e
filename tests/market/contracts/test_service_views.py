"""The pages on which work is examined, reported on and talked about: who opens which."""

import re
from io import BytesIO

import pytest
from sqlalchemy import update

from market.calendar import default_calendar, end_of
from market.clock import beijing_day
from market.clocks.model import Clock
from market.contracts.reports import timing
from market.contracts.reports.queries import milestones
from market.contracts.reports.rules import Planned
from market.contracts.rules import ContractState
from market.needs.model import Need
from tests.market.contracts.test_views import as_, own, seen
from tests.market.factories.contracts import (
    COMMENT,
    a_delivered_contract,
    a_pdf,
    a_running_contract,
    file_it,
)
from tests.market.factories.credit import an_officer
from tests.market.factories.draws import a_confirmed_award

REVIEWED = "ZJ-03-004-01"


def reviewed(agreed):
    """Let the city's catalogue send the contract's work to an authority."""
    need_id = agreed.contract().need_id
    with agreed.here.sessions.begin() as session:
        session.execute(update(Need).where(Need.id == need_id).values(item_code=REVIEWED))


def test_an_authority_reviews_in_the_browser(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    reviewed(agreed)
    officer = as_(app, an_officer(fast_here))
    other = as_(app, an_officer(fast_here, "99"))
    owner = as_(app, agreed.owner)
    assert officer.get(own(agreed, "/opinion")).status_code == 404
    data = seen(agreed, decision="accept")
    assert owner.post(own(agreed, "/review"), data=data).status_code == 303
    assert "评审中介机构的成果" in officer.get("/workbench").text
    assert "评审中介机构的成果" not in other.get("/workbench").text
    assert "逾期不视为通过" in officer.get(own(agreed, "/opinion")).text
    assert other.get(own(agreed, "/opinion")).status_code == 404
    assert owner.get(own(agreed, "/opinion")).status_code == 403
    data = seen(agreed, decision="supplement", reason="incomplete", missing="缺少附图")
    refused = officer.post(own(agreed, "/opinion"), data=data)
    assert "依据的合同条款" in refused.text
    data["clause"] = "规程第4.1条"
    assert officer.post(own(agreed, "/opinion"), data=data).status_code == 303
    firm = as_(app, agreed.firm)
    assert "按评审意见修改成果" in firm.get("/workbench").text
    data = seen(agreed, file=(BytesIO(a_pdf()), "修改稿.pdf"), note="已改")
    assert firm.post(own(agreed, "/supply"), data=data).status_code == 303
    data = seen(agreed, decision="accept", comment="同意。")
    assert officer.post(own(agreed, "/opinion"), data=data).status_code == 303
    assert agreed.contract().state is ContractState.ACCEPTED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"decision": "tolerate", "missing": "缺少附图"}, "补交日期须在今天"),
        (
            {"decision": "tolerate", "missing": "缺少附图", "by_on": "2020-01-01"},
            "补交日期须在今天",
        ),
        ({"decision": "supplement"}, "逐项列明"),
        ({"decision": "return", "reason": "format", "comment": COMMENT}, "依据的合同条款"),
    ],
)
def test_a_refusal_stands_beside_its_field(app, fast_here, clock, data, words):
    agreed = a_delivered_contract(fast_here, clock)
    owner = as_(app, agreed.owner)
    answer = owner.post(own(agreed, "/review"), data=seen(agreed, **data))
    assert answer.status_code in {409, 422}
    assert words in answer.text


def test_a_missing_reason_is_asked_for_beside_the_reason(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    data = seen(agreed, decision="return", clause="合同第三条", comment=COMMENT)
    answer = as_(app, agreed.owner).post(own(agreed, "/review"), data=data)
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert 'href="#decision-0"' not in answer.text


def test_what_a_conclusion_demands_is_not_called_optional(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    page = as_(app, agreed.owner).get(own(agreed, "/review")).text
    for field in ("missing", "by_on", "reason", "clause"):
        label = page.partition(f'for="{field}">')[2].partition("</label>")[0]
        assert label.strip()
        assert "选填" not in label
    assert "选填" in page.partition('for="comment">')[2].partition("</label>")[0]


def test_a_clock_says_why_it_stands_and_no_tolerated_work_is_called_accepted(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_on = default_calendar().add_working_days(beijing_day(clock()), 3)
    data = seen(agreed, decision="tolerate", missing="缺少附图", by_on=by_on.isoformat())
    owner, firm = as_(app, agreed.owner), as_(app, agreed.firm)
    assert owner.post(own(agreed, "/review"), data=data).status_code == 303
    page = app.test_client().get(f"/clocks/{agreed.clock().id}").text
    assert "时限已停止：容缺接收成果" in page
    assert "成果已验收" not in page
    data = seen(agreed, file=(BytesIO(a_pdf()), "附图.pdf"), note="已补")
    said = firm.post(own(agreed, "/supply"), data=data, follow_redirects=True).text
    assert "已补交，由要求补交的一方核对" in said
    agreed.accept()
    clock.move_to(end_of(default_calendar().add_working_days(beijing_day(clock()), 9)))
    page = app.test_client().get(f"/clocks/{agreed.clock().id}").text
    assert "时限已停止：成果已验收" in page
    # What came after the end is nobody's time, and no row of the page counts it.
    assert "9 个工作日" not in page
    assert "含今天" not in page


def test_a_contract_and_its_clock_say_the_same_of_an_extension(app, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    with fast_here.sessions.begin() as session:
        session.execute(update(Clock).where(Clock.id == agreed.clock().id).values(extended_units=3))
    number = agreed.contract().number
    for page in (
        as_(app, agreed.owner).get(own(agreed)).text,
        app.test_client().get(f"/contracts/{number}").text,
    ):
        assert "另延期或者退回后补足 3 个工作日" in page


def test_both_sides_write_and_a_stranger_reads_nothing(app, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    owner, firm = as_(app, agreed.owner), as_(app, agreed.firm)
    data = {"text": "请补充红线图。", "file": (BytesIO(a_pdf()), "清单.pdf")}
    assert owner.post(own(agreed, "/messages"), data=data).status_code == 303
    page = firm.get(own(agreed, "/messages")).text
    assert "请补充红线图。" in page
    assert "清单.pdf" in page
    assert firm.post(own(agreed, "/messages"), data={"text": " "}).status_code == 422
    assert as_(app, an_officer(fast_here, "99")).get(own(agreed, "/messages")).status_code == 404
    watching = as_(app, an_officer(fast_here)).get(own(agreed, "/messages")).text
    assert ("请补充红线图。" in watching, "发消息" in watching) == (True, False)
    number = agreed.contract().number
    assert "请补充红线图" not in app.test_client().get(f"/contracts/{number}").text


def test_a_plan_is_typed_with_the_contract_and_reported_on(app, fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    agreed = file_it(
        drawn, drawn.delegate, milestones=(Planned(name="初稿", after_working_days=3),)
    )
    owner, firm = as_(app, agreed.owner), as_(app, agreed.firm)
    assert "初稿" in owner.get(own(agreed)).text
    agreed.return_filing()
    assert "初稿 3" in firm.get(own(agreed, "/refile")).text
    agreed.refile(milestones=(Planned(name="送审稿", after_working_days=4),))
    agreed.confirm()
    agreed.hand_over()
    assert "提交进度报告" in firm.get("/workbench").text
    contract = agreed.contract()
    with agreed.work() as work:
        (one,) = milestones(work, contract)
    path = own(agreed, f"/reports/{one.id}")
    with agreed.work() as work:
        its_clock = f"/clocks/{timing.of(work, one).id}"
    for reader in (owner, firm):
        assert its_clock in reader.get(own(agreed)).text
    assert its_clock in app.test_client().get(f"/contracts/{contract.number}").text
    assert "送审稿" in app.test_client().get(its_clock).text
    assert "下一阶段的安排" in firm.get(path).text
    assert owner.get(path).status_code == 403
    sent = {"percent": "50", "done": "现场踏勘和资料收集已完成。", "obstacles": "缺红线图"}
    assert firm.post(path, data=sent | {"percent": "101"}).status_code == 422
    assert firm.post(path, data=sent).status_code == 303
    assert "缺红线图" in owner.get(own(agreed)).text
    public = app.test_client().get(f"/contracts/{agreed.contract().number}").text
    assert ("完成 50%" in public, "缺红线图" in public) == (True, False)


def test_anyone_sees_how_often_reviewers_turn_work_down(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    agreed.return_work()
    public = app.test_client()
    assert "太少，不公布" in public.get("/contracts/reviewers").text
    assert public.get("/contracts/reviewers/firms").status_code in {302, 303, 401}
    officer = as_(app, an_officer(fast_here))
    assert "100%" in officer.get("/contracts/reviewers/firms").text


def test_a_file_too_small_to_be_the_work_is_pointed_out(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    page = as_(app, agreed.owner).get(own(agreed, "/review")).text
    size = int(re.search(r"application/pdf\s+(\d+) 字节", page).group(1))
    assert 100 < size < 4096
    assert "这个文件很小，请先打开" in page
