"""A breach that an authority reports: the firm is heard, another person confirms it."""

import re
from datetime import date, timedelta
from io import BytesIO
from itertools import product

import pytest
from sqlalchemy import func, select, text

from market.credit import queries as ledger
from market.credit.cases import actions as cases
from market.credit.model import Breach, BreachAnnulment
from market.credit.reports import actions, queries
from market.credit.reports.errors import (
    BreachHeldError,
    NotYourReportError,
    ReportMovedError,
    ReportStillHeardError,
    StatementLateError,
)
from market.credit.reports.model import BreachReport
from market.credit.reports.rules import (
    OPEN,
    REPORT_MOVES,
    ReportMove,
    ReportState,
    advance_report,
    is_heard,
    may_state,
)
from market.credit.rules import BreachKind, DayOutsideRulesError, Measure
from market.db import reading_work, unit_of_work
from market.errors import MissingError, SeparationOfDutiesError
from market.messages.model import Message
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import (
    GROUNDS,
    NAMED,
    SYSTEM,
    a_decider,
    an_officer,
    working_days_later,
)
from tests.market.factories.firms import PASSWORD, a_listed_firm

FACTS = "群众举报并经核查，该机构允许他人以其名义承接业务，核查笔录附后。"
SAID = "签名的人是我单位在职人员，劳动合同和社保记录一并提交，请核对。"
WHY = "社保记录由另一单位缴纳，陈述不成立，依核查笔录予以确认。"


@pytest.mark.parametrize(("state", "move"), [*product(ReportState, ReportMove)])
def test_every_move_is_allowed_or_refused(state, move):
    if (state, move) in REPORT_MOVES:
        assert advance_report(state, move) is REPORT_MOVES[state, move]
    else:
        with pytest.raises(ReportMovedError):
            advance_report(state, move)


@pytest.mark.parametrize("state", [*ReportState])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_firm_speaks_until_its_term_ends_and_is_heard_from_then(state, seconds, clock):
    until = clock() + timedelta(seconds=seconds)
    speaks = state is ReportState.HEARING and seconds > 0
    assert may_state(state, until, clock()) is speaks
    assert is_heard(state, until, clock()) is (state in OPEN and not speaks)


def reported(here, firm, officer, **differences):
    facts = {
        "kind": BreachKind.LENT_NAME,
        "occurred_on": date(2026, 3, 1),
        "evidence": FACTS,
        "named": NAMED,
    }
    with unit_of_work(here.sessions, officer.actor, here.clock) as work:
        found = actions.Reported(**(facts | differences))
        return actions.report(work, firm, found).number


def act(here, person, number, deed, **facts):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        find = queries.own if deed is actions.state else queries.looked_after
        deed(work, find(work, number, held=True), **facts)


def count(here, *of):
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return work.session.scalar(select(func.count()).select_from(*of))


def logged(here, number):
    """Return the entries of the log that name a report, whatever part of it."""
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        rows = work.session.execute(text("SELECT body FROM log_submission")).scalars()
        part = f"report:{int(number.removeprefix('JB-').replace('-', ''))}"
        bodies = [bytes(row).decode() for row in rows]
    return [body for body in bodies if number in body or part in body]


def breaches(here, firm):
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return [row.breach for row in ledger.ledger(work, firm.id).rows]


def test_one_person_alone_puts_nothing_into_a_ledger_nor_into_the_log(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    officer = an_officer(here)
    number = reported(here, firm, officer)
    assert breaches(here, firm) == []
    assert logged(here, number) == []
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        told = work.session.scalars(
            select(Message).where(Message.kind == "credit.breach-reported")
        ).one()
        assert told.org_id == firm.organisation_id
        assert number in told.facts
    with pytest.raises(ReportStillHeardError):
        act(here, a_decider(here), number, actions.decide, confirm=True, why=WHY)
    act(here, delegate, number, actions.state, text=SAID)
    with pytest.raises(ReportStillHeardError):  # It may still add: one word ends no term.
        act(here, a_decider(here), number, actions.decide, confirm=True, why=WHY)
    working_days_later(clock, 5)
    with pytest.raises(StatementLateError):
        act(here, delegate, number, actions.state, text=SAID)
    with pytest.raises(SeparationOfDutiesError):
        act(here, officer, number, actions.decide, confirm=True, why=WHY)
    act(here, a_decider(here), number, actions.decide, confirm=True, why=WHY)
    assert len(logged(here, number)) == 1
    assert [one.kind for one in breaches(here, firm)] == [BreachKind.LENT_NAME]
    with pytest.raises(ReportMovedError):
        act(here, a_decider(here), number, actions.decide, confirm=False, why=WHY)


def test_a_firm_that_adds_nothing_is_decided_at_once(fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    number = reported(fast_here, firm, an_officer(fast_here))
    act(fast_here, delegate, number, actions.state, text=SAID, is_last=True)
    with pytest.raises(ReportMovedError):
        act(fast_here, delegate, number, actions.state, text=SAID)
    act(fast_here, a_decider(fast_here), number, actions.decide, confirm=False, why=WHY)
    assert breaches(fast_here, firm) == []


def test_a_report_is_taken_back_by_whoever_made_it(fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    number = reported(fast_here, firm, officer)
    with pytest.raises(NotYourReportError):
        act(fast_here, an_officer(fast_here), number, actions.take_back, why=WHY)
    act(fast_here, officer, number, actions.take_back, why=WHY)
    working_days_later(clock, 5)
    with pytest.raises(ReportMovedError):
        act(fast_here, a_decider(fast_here), number, actions.decide, confirm=True, why=WHY)
    assert breaches(fast_here, firm) == []


def confirmed(here, clock, **differences):
    firm, delegate = a_listed_firm(here, clock)
    officer = an_officer(here)
    number = reported(here, firm, officer, **differences)
    act(here, delegate, number, actions.state, text=SAID, is_last=True)
    act(here, a_decider(here), number, actions.decide, confirm=True, why=WHY)
    return firm, officer, number


def test_a_confirmed_report_is_undone_by_two(here, clock):
    firm, _, number = confirmed(here, clock, kind=BreachKind.EXTRA_CHARGE)
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        assert ledger.ledger(work, firm.id).score < 100
    first = a_decider(here)
    act(here, first, number, actions.ask_undo, why=WHY)
    with pytest.raises(SeparationOfDutiesError):
        act(here, first, number, actions.answer_undo, undo=True)
    act(here, a_decider(here), number, actions.answer_undo, undo=False, why=WHY)
    act(here, first, number, actions.ask_undo, why=WHY)
    act(here, a_decider(here), number, actions.answer_undo, undo=True)
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        assert ledger.ledger(work, firm.id).score == 100
        assert work.session.scalars(select(BreachAnnulment)).one().case_number == number


def test_a_breach_on_which_a_case_rests_is_undone_in_the_case(fast_here, clock):
    firm, officer, number = confirmed(fast_here, clock)
    with unit_of_work(fast_here.sessions, officer.actor, clock) as work:
        breach = work.session.scalars(select(Breach)).one()
        cases.propose(
            work,
            firm,
            [breach],
            measure=Measure.BLACKLIST,
            months=6,
            groups=["all"],
            grounds=GROUNDS,
        )
    with pytest.raises(BreachHeldError):
        act(fast_here, a_decider(fast_here), number, actions.ask_undo, why=WHY)


@pytest.mark.parametrize("day", [date(2016, 1, 1), date(1999, 12, 31)])
def test_a_day_that_no_rule_covers_is_refused_at_the_date(fast_here, clock, day):
    firm, _ = a_listed_firm(fast_here, clock)
    with pytest.raises(DayOutsideRulesError) as refused:
        reported(fast_here, firm, an_officer(fast_here), occurred_on=day)
    assert refused.value.field == "occurred_on"
    assert count(fast_here, BreachReport) == 0


def test_nobody_else_finds_a_report(fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    _, stranger = a_listed_firm(fast_here, clock)
    number = reported(fast_here, firm, an_officer(fast_here))
    with (
        reading_work(fast_here.sessions, stranger.actor, clock) as work,
        pytest.raises(MissingError),
    ):
        queries.shown(work, number)


def hidden(page):
    """Return the version that a form's page carries."""
    return re.search(r'name="version" value="(\d+)"', page)[1]


def test_the_whole_way_on_pages(client, fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    sign_in(client, officer.user, PASSWORD)
    form = {
        "kind": "lent-name", "occurred_on": "2026-03-01", "evidence": FACTS,
        "document": "核查结论（2026）1号", "material": "核查笔录",
    }  # fmt: skip
    early = client.post(
        f"/credit/breaches/new?firm={firm.code}", data=form | {"occurred_on": "2016-01-01"}
    )
    assert "适用范围以外" in early.text
    address = client.post(
        f"/credit/breaches/new?firm={firm.code}",
        data=form | {"file": (BytesIO(b"%PDF-no"), "a.pdf")},
    )
    assert address.status_code == 409  # The real parser looks at it.
    address = client.post(f"/credit/breaches/new?firm={firm.code}", data=form).location
    assert "撤回登记" in client.get(address).text
    assert "现在不能办理此步骤" in client.get(f"{address}/decide").text or (
        client.get(f"{address}/decide").status_code == 403
    )

    sign_in(client, delegate.user, PASSWORD)
    assert "对拟登记的失信行为陈述意见" in client.get("/workbench").text
    assert FACTS.rstrip("。") in client.get(address).text
    assert "听取陈述" in client.get("/credit/ledger").text
    page = client.get(f"{address}/state").text
    said = {"statement": SAID, "is_last": "y", "version": hidden(page)}
    assert client.post(f"{address}/state", data=said).location == address
    assert SAID in client.get(address).text

    sign_in(client, a_decider(fast_here).user, PASSWORD)
    assert "确认失信行为登记" in client.get("/workbench").text
    page = client.get(f"{address}/decide").text
    answer = {"outcome": "confirm", "decision": WHY, "version": hidden(page)}
    assert client.post(f"{address}/decide", data=answer).location == address
    assert "撤销登记" in client.get(address).text
    assert "直接立案" in client.get(f"/credit/firms/{firm.code}").text
    page = client.get(f"{address}/undo").text
    assert (
        client.post(f"{address}/undo", data={"why": WHY, "version": hidden(page)}).location
        == address
    )
    sign_in(client, a_decider(fast_here).user, PASSWORD)
    assert "确认撤销失信行为登记" in client.get("/workbench").text
    page = client.get(f"{address}/undo/answer").text
    data = {"outcome": "undo", "version": hidden(page)}
    assert client.post(f"{address}/undo/answer", data=data).location == address
    assert "已撤销，不再计分" in client.get(address).text
    sign_in(client, delegate.user, PASSWORD)
    assert WHY in client.get(address).text
    assert "认定不成立" in client.get("/credit/ledger").text


def test_every_statement_changes_the_version_of_its_report(here, clock):
    """Whoever opened the page before it is asked to look again, and confirms nothing unread."""
    firm, delegate = a_listed_firm(here, clock)
    number = reported(here, firm, an_officer(here))
    decider = a_decider(here)
    with reading_work(here.sessions, decider.actor, clock) as work:
        seen = queries.looked_after(work, number).version
    with unit_of_work(here.sessions, delegate.actor, clock) as work:
        actions.state(work, queries.own(work, number, held=True), SAID)
    with reading_work(here.sessions, decider.actor, clock) as work:
        assert queries.looked_after(work, number).version > seen
