"""A case rests on cards that somebody judged; what falls away afterwards is noticed."""

import pytest
from sqlalchemy import select

from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.credit import jobs
from market.credit.cases import actions as cases
from market.credit.cases import basis, dues
from market.credit.cases import queries as case_queries
from market.credit.cases.errors import BasisGoneError, UnjudgedBasisError
from market.credit.cases.model import Case
from market.credit.withdrawals import actions as reviews
from market.credit.withdrawals import queries as review_queries
from market.db import unit_of_work
from market.messages.model import Message
from market.supervision import actions as supervision
from market.supervision.queries import by_number
from tests.market.factories.credit import (
    DECISION,
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
