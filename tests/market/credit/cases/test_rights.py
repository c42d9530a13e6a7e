"""What a firm may do in its case, and its proposer before it is told: on pages and in rules."""

from datetime import timedelta
from io import BytesIO

import pytest

from market.access import OrgKind, Role
from market.accounts.model import User
from market.accounts.queries import organisation
from market.calendar import provisional_calendar
from market.clock import BEIJING, beijing, beijing_day, in_beijing
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.cases.errors import (
    HearingAskedError,
    IllegalCaseMoveError,
    NotYourProposalError,
    ScopeTwiceError,
    ScopeUnsaidError,
)
from market.credit.cases.rules import CaseState, ends_at
from market.credit.rules import BreachKind, Measure
from market.db import unit_of_work
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_pdf
from tests.market.factories.credit import (
    GROUNDS,
    REPLY,
    a_case,
    a_decider,
    a_proposal,
    a_report,
    an_officer,
    breaches_of,
    decide,
)
from tests.market.factories.firms import PASSWORD, a_listed_firm, a_person

WHY = "笔误：期限应为三个月，撤回后重新提出认定建议。"


def acting(here, person):
    return unit_of_work(here.sessions, person.actor, here.clock)


def reported_firm(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    officer = an_officer(here)
    a_report(here, firm, officer, BreachKind.EXTRA_CHARGE)
    return firm, delegate, officer


def test_a_breach_by_hand_reaches_every_item_only_by_name(client, fast_here, clock):
    firm, _, officer = reported_firm(fast_here, clock)
    chosen = breaches_of(fast_here, firm)
    facts = {"measure": Measure.BLACKLIST, "months": 6, "grounds": GROUNDS}
    with acting(fast_here, officer) as work, pytest.raises(ScopeUnsaidError):
        cases.propose(work, firm, chosen, **facts)
    with acting(fast_here, officer) as work, pytest.raises(ScopeTwiceError):
        cases.propose(work, firm, chosen, groups=["all", "03"], **facts)
    sign_in(client, officer.user, PASSWORD)
    address = f"/credit/cases/new?firm={firm.code}"
    typed = {"breaches": [str(one.id) for one in chosen], "months": "6", "grounds": GROUNDS}
    typed |= {"measure": "blacklist"}
    refused = client.post(address, data=typed)
    assert (refused.status_code, "请选择适用范围" in refused.text) == (409, True)
    assert client.post(address, data=typed | {"scope": ["all"]}).status_code == 303


def test_a_proposer_takes_a_proposal_back_until_another_confirms_it(client, fast_here, clock):
    firm, delegate, officer = reported_firm(fast_here, clock)
    case = a_proposal(fast_here, firm, officer)
    address = f"/credit/cases/{case.number}"
    other = an_officer(fast_here)
    with acting(fast_here, other) as work, pytest.raises(NotYourProposalError):
        cases.recall(work, case_queries.case(work, case.number), WHY)
    sign_in(client, other.user, PASSWORD)
    assert f"{address}/recall" not in client.get(address).text
    sign_in(client, officer.user, PASSWORD)
    assert f"{address}/recall" in client.get(address).text
    assert client.post(f"{address}/recall", data={"why": WHY}).location == address
    page = client.get(address).text
    assert "提出人已撤回建议" in page
    assert WHY in page
    with acting(fast_here, a_decider(fast_here)) as work, pytest.raises(IllegalCaseMoveError):
        cases.notify(work, case_queries.case(work, case.number))
    sign_in(client, delegate.user, PASSWORD)
    assert client.get(address).status_code == 404
    again = a_case(fast_here, firm, officer)  # Its breaches are free.
    with acting(fast_here, officer) as work, pytest.raises(IllegalCaseMoveError):
        cases.recall(work, case_queries.case(work, again.number), WHY)


def asked(here, clock):
    firm, delegate, officer = reported_firm(here, clock)
    case = a_case(here, firm, officer)
    with acting(here, delegate) as work:
        cases.ask_hearing(work, case_queries.own_case(work, case.number), REPLY)
    return delegate, case


def test_asking_for_a_hearing_costs_no_other_right(client, fast_here, clock):
    delegate, case = asked(fast_here, clock)
    before = case.reply_by_at
    address = f"/credit/cases/{case.number}"
    sign_in(client, delegate.user, PASSWORD)
    assert f"{address}/extend" in client.get(address).text
    assert client.post(f"{address}/extend", data={"why": REPLY}).location == address
    with acting(fast_here, delegate) as work:
        found = case_queries.own_case(work, case.number)
        assert found.state is CaseState.HEARING
        assert found.reply_by_at > before
    assert "只能延长一次" in client.get(f"{address}/extend").text


def test_whoever_asked_to_be_heard_is_not_offered_to_say_nothing_more(client, fast_here, clock):
    delegate, case = asked(fast_here, clock)
    address = f"/credit/cases/{case.number}/reply"
    sign_in(client, delegate.user, PASSWORD)
    assert 'name="is_last"' not in client.get(address).text
    refused = client.post(address, data={"reply": REPLY, "is_last": "y"})
    assert (refused.status_code, "已申请听证" in refused.text) == (409, True)
    with acting(fast_here, delegate) as work, pytest.raises(HearingAskedError):
        cases.reply(work, case_queries.own_case(work, case.number), REPLY, is_last=True)
    assert client.post(address, data={"reply": REPLY}).status_code == 303


def test_evidence_is_handed_in_with_words_and_read_by_both_sides(client, fast_here, clock):
    firm, delegate, officer = reported_firm(fast_here, clock)
    case = a_case(fast_here, firm, officer)
    address = f"/credit/cases/{case.number}"
    sign_in(client, delegate.user, PASSWORD)
    for step, field in (("reply", "reply"), ("hearing/ask", "why")):
        data = {field: REPLY, "file": (BytesIO(a_pdf()), "证据.pdf")}
        assert client.post(f"{address}/{step}", data=data).location == address
    for person in (delegate, a_decider(fast_here)):
        sign_in(client, person.user, PASSWORD)
        assert client.get(address).text.count("下载证据") == 2
        assert client.get(f"{address}/files/1").data == a_pdf()
    _, stranger = a_listed_firm(fast_here, clock)
    owner = a_person(fast_here, OrgKind.OWNER, Role.OWNER_CLERK)
    for person in (stranger, owner):
        sign_in(client, person.user, PASSWORD)
        assert client.get(f"{address}/files/1").status_code == 404


def test_a_hearing_begins_at_a_half_hour_and_in_a_known_year(client, fast_here, clock):
    _, case = asked(fast_here, clock)
    chair = a_decider(fast_here)
    sign_in(client, chair.user, PASSWORD)
    address = f"/credit/cases/{case.number}"
    day = provisional_calendar().add_working_days(beijing_day(clock()), 12)
    facts = {"hour": "14:30", "place": "三楼听证室", "chair": chair.user.username}
    far = client.post(f"{address}/hearing/summon", data=facts | {"held_on": "2099-03-04"})
    assert (far.status_code, "请核对年份" in far.text) == (409, True)
    assert 'id="held_on-error"' in far.text
    assert (
        client.post(f"{address}/hearing/summon", data=facts | {"held_on": day.isoformat()}).location
        == address
    )
    with acting(fast_here, chair) as work:
        hearing = case_queries.hearing_of(work, case_queries.case(work, case.number))
        assert hearing.held_at == beijing(day) + timedelta(hours=14, minutes=30)


def test_a_blacklisted_firm_reads_when_where_and_with_what_it_may_ask_for_repair(
    client, fast_here, clock
):
    firm, delegate, officer = reported_firm(fast_here, clock)
    case = a_case(fast_here, firm, officer, months=6)
    clock.move_to(case.reply_by_at)
    case = decide(fast_here, case, a_decider(fast_here))
    from_at = ends_at(case.effective_at, 3)
    sign_in(client, delegate.user, PASSWORD)
    for address in (f"/credit/cases/{case.number}", "/credit/ledger"):
        page = client.get(address).text
        assert "从这时起可以申请信用修复" in page
        assert in_beijing(from_at) in page
        assert "证明文件的名称和编号" in page
    with acting(fast_here, delegate) as work:
        found = case_queries.own_case(work, case.number)
        letter = case_queries.letters_of(work, found)[0]
        assert any("申请信用修复" in one for one in letter.paragraphs)
    clock.move_to(case.ends_at)
    sign_in(client, delegate.user, PASSWORD)
    assert "从这时起可以申请信用修复" not in client.get("/credit/ledger").text


def test_the_public_reads_fact_clause_decider_and_letter_of_a_measure(client, fast_here, clock):
    firm, _, officer = reported_firm(fast_here, clock)
    case = a_case(fast_here, firm, officer)
    clock.move_to(case.reply_by_at)
    decider = a_decider(fast_here)
    case = decide(fast_here, case, decider)
    with acting(fast_here, decider) as work:
        found = case_queries.case(work, case.number)
        letter = case_queries.letters_of(work, found)[0].number
        by = work.session.get_one(User, found.decided_by_id)
        authority = organisation(work, by.organisation_id)
    assert letter not in client.get("/credit").text  # It does not bear yet.
    clock.move_to(case.effective_at)
    page = client.get("/credit").text
    for words in ("加价或变相加价", "JB-2026-000001", letter, authority.name, "平台默认值"):
        assert words in page
    assert "核查报告附后" not in page  # What people wrote may name somebody.
    assert f"{in_beijing(case.effective_at)}</time>" in page
    clock.move_to(case.ends_at)
    assert letter not in client.get("/credit").text


def test_a_midnight_is_written_in_one_way(client, fast_here, clock):
    firm, delegate, officer = reported_firm(fast_here, clock)
    case = a_case(fast_here, firm, officer)
    clock.move_to(case.reply_by_at)
    case = decide(fast_here, case, a_decider(fast_here))
    sign_in(client, delegate.user, PASSWORD)
    midnight = f"{case.effective_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    for address in (f"/credit/cases/{case.number}", "/credit/ledger", "/messages"):
        assert midnight not in client.get(address).text
    assert in_beijing(case.effective_at) in client.get(f"/credit/cases/{case.number}").text
