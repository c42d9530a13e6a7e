"""A verified past project in doubt: the firm is heard, another person decides."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select, text

from market.errors import MissingError, SeparationOfDutiesError
from market.firms import queries, queries_past_projects
from market.firms.actions import doubting
from market.firms.actions import past_projects as actions
from market.firms.doubts import (
    MOVES,
    DoubtHeardError,
    DoubtMove,
    DoubtMovedError,
    DoubtOpenError,
    DoubtState,
    DoubtWordsError,
    NotVerifiedError,
    StatedBeforeError,
    StatedLateError,
    advance,
    may_be_decided,
)
from market.firms.model import FirmCheck
from market.firms.past_projects import ProjectDoubtedError, ProjectState
from tests.market.factories.firms import a_filled_in_firm, a_listed_firm, an_operator
from tests.market.firms.test_past_projects import a_verified_project, stated

FACTS = "委托单位来函称，合同金额与其档案不符。"
SAID = "金额按补充协议计算，补充协议一并上传。"
WHY = "补充协议没有委托单位盖章，金额不能确认。"


@pytest.mark.parametrize(("state", "move"), [*product(DoubtState, DoubtMove)])
def test_every_move_is_allowed_or_refused(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(DoubtMovedError):
            advance(state, move)


def in_doubt(here, clock, working):
    """Return the delegate, the project's id, the doubt's number and who opened it."""
    delegate, row = a_verified_project(here, clock, working)
    clerk = an_operator(here)
    with working(here, clerk) as work:
        held = queries_past_projects.to_decide(work, row.id)
        number = doubting.open_doubt(work, held, FACTS).number
    return delegate, row.id, number, clerk


def doubt_at(work, number, of=None):
    return queries_past_projects.doubt_by_number(work, number, of=of, held=True)[0]


def project(here, working, person, project_id):
    with working(here, person) as work:
        return queries_past_projects.by_id(work, project_id)


def decide(here, working, person, number, *, uphold=True, reasons=WHY):
    with working(here, person) as work:
        doubting.decide_doubt(work, doubt_at(work, number), uphold=uphold, reasons=reasons)


def test_the_firm_is_heard_and_another_person_takes_it_back(here, clock, working):
    delegate, project_id, number, clerk = in_doubt(here, clock, working)
    assert project(here, working, delegate, project_id).state is ProjectState.VERIFIED
    with pytest.raises(DoubtHeardError):
        decide(here, working, an_operator(here), number)
    with working(here, delegate) as work:
        doubt = doubt_at(work, number, queries.own(work))
        with pytest.raises(DoubtWordsError):
            doubting.state_on_doubt(work, doubt, "不对")
        doubting.state_on_doubt(work, doubt, SAID)
        with pytest.raises(StatedBeforeError):
            doubting.state_on_doubt(work, doubt, SAID)
    with pytest.raises(SeparationOfDutiesError):
        decide(here, working, clerk, number)
    other = an_operator(here)
    with pytest.raises(DoubtWordsError):
        decide(here, working, other, number, reasons="不符")
    decide(here, working, other, number)
    row = project(here, working, delegate, project_id)
    assert (row.state, row.comment) == (ProjectState.REFUSED, WHY)
    with pytest.raises(DoubtMovedError):
        decide(here, working, an_operator(here), number, uphold=False)
    with working(here, other) as work:
        last = work.session.scalars(select(FirmCheck).order_by(FirmCheck.id.desc())).first()
        assert (last.comment, last.checked_by_id) == (WHY, other.user.id)
        bodies = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id")).all()
    told = [entry for entry in map(json.loads, bodies) if "doubt" in entry]
    # Raised, answered, decided: the answer moves nothing, but its digest is in the log.
    assert [entry["state"] for entry in told] == ["hearing", "hearing", "upheld"]
    assert all(words not in str(bodies) for words in (FACTS, SAID, WHY))


def test_a_silent_firm_stops_nobody_after_its_term(fast_here, clock, working):
    delegate, project_id, number, _ = in_doubt(fast_here, clock, working)
    with working(fast_here, delegate) as work:
        clock.move_to(doubt_at(work, number).state_by_at)
    with working(fast_here, delegate) as work, pytest.raises(StatedLateError):
        doubting.state_on_doubt(work, doubt_at(work, number), SAID)
    decide(fast_here, working, an_operator(fast_here), number, uphold=False)
    assert project(fast_here, working, delegate, project_id).state is ProjectState.VERIFIED


def test_while_it_is_heard_it_stays_counts_and_is_not_taken_back(fast_here, clock, working):
    delegate, project_id, number, clerk = in_doubt(fast_here, clock, working)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        assert len(queries_past_projects.done_by(work, firm.id)) == 1
        own = queries_past_projects.of_own(work, firm, project_id)
        with pytest.raises(ProjectDoubtedError):
            actions.withdraw_past_project(work, firm, own)
    with working(fast_here, clerk) as work:
        held = queries_past_projects.to_decide(work, project_id)
        with pytest.raises(DoubtOpenError):
            doubting.open_doubt(work, held, FACTS)
        assert [doubt.number for doubt, _, _ in queries_past_projects.doubts_open(work)] == [number]


def test_only_what_was_verified_is_put_in_doubt(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        row = stated(work)
    with working(fast_here, an_operator(fast_here)) as work:
        held = queries_past_projects.to_decide(work, row.id)
        with pytest.raises(NotVerifiedError):
            doubting.open_doubt(work, held, FACTS)


def test_another_firm_s_doubt_is_missing(fast_here, clock, working):
    _, _, number, _ = in_doubt(fast_here, clock, working)
    _, other = a_filled_in_firm(fast_here)
    with working(fast_here, other) as work, pytest.raises(MissingError):
        doubt_at(work, number, queries.own(work))


@pytest.mark.parametrize(("spoke", "over"), [*product((False, True), repeat=2)])
def test_it_is_decided_after_the_statement_or_the_term_and_not_before(spoke, over):
    ends = datetime(2026, 3, 9, 16, tzinfo=UTC)
    now = ends - timedelta(seconds=0 if over else 1)
    assert may_be_decided(stated=spoke, state_by_at=ends, now=now) == (spoke or over)


def version_of(page):
    return re.search(r'name="version" value="(\d+)"', page)[1]


def test_the_pages_lead_from_the_doubt_to_the_decision(fast_here, clock, working, sign_in):
    delegate, row = a_verified_project(fast_here, clock, working)
    browser, clerk = sign_in(delegate), sign_in(an_operator(fast_here))
    other = sign_in(an_operator(fast_here))
    check = f"/firm-checks/past-projects/{row.id}"
    page = clerk.get(check).text
    assert "核对不通过" not in page
    assert f"{check}/doubt" in page
    page = clerk.get(f"{check}/doubt").text
    said = {"facts": "不", "version": version_of(page)}
    assert "至少 10 个字" in clerk.post(f"{check}/doubt", data=said).text
    opened = clerk.post(f"{check}/doubt", data=said | {"facts": FACTS})
    assert opened.status_code == 303
    desk = opened.location
    own = desk.replace("/firm-checks/", "/firm/")
    assert "正在听取机构意见" in other.get(desk).text
    assert "对业绩复核陈述意见" in browser.get("/workbench").text
    assert desk.rpartition("/")[2] in browser.get(f"/firm/past-projects/{row.id}").text
    page = browser.get(own).text
    assert FACTS in page
    answer = {"statement": SAID, "version": version_of(page)}
    assert browser.post(own, data=answer).status_code == 303
    assert "请等待决定" in browser.get(own).text
    assert "请交由同事办理" in clerk.get(desk).text
    assert "决定业绩复核" in other.get("/workbench").text
    assert "决定业绩复核" not in clerk.get("/workbench").text
    page = other.get(desk).text
    assert SAID in page
    decided = {"outcome": "uphold", "decision": WHY, "version": version_of(page)}
    assert other.post(desk, data=decided).status_code == 303
    assert WHY in browser.get(own).text
    assert WHY in browser.get(f"/firm/past-projects/{row.id}").text
