"""Judged cards cost what the rules say; thresholds are told; owners are listed."""

from datetime import timedelta

from sqlalchemy import select

from market import regulations
from market.clocks.card_rules import Trigger
from market.credit import catalogue, jobs, queries
from market.credit.cases.scopes import groups_of_breaches
from market.credit.ledgers import queries as ledgers
from market.credit.rules import BreachKind
from market.db import Actor, unit_of_work
from market.messages.model import Message
from market.supervision import actions
from market.supervision.queries import by_number
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import a_report, an_officer, working_days_later
from tests.market.factories.firms import PASSWORD, a_listed_firm
from tests.market.factories.supervision import ANSWER, REASON, VERDICT, some_offices

JOB = Actor("job:test")


def reading(here):
    return unit_of_work(here.sessions, JOB, here.clock)


def ledger_of(here, firm):
    with reading(here) as work:
        found = queries.ledger(work, firm.id)
        return found.score, [(row.breach.kind, row.breach.points) for row in found.rows]


def a_judged_card(here, offices, firm, delegate, trigger=Trigger.OVERCHARGED):
    day = here.clock().date() - timedelta(days=1)
    number = offices.give(code=firm.code, trigger=trigger, happened_on=day)
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        actions.reply(work, by_number(work, number), ANSWER)
    with offices.work("second") as work:
        actions.uphold(work, by_number(work, number), VERDICT)
    return number


def test_a_card_costs_points_once_it_was_answered_and_judged(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    offices = some_offices(here)
    day = clock().date() - timedelta(days=1)
    offices.give(code=firm.code, trigger=Trigger.OVERCHARGED, happened_on=day)
    jobs.sweep(here)
    assert ledger_of(here, firm) == (100, [])  # Nobody has heard the firm.
    number = a_judged_card(here, offices, firm, delegate, Trigger.LATE_REPORT)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert ledger_of(here, firm) == (98, [(BreachKind.CARD_UPHELD, 2)])
    with reading(here) as work:
        [row] = queries.ledger(work, firm.id).rows
        assert row.breach.evidence.startswith(number)
        assert groups_of_breaches(work, [row.breach]) == frozenset()


def test_a_card_whose_points_are_none_is_in_no_ledger(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    a_judged_card(here, some_offices(here), firm, delegate, Trigger.OTHER)
    assert jobs.sweep(here) == 0
    assert ledger_of(here, firm) == (100, [])


def test_a_judged_card_that_is_taken_back_costs_nothing_any_more(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    offices = some_offices(here)
    number = a_judged_card(here, offices, firm, delegate)
    jobs.sweep(here)
    assert ledger_of(here, firm)[0] == 90
    with offices.work("second") as work:
        actions.propose_withdrawal(work, by_number(work, number), REASON)
    with offices.work("judge") as work:
        actions.decide_withdrawal(work, by_number(work, number), agree=True, text=REASON)
    assert ledger_of(here, firm) == (100, [])
    working_days_later(clock, 1)
    assert jobs.sweep(here) == 0


def warnings(here, firm):
    query = select(Message.facts).where(
        Message.kind == "credit.threshold-reached", Message.org_id == firm.organisation_id
    )
    with here.sessions() as session:
        return session.scalars(query).all()


def test_a_firm_is_told_when_its_score_reaches_a_threshold_and_only_then(here, clock):
    firm, _ = a_listed_firm(here, clock)
    officer = an_officer(here)
    told = []
    for _ in range(6):
        a_report(here, firm, officer, BreachKind.EXTRA_CHARGE)
        told.append(len(warnings(here, firm)))
    assert told == [0, 1, 1, 2, 2, 3]  # 90, 80, 70, 60, 50, 40
    assert '"reached": 80' in warnings(here, firm)[0]


def test_everybody_reads_the_catalogue_with_points_evidence_and_source(client, fast_here):
    page = client.get("/credit/breaches").text
    with reading(fast_here) as work:
        rules = regulations.in_force("credit", work.today)
        kinds = {entry.kind for entry in catalogue.entries(rules)}
        assert {one.kind for one in catalogue.cards(rules)} == set(Trigger) - {Trigger.TIME}
    assert kinds == set(BreachKind) - {BreachKind.CARD_UPHELD}
    for words in ("加价或变相加价", "认定文书的名称和文号", "平台默认值", "直接立案", "超标准收费"):
        assert words in page


def test_owners_with_faults_are_listed_with_a_file_each(client, fast_here, clock):
    offices = some_offices(fast_here)
    day = clock().date() - timedelta(days=1)
    number = offices.give(trigger=Trigger.LATE_PAYMENT, happened_on=day)
    with reading(fast_here) as work:
        assert ledgers.owner_scores(work) == []  # nobody has judged it
    offices.uphold(number)
    with reading(fast_here) as work:
        [found] = ledgers.owner_scores(work)
        assert found.ledger.score == 95
        assert ledgers.owner_scores(work, "没有这样的业主") == []
        assert [one.owner.id for one in ledgers.owner_scores(work, found.owner.code.lower())]
    officer = an_officer(fast_here)
    sign_in(client, officer.user, PASSWORD)
    assert found.owner.name in client.get("/credit/owners").text
    answer = client.get(f"/credit/owners/{found.owner.code}?format=csv")
    assert number in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
