"""Past projects: stated by the firm, shown as declared, verified by the operator with a proof."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from market import salts
from market.catalogue.queries import UnknownItemError
from market.codes import CreditCodeError
from market.documents import actions as documents
from market.documents.queries import to_decide
from market.documents.resting import DocumentBoundError
from market.documents.rules import DocKind, Subject
from market.errors import MissingError
from market.firms import queries, queries_past_projects
from market.firms.actions import past_projects as actions
from market.firms.errors import NotEditableError
from market.firms.model import FirmCheck
from market.firms.past_projects import (
    MOVES,
    Done,
    ProjectDaysError,
    ProjectFacts,
    ProjectMove,
    ProjectMovedError,
    ProjectReasonError,
    ProjectState,
    ProjectTwiceError,
    ProjectUnprovenError,
    ProofHeldError,
    TooManyProjectsError,
    advance,
    counted,
)
from tests.market.factories.documents import KEY, a_pdf, a_stored_file, upload
from tests.market.factories.firms import (
    ITEM,
    a_code,
    a_filled_in_firm,
    a_listed_firm,
    a_submitted_firm,
    an_operator,
)
from tests.market.factories.rules import own_rules


@pytest.mark.parametrize(("state", "move"), [*product(ProjectState, ProjectMove)])
def test_every_move_is_allowed_or_refused(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(ProjectMovedError):
            advance(state, move)


def test_only_the_operator_s_look_makes_a_project_verified():
    ways = [pair for pair, after in MOVES.items() if after is ProjectState.VERIFIED]
    assert ways == [(ProjectState.DECLARED, ProjectMove.VERIFY)]


DAYS = st.sampled_from([date(2024, 1, 1) + n * timedelta(days=97) for n in range(-9, 9)])
DONE = st.lists(
    st.tuples(st.sampled_from([*ProjectState]), st.sampled_from("AB"), DAYS), max_size=6
).map(lambda rows: [Done(*row) for row in rows])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(done=DONE, since=DAYS)
def test_what_counts_is_verified_of_the_item_and_recent_and_nothing_else(done, since):
    found = counted(done, "A", since)
    assert found <= counted(done, "A", since - timedelta(days=400)) <= len(done)
    for each in done:
        without = counted([one for one in done if one is not each], "A", since)
        counts = (each.state, each.item_code) == (ProjectState.VERIFIED, "A")
        assert found - without == (counts and each.completed_on >= since)


def facts(**differences):
    usual = ProjectFacts(
        project_name="城南污水处理厂扩建工程",
        client_name="城南水务有限公司",
        client_code="",
        item_code=ITEM,
        amount_fen=38_000_000,
        signed_on=date(2024, 3, 1),
        completed_on=date(2024, 9, 30),
    )
    return replace(usual, **differences)


def stated(work, **differences):
    return actions.state_past_project(work, queries.own(work), facts(**differences))


def prove(work, row):
    place = documents.Place(
        subject=Subject.PAST_PROJECT, subject_id=row.id, kind=DocKind.PERFORMANCE
    )
    return documents.enter(work, place, a_stored_file(work), (), KEY)


def take(work, proof):
    documents.clear(work, to_decide(work, proof.id))


def a_verified_project(here, clock, working):
    """Return a firm's delegate and its past project, proven and verified."""
    _, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        row = stated(work)
        proof = prove(work, row)
    with working(here, an_operator(here)) as work:
        take(work, proof)
        actions.check_past_project(work, queries_past_projects.to_decide(work, row.id), verify=True)
    return delegate, row


def entries(work):
    bodies = [
        bytes(one)
        for one in work.session.scalars(text("SELECT body FROM log_submission ORDER BY id"))
    ]
    found = [json.loads(body) for body in bodies if body.startswith(b"{")]
    return [entry for entry in found if entry.get("t") == "zjcs/firm.past-project-moved.v1"]


def test_a_project_is_declared_proven_and_verified(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    operator = an_operator(here)
    with working(here, delegate) as work:
        row = stated(work)
        assert (row.state, row.reference) == (ProjectState.DECLARED, 1)
        assert queries_past_projects.done_by(work, firm.id)[:] == []
    with working(here, operator) as work:
        [(waiting, of)] = queries_past_projects.to_check(work)
        assert of.id == firm.id
        with pytest.raises(ProjectUnprovenError):
            actions.check_past_project(work, waiting, verify=True)
    with working(here, delegate) as work:
        proof = prove(work, queries_past_projects.by_id(work, row.id))
    with working(here, operator) as work, pytest.raises(ProofHeldError):
        held = queries_past_projects.to_decide(work, row.id)
        actions.check_past_project(work, held, verify=True)
    with working(here, operator) as work:
        take(work, proof)
        held = queries_past_projects.to_decide(work, row.id)
        actions.check_past_project(work, held, verify=True)
        assert held.state is ProjectState.VERIFIED
    with working(here, delegate) as work:
        own = queries_past_projects.of_own(work, queries.own(work), row.id)
        with pytest.raises(ProjectMovedError):
            actions.correct_past_project(work, queries.own(work), own, facts(amount_fen=1))
        [done] = queries_past_projects.done_by(work, firm.id)
        assert counted([done], ITEM, date(2024, 1, 1)) == 1
        found = entries(work)
        assert [entry["state"] for entry in found] == ["declared", "verified"]
        openings = salts.openings_of(work.session, firm.code)
        told = salts.opening_of(openings, actions.facts_text(facts()))
        assert told.digest in {entry["facts_digest"] for entry in found}
        assert len({entry["facts_digest"] for entry in found}) == len(found)
        assert "城南" not in str(found)


def test_a_refusal_has_its_reason_is_registered_and_can_be_mended(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        row = stated(work)
    with working(fast_here, an_operator(fast_here)) as work:
        held = queries_past_projects.to_decide(work, row.id)
        with pytest.raises(ProjectReasonError):
            actions.check_past_project(work, held, verify=False, comment=" 不 ")
        actions.check_past_project(work, held, verify=False, comment="合同金额与证明不符")
        kept = work.session.scalars(select(FirmCheck).where(FirmCheck.firm_id == firm.id)).all()
        assert kept[-1].subject == "业绩：城南污水处理厂扩建工程"
        assert not queries_past_projects.shown(work, firm.id)
    with working(fast_here, delegate) as work:
        own = queries_past_projects.of_own(work, queries.own(work), row.id)
        actions.correct_past_project(work, queries.own(work), own, facts(amount_fen=36_000_000))
        assert (own.state, own.comment) == (ProjectState.DECLARED, "")
        actions.withdraw_past_project(work, queries.own(work), own)
        assert not queries_past_projects.shown(work, firm.id)
        assert stated(work).reference == 2


WRONG = [
    ({"signed_on": date(2024, 10, 1)}, ProjectDaysError),
    ({"completed_on": date(2099, 1, 1)}, ProjectDaysError),
    ({"client_code": "123"}, CreditCodeError),
    ({"item_code": "ZJ-99"}, UnknownItemError),
]


@pytest.mark.parametrize(("differences", "error"), WRONG)
def test_what_cannot_be_is_refused(fast_here, working, differences, error):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work, pytest.raises(error):
        stated(work, **differences)


def test_a_project_is_stated_once(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        stated(work)
        with pytest.raises(ProjectTwiceError):
            stated(work, amount_fen=5)
        stated(work, client_name="城北水务有限公司", client_code=a_code())


def test_no_more_are_kept_than_the_rules_say(fast_here, working, tmp_path):
    _, delegate = a_filled_in_firm(fast_here)
    with (
        own_rules(tmp_path / "rules", "platform-past-projects-2024", most="1"),
        working(fast_here, delegate) as work,
    ):
        stated(work)
        with pytest.raises(TooManyProjectsError):
            stated(work, project_name="另一项目")


def test_nothing_is_added_while_the_operator_checks(fast_here, working):
    _, delegate = a_submitted_firm(fast_here)
    with working(fast_here, delegate) as work, pytest.raises(NotEditableError):
        stated(work)


def test_another_firm_s_project_is_missing(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    _, other = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        row = stated(work)
    with working(fast_here, other) as work, pytest.raises(MissingError):
        queries_past_projects.of_own(work, queries.own(work), row.id)


def test_a_proof_that_was_refused_or_exchanged_verifies_nothing(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    operator = an_operator(fast_here)
    with working(fast_here, delegate) as work:
        row = stated(work)
        first = prove(work, row)
    with working(fast_here, operator) as work:
        take(work, first)
    with working(fast_here, delegate) as work:
        second = prove(work, row)
    with working(fast_here, operator) as work:
        held = queries_past_projects.to_decide(work, row.id)
        with pytest.raises(ProofHeldError):
            actions.check_past_project(work, held, verify=True)
        documents.reject(work, to_decide(work, second.id), "验收单没有盖章")
        with pytest.raises(ProjectUnprovenError):
            actions.check_past_project(work, held, verify=True)


def test_the_proof_of_a_verified_project_is_not_exchanged(fast_here, clock, working, sign_in):
    delegate, row = a_verified_project(fast_here, clock, working)
    with working(fast_here, delegate) as work, pytest.raises(DocumentBoundError) as refusal:
        prove(work, row)
    assert "请先撤回这项业绩" in str(refusal.value)
    browser = sign_in(delegate)
    page = browser.get(f"/documents/new/past-project/{row.id}/performance").text
    assert "这份材料不能更换" in page
    assert "请先撤回这项业绩" in page
    assert 'type="file"' not in page
    assert "不能更换" in browser.get("/firm/materials").text
    with working(fast_here, delegate) as work:
        own = queries_past_projects.of_own(work, queries.own(work), row.id)
        actions.withdraw_past_project(work, queries.own(work), own)
        prove(work, row)


def test_nobody_alone_takes_back_what_was_verified(fast_here, clock, working):
    _, row = a_verified_project(fast_here, clock, working)
    with working(fast_here, an_operator(fast_here)) as work:
        held = queries_past_projects.to_decide(work, row.id)
        with pytest.raises(ProjectMovedError):
            actions.check_past_project(work, held, verify=False, comment="合同金额与证明不符")


TYPED = {
    "project_name": "城南污水处理厂扩建工程",
    "client_name": "城南水务有限公司",
    "client_code": "",
    "item_code": ITEM,
    "amount_fen": "380,000.00",
    "signed_on": "2024-03-01",
    "completed_on": "2024-09-30",
}


def test_the_pages_lead_from_nothing_to_verified(fast_here, clock, sign_in, app):
    firm, delegate = a_listed_firm(fast_here, clock)
    browser, operator = sign_in(delegate), sign_in(an_operator(fast_here))
    assert "/firm/past-projects" in browser.get("/firm").text
    assert "还没有填报业绩" in browser.get("/firm/past-projects").text
    wrong = browser.post("/firm/past-projects", data=TYPED | {"completed_on": "2020-01-01"})
    assert "签约日期不能晚于完成日期" in wrong.text
    assert browser.post("/firm/past-projects", data=TYPED).status_code == 303
    page = browser.get("/firm/past-projects").text
    proof = re.search(r'"(/documents/new/past-project/\d+/performance)"', page)[1]
    assert upload(browser, proof, a_pdf()).status_code == 303
    public = app.test_client().get(f"/firms/{firm.code}").text
    assert "城南水务有限公司" in public
    assert "机构填报" in public
    assert "核对业绩" in operator.get("/workbench").text
    check = re.search(
        r"/firm-checks/past-projects/\d+", operator.get("/firm-checks/past-projects").text
    )[0]
    page = operator.get(check).text
    assert "业绩证明" in page
    assert "证明还在隔离存放" in page
    shown = re.search(r'"(/documents/\d+)"', page)[1]
    seen = re.search(r'name="version" value="(\d+)"', operator.get(shown).text)[1]
    taken = {"outcome": "clear", "reason": "", "version": seen}
    assert operator.post(f"{shown}/decide", data=taken).status_code == 303
    page = operator.get(check).text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    said = {"outcome": "yes", "comment": "", "version": version}
    assert operator.post(check, data=said | {"version": "99"}).status_code == 409
    assert operator.post(check, data=said).status_code == 303
    assert "已核实" in app.test_client().get(f"/firms/{firm.code}").text
    own = re.search(r'"(/firm/past-projects/\d+)"', browser.get("/firm/past-projects").text)[1]
    assert "已核实的业绩不能修改" in browser.get(own).text
    assert browser.post(f"{own}/withdraw").status_code == 303
    assert "城南水务" not in app.test_client().get(f"/firms/{firm.code}").text


def test_a_refused_project_comes_back_to_the_firm(fast_here, clock, sign_in):
    _, delegate = a_listed_firm(fast_here, clock)
    browser, operator = sign_in(delegate), sign_in(an_operator(fast_here))
    browser.post("/firm/past-projects", data=TYPED)
    check = re.search(
        r"/firm-checks/past-projects/\d+", operator.get("/firm-checks/past-projects").text
    )[0]
    version = re.search(r'name="version" value="(\d+)"', operator.get(check).text)[1]
    said = {"outcome": "yes", "comment": "", "version": version}
    assert "没有可以核对的业绩证明" in operator.post(check, data=said).text
    said |= {"outcome": "no", "comment": "没有上传合同和验收证明"}
    assert operator.post(check, data=said).status_code == 303
    assert "业绩核对不通过" in browser.get("/workbench").text
    own = re.search(r'"(/firm/past-projects/\d+)"', browser.get("/firm/past-projects").text)[1]
    page = browser.get(own).text
    assert "没有上传合同和验收证明" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert browser.post(own, data=TYPED | {"version": version}).status_code == 303
