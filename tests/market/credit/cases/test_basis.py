"""A case rests on cards that somebody judged; what falls away afterwards is noticed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from market.accounts.queries import operator_id
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.credit import jobs
from market.credit.cases import actions as cases
from market.credit.cases import basis, dues
from market.credit.cases import queries as case_queries
from market.credit.cases.errors import (
    BasisGoneError,
    BasisInQuestionError,
    UnjudgedBasisError,
)
from market.credit.cases.model import Case
from market.credit.cases.rules import effective_from, ends_at
from market.credit.withdrawals import actions as reviews
from market.credit.withdrawals import queries as review_queries
from market.db import unit_of_work
from market.firms.model import Firm
from market.firms.queries import standing_now
from market.firms.restrictions import actions as restrictions
from market.firms.restrictions.queries import running
from market.firms.restrictions.rules import SanctionOverError
from market.firms.rules import Standing
from market.messages.model import Message
from market.supervision import actions as supervision
from market.supervision.queries import by_number
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import (
    DECISION,
    SYSTEM,
    a_blacklisted_firm,
    a_case,
    a_decider,
    a_late_firm,
    a_proposal,
    an_officer,
    decide,
    draft,
    judge_cards,
    let_time_act,
    working_days_later,
)
from tests.market.factories.firms import PASSWORD
from tests.market.factories.supervision import REASON, some_offices

WHY = "复核亮牌记录后认为其余两张亮牌足以支持原决定，予以维持，请另一人确认。"


def take_back(offices, firm, *, count=1):
    """Take back the next cards of a firm's ladder, beyond yellow; return their numbers."""
    with offices.work() as work:
        numbers = work.session.scalars(
            select(Card.number)
            .where(
                Card.org_id == firm.organisation_id,
                Card.stage != CardStage.YELLOW,
                Card.state != CardState.WITHDRAWN,
            )
            .order_by(Card.id)
            .limit(count)
        ).all()
    for number in numbers:
        with offices.work("second") as work:
            supervision.propose_withdrawal(work, by_number(work, number), REASON)
        with offices.work("judge") as work:
            supervision.decide_withdrawal(work, by_number(work, number), agree=True, text=REASON)
    return numbers


def stands(here, case):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        return work.session.get_one(Case, case.id)


def test_nothing_is_proposed_on_a_card_that_nobody_judged(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock, judged=False)
    with pytest.raises(UnjudgedBasisError) as refused:
        a_proposal(fast_here, firm, an_officer(fast_here))
    assert "JC-" in str(refused.value.facts)
    judge_cards(fast_here, firm)
    assert a_proposal(fast_here, firm, an_officer(fast_here)).number


def test_what_was_taken_back_after_the_notice_grounds_no_measure(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    offices = some_offices(fast_here)
    case = a_case(fast_here, firm, an_officer(fast_here))
    working_days_later(clock, 5)
    drafted = draft(fast_here, case, a_decider(fast_here))
    [number] = take_back(offices, firm)
    with pytest.raises(BasisGoneError) as refused:
        decide_again(fast_here, drafted)
    assert number in refused.value.facts["cards"]
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        cases.send_back(work, case_queries.case(work, case.number), DECISION)
    with pytest.raises(BasisGoneError):
        draft(fast_here, case, a_decider(fast_here))
    assert decide(fast_here, case, a_decider(fast_here), uphold=False).state == "dismissed"


def decide_again(here, case):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        cases.confirm_decision(work, case_queries.case(work, case.number))


def test_a_basis_that_falls_after_the_decision_is_looked_at_in_a_term(fast_here, clock, client):
    firm, case = a_blacklisted_firm(fast_here, clock)
    offices = some_offices(fast_here)
    let_time_act(fast_here)
    assert stands(fast_here, case).basis_by_at is None
    assert "依据正在复核" not in client.get("/credit").text
    take_back(offices, firm)
    jobs.sweep(fast_here)
    case = stands(fast_here, case)
    assert case.basis_by_at is not None
    seen_at = case.basis_seen_at
    assert "依据正在复核" in client.get("/credit").text
    decider = a_decider(fast_here)
    with unit_of_work(fast_here.sessions, decider.actor, clock) as work:
        assert [row.case.id for row in dues.to_review(work)] == [case.id]
        told = work.session.scalars(
            select(Message.org_id).where(Message.kind == "credit.basis-gone")
        ).all()
    assert {case.proposed_by_org_id, firm.organisation_id} <= set(told)
    jobs.sweep(fast_here)
    assert stands(fast_here, case).basis_seen_at == seen_at, "it is told once"
    # Two people keep it: the question is answered, until something more falls away.
    with unit_of_work(fast_here.sessions, decider.actor, clock) as work:
        found = case_queries.case(work, case.number)
        wrong = [one.id for one in case_queries.breaches_of_case(work, found)][:1]
        reviews.propose_withdrawal(work, found, WHY, wrong_breaches=wrong)
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        found = case_queries.case(work, case.number)
        reviews.refuse(work, found, review_queries.pending_or_missing(work, found), WHY)
    assert stands(fast_here, case).basis_by_at is None
    jobs.sweep(fast_here)
    assert stands(fast_here, case).basis_by_at is None
    working_days_later(clock, 1)
    take_back(offices, firm)
    jobs.sweep(fast_here)
    assert stands(fast_here, case).basis_by_at is not None


def test_a_withdrawn_decision_waits_for_nobody(fast_here, clock):
    firm, case = a_blacklisted_firm(fast_here, clock)
    take_back(some_offices(fast_here), firm, count=3)
    jobs.sweep(fast_here)
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        reviews.propose_withdrawal(work, case_queries.case(work, case.number), WHY)
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        found = case_queries.case(work, case.number)
        reviews.confirm(work, found, review_queries.pending_or_missing(work, found))
    row = stands(fast_here, case)
    assert (row.state, row.basis_by_at) == ("withdrawn", None)
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        assert dues.to_review(work) == []
        assert not list(basis.due(work, None, 10))


def test_every_step_of_the_authority_has_a_term(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    officer = an_officer(fast_here)

    def due_of(case):
        with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
            return dues.step_by(work, work.session.get_one(Case, case.id))

    case = a_proposal(fast_here, firm, officer)
    assert due_of(case) is not None
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        found = case_queries.case(work, case.number)
        cases.notify(work, found)
        reply_by_at = found.reply_by_at
    assert due_of(case) > reply_by_at
    working_days_later(clock, 5)
    drafted = draft(fast_here, case, a_decider(fast_here))
    assert due_of(drafted) is not None


def ask_back(offices, firm):
    """Propose that one card of a firm be taken back, and leave it open; return its number."""
    with offices.work() as work:
        [number] = work.session.scalars(
            select(Card.number)
            .where(Card.org_id == firm.organisation_id, Card.stage == CardStage.RED)
            .limit(1)
        ).all()
    with offices.work("second") as work:
        supervision.propose_withdrawal(work, by_number(work, number), REASON)
    return number


def test_nobody_decides_while_a_card_may_be_taken_back(here, clock):
    firm, _ = a_late_firm(here, clock)
    offices = some_offices(here)
    case = a_case(here, firm, an_officer(here))
    working_days_later(clock, 5)
    number = ask_back(offices, firm)
    with pytest.raises(BasisInQuestionError) as refused:
        draft(here, case, a_decider(here))
    assert number in refused.value.facts["cards"]
    assert refused.value.facts["until"]
    with offices.work("second") as work:
        supervision.take_back_withdrawal(work, by_number(work, number))
    drafted = draft(here, case, a_decider(here))
    ask_back(offices, firm)
    with pytest.raises(BasisInQuestionError):
        decide_again(here, drafted)
    # The term to decide about the card is over, and nobody did: it may be wrong all the same.
    working_days_later(clock, 9)
    with pytest.raises(BasisInQuestionError):
        decide_again(here, drafted)
    with offices.work("judge") as work:
        supervision.decide_withdrawal(work, by_number(work, number), agree=False, text=REASON)
    decide_again(here, drafted)
    assert stands(here, case).state == "decided"


def test_a_card_in_question_stops_no_dismissal(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    working_days_later(clock, 5)
    ask_back(some_offices(fast_here), firm)
    assert decide(fast_here, case, a_decider(fast_here), uphold=False).state == "dismissed"


def a_decided_firm(here, clock):
    """Return a firm and a case that was signed and has not taken effect."""
    firm, _ = a_late_firm(here, clock)
    case = a_case(here, firm, an_officer(here))
    working_days_later(clock, 5)
    return firm, decide(here, case, a_decider(here))


def standing(here, firm):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        return standing_now(work, work.session.get_one(Firm, firm.id))


def bearing(here, firm):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        return [row.case_number for row in running(work, firm.id)]


def moves_of(here, case):
    """Return the moves of a case as the log was told them."""
    with here.engine.connect() as connection:
        rows = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        found = [json.loads(bytes(row)) for row in rows if case.number.encode() in bytes(row)]
    return [one for one in found if "effective_at" in one]


def told(here, kind):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        return work.session.scalars(select(Message.org_id).where(Message.kind == kind)).all()


def review(here, case, **facts):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        found = case_queries.case(work, case.number)
        if facts:
            reviews.propose_correction(work, found, WHY, **facts)
        else:
            reviews.propose_withdrawal(work, found, WHY)


def answer(here, case, *, agree):
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        found = case_queries.case(work, case.number)
        pending = review_queries.pending_or_missing(work, found)
        if agree:
            reviews.confirm(work, found, pending)
        else:
            reviews.refuse(work, found, pending, WHY)


def test_what_has_lost_its_basis_does_not_take_effect(here, clock):
    """No job has to be there for it: the measure is put off with the card."""
    firm, case = a_decided_firm(here, clock)
    was_to_begin = case.effective_at
    clock.move_to(was_to_begin - timedelta(hours=1))
    take_back(some_offices(here), firm, count=3)
    clock.move_to(was_to_begin)
    assert bearing(here, firm) == []
    let_time_act(here)
    assert (standing(here, firm), bearing(here, firm)) == (Standing.ACTIVE, [])
    found = stands(here, case)
    assert (found.is_put_off, found.effective_at, found.ends_at) == (True, None, None)
    assert found.basis_by_at is not None
    assert moves_of(here, case)[-1]["effective_at"] is None
    assert firm.organisation_id in told(here, "credit.case-put-off")
    working_days_later(clock, 12)
    let_time_act(here)
    assert (standing(here, firm), bearing(here, firm)) == (Standing.ACTIVE, [])


def test_what_two_people_keep_takes_effect_at_the_next_midnight(fast_here, clock, client):
    firm, case = a_decided_firm(fast_here, clock)
    take_back(some_offices(fast_here), firm)
    working_days_later(clock, 2)
    review(fast_here, case)
    sign_in(client, a_decider(fast_here).user, PASSWORD)
    assert "决定暂不生效" in client.get(f"/credit/cases/{case.number}/review").text
    answer(fast_here, case, agree=False)
    found = stands(fast_here, case)
    assert found.effective_at == effective_from(clock())
    assert found.ends_at == ends_at(found.effective_at, found.months)
    assert (found.basis_by_at, bearing(fast_here, firm)) == (None, [])
    assert firm.organisation_id in told(fast_here, "credit.case-begun")
    assert moves_of(fast_here, case)[-1]["effective_at"] is not None
    clock.move_to(found.effective_at)
    let_time_act(fast_here)
    assert standing(fast_here, firm) is Standing.BLACKLISTED
    assert bearing(fast_here, firm) == [case.number]


def test_what_was_put_off_is_withdrawn_or_corrected(fast_here, clock):
    firm, case = a_decided_firm(fast_here, clock)
    offices = some_offices(fast_here)
    take_back(offices, firm)
    review(fast_here, case, months=3, scope="")
    answer(fast_here, case, agree=True)
    found = stands(fast_here, case)
    assert found.effective_at == effective_from(clock())
    assert found.ends_at == ends_at(found.effective_at, 3)
    take_back(offices, firm)
    assert stands(fast_here, case).is_put_off, "more of it fell before it began"
    review(fast_here, case)
    answer(fast_here, case, agree=True)
    found = stands(fast_here, case)
    assert (found.state, found.effective_at, found.basis_by_at) == ("withdrawn", None, None)
    working_days_later(clock, 3)
    let_time_act(fast_here)
    assert (standing(fast_here, firm), bearing(fast_here, firm)) == (Standing.ACTIVE, [])


def test_a_review_proposed_before_the_fall_lets_nothing_begin(fast_here, clock):
    firm, case = a_decided_firm(fast_here, clock)
    review(fast_here, case)
    clock.advance(timedelta(minutes=1))
    take_back(some_offices(fast_here), firm)
    answer(fast_here, case, agree=False)
    assert stands(fast_here, case).is_put_off
    # Nor does to refuse a correction: who refuses it may want the decision withdrawn.
    review(fast_here, case, months=3, scope="")
    answer(fast_here, case, agree=False)
    found = stands(fast_here, case)
    assert found.is_put_off
    assert found.basis_by_at is not None


def test_what_bears_already_is_not_put_off(fast_here, clock):
    firm, case = a_blacklisted_firm(fast_here, clock)
    with (
        unit_of_work(fast_here.sessions, SYSTEM, clock) as work,
        pytest.raises(SanctionOverError),
    ):
        restrictions.cancel(work, case.number)
    take_back(some_offices(fast_here), firm, count=3)
    found = stands(fast_here, case)
    assert (found.effective_at, found.is_put_off) == (case.effective_at, False)
    assert bearing(fast_here, firm) == [case.number]
    assert told(fast_here, "credit.case-put-off") == []


def test_a_late_review_is_on_lists_until_somebody_decides(fast_here, clock):
    firm, case = a_blacklisted_firm(fast_here, clock, months=3)
    let_time_act(fast_here)
    take_back(some_offices(fast_here), firm)
    with unit_of_work(fast_here.sessions, SYSTEM, clock) as work:
        operator = operator_id(work)
    due_at = stands(fast_here, case).basis_by_at
    assert told(fast_here, "credit.basis-late") == []
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        assert dues.to_review(work, late=True) == []
    clock.move_to(due_at)
    let_time_act(fast_here)
    let_time_act(fast_here)
    told_late = told(fast_here, "credit.basis-late")
    assert sorted(told_late) == sorted({one for one in (case.proposed_by_org_id, operator) if one})
    clock.move_to(stands(fast_here, case).ends_at + timedelta(days=1))
    let_time_act(fast_here)
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        for late in (False, True):
            assert [row.case.id for row in dues.to_review(work, late=late)] == [case.id]
    review(fast_here, case)
    answer(fast_here, case, agree=True)
    with unit_of_work(fast_here.sessions, a_decider(fast_here).actor, clock) as work:
        assert dues.to_review(work) == []


def test_everybody_reads_at_the_firm_that_its_measure_is_looked_at_again(fast_here, clock, client):
    firm, case = a_blacklisted_firm(fast_here, clock)
    let_time_act(fast_here)
    assert "依据正在复核" not in client.get(f"/firms/{firm.code}").text
    take_back(some_offices(fast_here), firm)
    page = client.get(f"/firms/{firm.code}").text
    assert "依据正在复核" in page
    assert case.number in page
    assert "依据正在复核" in client.get("/").text


def test_the_pages_say_that_a_card_may_be_taken_back_and_what_was_put_off(client, fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    offices = some_offices(fast_here)
    case = a_case(fast_here, firm, an_officer(fast_here))
    working_days_later(clock, 5)
    address = f"/credit/cases/{case.number}"
    decider = a_decider(fast_here)
    sign_in(client, decider.user, PASSWORD)
    assert "已提出撤销" not in client.get(f"{address}/decide").text
    number = ask_back(offices, firm)
    for page in ("decide", ""):
        shown = client.get(f"{address}/{page}".rstrip("/")).text
        assert "已提出撤销" in shown
        assert number in shown
    typed = {"outcome": "uphold", "decision": DECISION}
    refused = client.post(f"{address}/decide", data=typed)
    assert refused.status_code == 409
    assert number in refused.text
    assert DECISION in refused.text
    with offices.work("second") as work:
        supervision.take_back_withdrawal(work, by_number(work, number))
    assert client.post(f"{address}/decide", data=typed).status_code == 303
    ask_back(offices, firm)
    sign_in(client, a_decider(fast_here).user, PASSWORD)
    assert number in client.get(f"{address}/sign").text
    assert client.post(f"{address}/sign", data={"outcome": "sign"}).status_code == 409
    with offices.work("judge") as work:
        supervision.decide_withdrawal(work, by_number(work, number), agree=False, text=REASON)
    assert client.post(f"{address}/sign", data={"outcome": "sign"}).status_code == 303
    take_back(offices, firm)
    page = client.get(address).text
    assert "暂不生效" in page
    assert "依据正在复核" in page
    assert "不予处理" not in page
    assert client.get(f"{address}/correct").status_code == 200
    sign_in(client, delegate.user, PASSWORD)
    page = client.get(address).text
    assert "暂不生效" in page
    assert "已提出撤销" not in page


def test_the_supervisor_reads_of_a_late_review(client, fast_here, clock):
    firm, case = a_blacklisted_firm(fast_here, clock)
    offices = some_offices(fast_here)
    take_back(offices, firm)
    sign_in(client, offices.users["third"])
    words = "主管部门逾期未复核"
    assert words not in client.get("/workbench").text
    clock.move_to(stands(fast_here, case).basis_by_at)
    sign_in(client, offices.users["third"])
    page = client.get("/workbench").text
    assert words in page
    assert case.number in page
    assert client.get(f"/credit/cases/{case.number}").status_code == 200
