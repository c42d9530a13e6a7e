"""Whoever withdraws a decision says which breaches fall with it, and everybody reads the same."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.credit.cases import queries as case_queries
from market.credit.cases.actions.effects import STANDINGS
from market.credit.cases.model import Case
from market.credit.rules import BLACKLISTINGS, GRAVITY, REPAIRED_AS, Measure
from market.credit.withdrawals import actions as reviews
from market.credit.withdrawals import queries as review_queries
from market.db import unit_of_work
from market.firms.rules import Standing
from market.messages.model import Message
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import (
    a_blacklisted_firm,
    a_decider,
    a_late_firm,
    a_proposal,
    an_officer,
)
from tests.market.factories.firms import PASSWORD

WHY = "经复查，认定的逾期天数有误，原决定不应作出，应当撤销。"


def acting(here, person):
    return unit_of_work(here.sessions, person.actor, here.clock)


@pytest.mark.parametrize("wrong", [0, 1])
def test_the_firm_is_told_what_counts_and_what_does_not(here, clock, wrong):
    firm, case = a_blacklisted_firm(here, clock)
    first, second = a_decider(here), a_decider(here)
    with acting(here, first) as work:
        found = case_queries.case(work, case.number)
        breaches = case_queries.breaches_of_case(work, found)
        gone = [one.id for one in breaches[:wrong]]
        reviews.propose_withdrawal(work, found, WHY, wrong_breaches=gone)
    with acting(here, second) as work:
        found = case_queries.case(work, case.number)
        reviews.confirm(work, found, review_queries.pending_or_missing(work, found))
        letter = case_queries.letters_of(work, found)[0]
        said = "".join(letter.paragraphs)
        assert ("不再计分：" in said) is (wrong > 0)
        assert "仍在信用记录中" in said
        row = work.session.scalars(
            select(Message).where(Message.kind == "credit.case-withdrawn")
        ).one()
        facts = json.dumps({c.name: str(getattr(row, c.key)) for c in Message.__table__.columns})
        kept = len(breaches) - wrong
        assert f"{kept}" in facts
    assert firm.id


def test_whoever_ticks_nothing_says_so_and_the_second_person_reads_it(client, fast_here, clock):
    _, case = a_blacklisted_firm(fast_here, clock)
    sign_in(client, a_decider(fast_here).user, PASSWORD)
    address = f"/credit/cases/{case.number}"
    answer = client.post(f"{address}/withdraw", data={"why": WHY})
    assert answer.status_code == 422
    assert "确认全部继续计分" in answer.text
    told = {"why": WHY, "keeps_all": "y"}
    assert client.post(f"{address}/withdraw", data=told).status_code == 303
    sign_in(client, a_decider(fast_here).user, PASSWORD)
    assert "撤销后全部失信行为继续计分" in client.get(f"{address}/review").text


def test_every_measure_is_named_where_it_bears():
    assert set(STANDINGS) == set(GRAVITY) == set(REPAIRED_AS) == set(Measure)
    barred = {one for one in Measure if STANDINGS[one] is Standing.BLACKLISTED}
    assert barred == BLACKLISTINGS
    assert {one for one in Measure if REPAIRED_AS[one]} == BLACKLISTINGS
    assert min(GRAVITY[one] for one in barred) > max(GRAVITY[one] for one in set(Measure) - barred)


def test_the_database_lets_nobody_confirm_a_case_alone(here, clock):
    firm, _ = a_late_firm(here, clock)
    officer = an_officer(here)
    case = a_proposal(here, firm, officer)
    with pytest.raises(IntegrityError), acting(here, officer) as work:
        work.session.get_one(Case, case.id).confirmed_by_id = officer.user.id
        work.session.flush()
