"""What else a citizen reads: extensions, reports, opinions, cards, money, the end, ratings."""

from datetime import timedelta
from itertools import pairwise

import pytest

from market.accounts.queries import organisation
from market.clocks import actions as clocks
from market.clocks.appeal import actions as appeal
from market.clocks.card_rules import CardState, Trigger
from market.clocks.extension import actions as extension
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import ExtensionReason
from market.clocks.queries import clock_of, suspensions_of
from market.clocks.rules import SuspensionReason
from market.contracts import jobs as contract_jobs
from market.contracts.ending import actions as ending
from market.contracts.ending.queries import of_contract
from market.contracts.examining import actions as examining
from market.contracts.model import Contract
from market.contracts.reports import actions as reports
from market.contracts.reports.actions import ReportFacts
from market.contracts.reports.queries import milestones
from market.contracts.reports.rules import Planned
from market.contracts.thread import actions as thread
from market.contracts.views.shown import clock_facts
from market.credit import sources
from market.credit.cases.model import Case, CaseBreach
from market.credit.cases.rules import CaseState
from market.credit.model import Breach
from market.credit.rules import BreachKind, Measure
from market.needs.model import Need
from market.ratings import actions as ratings
from market.supervision import actions as supervision
from market.supervision import queries
from market.timelines.queries import timeline
from market.timelines.rules import Account, Step
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.payments import a_payment, an_invoice, answered
from tests.market.factories.ratings import give, said
from tests.market.factories.supervision import VERDICT, some_offices

PLAN = (Planned(name="初稿", after_working_days=2), Planned(name="送审稿", after_working_days=4))
WHY = "评审要求补做冬季监测，已完成报告初稿。"
NO = "合同已写明冬季监测由中介机构承担。"
SAID = "这句话只给对方看，不上网，任何人都不能从历程里读到。"
DONE = "完成现场踏勘和资料收集。"
MISSING = "缺少第三章附图"


@pytest.fixture
def agreed(here, clock):
    """A running contract that names two reports."""
    drawn = a_confirmed_award(here, clock)
    agreed = file_it(drawn, drawn.delegate, milestones=PLAN)
    agreed.confirm()
    agreed.hand_over()
    return agreed


def line_of(agreed, *, for_good=False):
    with agreed.work() as work:
        number = work.session.get_one(Need, agreed.contract().need_id).number
        return timeline(work, number, for_good=for_good)


def told(line, step):
    return [span.moment for span in line.spans if span.moment.step is step]


def whole(line):
    """Check that every day lies in exactly one span, and return everything that is said."""
    assert all(a.until_on == b.after_on for a, b in pairwise(line.spans))
    return " ".join(
        str(word) for span in line.spans for word in (*span.moment.why, *span.moment.facts.values())
    )


def extend(agreed, *, agree, words):
    with agreed.work(agreed.firm) as work:
        its_clock = clock_of(work, f"contract:{agreed.contract_id}")
        row = extension.request(work, its_clock, ExtensionReason.DIFFICULT_SITE, WHY, 2)
        row_id = row.id
    with agreed.work(agreed.owner) as work:
        its_clock = clock_of(work, f"contract:{agreed.contract_id}")
        one = work.session.get_one(Extension, row_id)
        extension.answer(work, its_clock, one, agree=agree, words=words)


@pytest.mark.parametrize(("agree", "state"), [(True, "已同意"), (False, "未同意")])
def test_an_extension_is_told_with_its_reason_and_the_answer_s(agreed, clock, agree, state):
    clock.advance(timedelta(days=1))
    extend(agreed, agree=agree, words=NO)
    line = line_of(agreed)
    (asked,) = told(line, Step.EXTENSION_ASKED)
    (answered_,) = told(line, Step.EXTENSION_ANSWERED)
    assert asked.why == ("现场情况比约定复杂", WHY)
    assert asked.facts == {"days": 2}
    assert answered_.why == (state, NO)


def test_reports_that_came_and_that_did_not(agreed, clock):
    with agreed.work() as work:
        first = milestones(work, work.session.get_one(Contract, agreed.contract_id))[0].id
    facts = ReportFacts(percent=40, done=DONE)
    agreed.do(agreed.firm, lambda work, c: reports.report(work, c, first, facts))
    clock.advance(timedelta(days=12))
    contract_jobs.sweep(agreed.here)
    line = line_of(agreed)
    (came,) = told(line, Step.REPORTED)
    (missed,) = told(line, Step.REPORT_MISSED)
    assert came.facts == {"position": 1, "percent": 40}
    assert missed.facts == {"position": 2}
    assert missed.at <= clock()
    assert DONE not in whole(line)
    assert {one.link.endpoint for one in (came, missed)} == {"clocks.show"}
    assert came.link != missed.link  # each of its own milestone


def test_a_report_that_is_not_due_yet_is_not_told(agreed):
    assert not told(line_of(agreed), Step.REPORT_MISSED)


def test_a_report_that_waits_for_the_owner_is_not_told_as_missed(agreed, clock):
    agreed.deliver()
    clock.advance(timedelta(days=40))
    assert not told(line_of(agreed), Step.REPORT_MISSED)


def test_a_supplement_is_told_and_what_was_written_is_not(agreed, clock):
    agreed.deliver()
    agreed.do(agreed.owner, lambda work, c: examining.supplement(work, c, MISSING))
    clock.advance(timedelta(days=1))
    agreed.supply()
    clock.advance(timedelta(hours=1))
    agreed.do(agreed.firm, lambda work, c: thread.send(work, c, SAID))
    agreed.accept()
    line = line_of(agreed)
    asked, came = told(line, Step.SUPPLEMENT)
    assert (asked.why, came.why) == (("业主要求补正",), ("机构补交",))
    assert asked.account is Account.FIRM
    assert came.account is Account.OWNER
    assert line.is_over
    said_of_it = whole(line)
    assert MISSING not in said_of_it
    assert SAID not in said_of_it


def test_money_is_told_with_its_amount_and_the_answer(agreed, clock):
    agreed.deliver()
    agreed.accept()
    clock.advance(timedelta(days=1))
    an_invoice(agreed, 9_800_000)
    answered(agreed, agreed.owner, 1, confirmed=True)
    clock.advance(timedelta(days=1))
    a_payment(agreed, 9_800_000)
    line = line_of(agreed)
    invoice, payment = told(line, Step.MONEY)
    assert (invoice.why, payment.why) == (("发票",), ("付款",))
    assert invoice.facts == {"amount": "98,000.00"}
    assert len(told(line, Step.MONEY_ANSWERED)) == 1
    assert line.is_over


def test_an_agreed_end_is_told_from_the_request_to_the_end(agreed, clock):
    agreed.do(agreed.firm, lambda work, c: ending.ask(work, c, settled_fen=0, text=SAID))
    clock.advance(timedelta(days=1))
    with agreed.work(agreed.owner) as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        (row,) = of_contract(work, contract)
        ending.answer(work, row, contract, agree=True, text="同意。")
    line = line_of(agreed)
    (asked,) = told(line, Step.ENDING_ASKED)
    (closed,) = told(line, Step.ENDING_CLOSED)
    assert closed.facts == asked.facts
    assert closed.why[0] == "双方同意，已解除"
    assert len(told(line, Step.ENDED)) == 1
    assert line.is_over
    assert SAID not in whole(line)


def test_a_rating_is_told_from_its_release_on(agreed):
    agreed.deliver()
    agreed.accept()
    give(agreed, agreed.owner, ratings.Direction.OWNER_FIRM, said(5))
    assert not told(line_of(agreed), Step.RATED)
    give(agreed, agreed.firm, ratings.Direction.FIRM_OWNER, said(4))
    scores = {moment.why[0]: moment.facts["score"] for moment in told(line_of(agreed), Step.RATED)}
    assert scores == {"业主评价中介机构": "5.0", "中介机构评价业主": "4.0"}


def sanctioned(agreed, clock, source_id):
    """Enter a decision in effect that rests on a breach of a contract."""
    now, rule = clock(), "platform-credit-2024"
    with agreed.work(agreed.operator) as work:
        firm_id = work.session.get_one(Contract, agreed.contract_id).firm_id
        breach = Breach(
            firm_id=firm_id,
            kind=BreachKind.RED_CARD,
            source=sources.CONTRACT,
            source_id=source_id,
            points=5,
            occurred_at=now,
            entered_at=now,
            evidence="",
            regulation_id=rule,
            clause="",
        )
        case = Case(
            number="AJ-2026-000001",
            firm_id=firm_id,
            measure=Measure.SUSPENSION,
            months=3,
            scope="",
            grounds=WHY,
            regulation_id=rule,
            terms_regulation_id=rule,
            proposed_by_id=agreed.owner.user.id,
            proposed_by_org_id=work.org_id,
            proposed_at=now,
            drafted_by_id=agreed.firm.user.id,
            decided_by_id=agreed.operator.user.id,
            decided_at=now,
            decision=WHY,
            effective_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=90),
            state=CaseState.DECIDED,
        )
        work.session.add_all([breach, case])
        work.session.flush()
        work.session.add(CaseBreach(case_id=case.id, breach_id=breach.id))


def test_a_decision_that_rests_on_it_is_told_for_its_term_and_not_for_good(agreed, clock):
    sanctioned(agreed, clock, agreed.contract_id)
    assert not told(line_of(agreed), Step.SANCTION), "it is not in effect yet"
    clock.advance(timedelta(days=2))
    (moment,) = told(line_of(agreed), Step.SANCTION)
    assert moment.facts == {"number": "AJ-2026-000001", "months": 3}
    assert len(moment.why) == 3, "the measure, the breach on which it rests, and its end"
    assert not told(line_of(agreed, for_good=True), Step.SANCTION)
    clock.advance(timedelta(days=90))
    assert not told(line_of(agreed), Step.SANCTION)


def test_a_decision_about_another_project_is_not_told(agreed, clock):
    sanctioned(agreed, clock, agreed.contract_id + 1)
    clock.advance(timedelta(days=2))
    assert not told(line_of(agreed), Step.SANCTION)


def test_a_ruling_on_a_suspension_names_who_decided_and_why(agreed):
    def request(work):
        return suspensions_of(work, clock_of(work, f"contract:{agreed.contract_id}"))[0]

    with agreed.work(agreed.firm) as work:
        its_clock = clock_of(work, f"contract:{agreed.contract_id}")
        clocks.request_suspension(work, its_clock, SuspensionReason.SITE_NOT_READY, WHY, 2)
    for person, deed, how in (
        (agreed.owner, clocks.answer_suspension, {"agree": False, "answer": NO}),
        (agreed.firm, appeal.appeal, {"why": "照片可以证明测点仍然无法布设。"}),
        (agreed.owner, appeal.rejoin, {"text": "照片是上月拍的，现场已经具备条件。"}),
        (agreed.operator, clocks.answer_suspension, {"agree": True, "answer": "照片属实。"}),
    ):
        with agreed.work(person) as work:
            its_clock = clock_of(work, f"contract:{agreed.contract_id}")
            deed(work, its_clock, request(work), **how)
    line = line_of(agreed)
    (refused,) = told(line, Step.SUSPENSION_ANSWERED)
    (rejoined,) = told(line, Step.SUSPENSION_REJOINED)
    (ruled,) = told(line, Step.SUSPENSION_RULED)
    assert refused.why == ("未同意", NO)
    assert rejoined.why == ("照片是上月拍的，现场已经具备条件。",)
    with agreed.work() as work:
        operator = organisation(work, agreed.operator.actor.org_id).name
    assert ruled.why == (operator, "挂起中", "照片属实。")


def listed(agreed):
    """Return the numbers of the cards on the contract's pages."""
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        return [one.number for one in clock_facts(work, contract)["cards"]]


def test_every_card_that_bears_the_contract_s_number_is_told_and_none_before_it_is_upheld(agreed):
    number, offices = agreed.contract().number, some_offices(agreed.here)
    with agreed.work() as work:
        owner = organisation(work, agreed.contract().owner_org_id)
        given = supervision.give_card(
            work,
            Trigger.LATE_RATING,
            org_id=owner.id,
            subject="rating:9",
            number=number,
            cause="没有按期评价对方",
            happened_at=work.now,
            once="rating:9:late",
        )
    by_hand = offices.give(code=owner.code, number=number)
    assert [one.facts["number"] for one in told(line_of(agreed), Step.CARD)] == [given.number]
    assert listed(agreed) == [given.number]
    with offices.work() as work:
        card = queries.by_number(work, by_hand)
        card.state = CardState.UNANSWERED
    with offices.work("second") as work:
        supervision.uphold(work, queries.by_number(work, by_hand), VERDICT)
    told_now = [one.facts["number"] for one in told(line_of(agreed), Step.CARD)]
    assert sorted(told_now) == sorted([given.number, by_hand])
    assert sorted(listed(agreed)) == sorted([given.number, by_hand])
