"""Hearings, pairs, scope, withdrawal and repair, under a clock that the test moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.clock import beijing_day
from market.credit import queries
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.cases.actions.hearing import Summons
from market.credit.cases.errors import (
    ExtendedBeforeError,
    HearingLateError,
    HearingPendingError,
    IllegalCaseMoveError,
    NoHearingDueError,
    NoSuchChairError,
    NotHeldYetError,
    NotLighterError,
    NotTheChairError,
    NotYourDraftError,
    ReviewPendingError,
    ScopeError,
)
from market.credit.cases.rules import CaseState
from market.credit.rules import BreachKind, Measure, TermError
from market.credit.withdrawals import actions as reviews
from market.credit.withdrawals import queries as review_queries
from market.credit.withdrawals.rules import ReviewState
from market.db import reading_work, unit_of_work
from market.errors import MissingError, SeparationOfDutiesError
from market.firms import queries as firms
from market.firms.restrictions.queries import standing_for
from market.firms.rules import Standing
from market.letters.model import Letter, LetterWithdrawal
from market.messages.model import Message
from tests.market.factories.credit import (
    DECISION,
    GROUNDS,
    REPLY,
    SYSTEM,
    a_case,
    a_decider,
    a_proposal,
    a_report,
    an_officer,
    breaches_of,
    decide,
    draft,
    let_time_act,
    sign,
    working_days_later,
)
from tests.market.factories.firms import a_listed_firm

SECOND = timedelta(seconds=1)
ITEM, ELSEWHERE = "ZJ-03-001", "ZJ-07-001"
WHY = "经复查，认定所依据的核查报告有误，该机构没有此项行为。"


def acting(here, person):
    return unit_of_work(here.sessions, person.actor, here.clock)


def reading(here, actor=SYSTEM):
    return reading_work(here.sessions, actor, here.clock)


def found(work, case):
    return case_queries.case(work, case.number)


def a_told_firm(here, clock, *, measure=Measure.BLACKLIST, months=6, kind=BreachKind.EXTRA_CHARGE):
    """Return a firm that was told of a case against it, its delegate and the case."""
    firm, delegate = a_listed_firm(here, clock)
    officer = an_officer(here)
    a_report(here, firm, officer, kind)
    return firm, delegate, a_case(here, firm, officer, measure=measure, months=months)


def a_decided_case(here, clock, *, months=6, groups=None):
    """Return a firm on the blacklist since this midnight, its delegate and the case."""
    firm, delegate = a_listed_firm(here, clock)
    officer = an_officer(here)
    a_report(here, firm, officer, BreachKind.EXTRA_CHARGE)
    case = a_proposal(here, firm, officer, months=months, groups=groups)
    with acting(here, a_decider(here)) as work:
        cases.notify(work, found(work, case))
    working_days_later(clock, 5)
    case = decide(here, case, a_decider(here))
    clock.move_to(case.effective_at)
    let_time_act(here)
    return firm, delegate, case


def standing(here, firm, item=ITEM):
    with reading(here) as work:
        return standing_for(work, firms.firm_by_id(work, firm.id), item)[0]


def stored(here, firm):
    with reading(here) as work:
        return firms.firm_by_id(work, firm.id).standing


def state_of(here, case):
    with reading(here) as work:
        return found(work, case).state


def letters_of(here, case):
    with reading(here) as work:
        return [letter.kind for letter in reversed(case_queries.letters_of(work, case))]


def messages_to(here, person):
    with here.sessions() as session:
        query = select(Message.kind).where(Message.org_id == person.user.organisation_id)
        return set(session.scalars(query))


def test_a_proposal_is_confirmed_by_another_before_the_firm_is_told(fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    a_report(fast_here, firm, officer)
    case = a_proposal(fast_here, firm, officer)
    assert (case.state, case.reply_by_at) == (CaseState.PROPOSED, None)
    assert letters_of(fast_here, case) == []
    with reading(fast_here, delegate.actor) as work:
        assert list(case_queries.own_cases(work)) == []
        with pytest.raises(MissingError):
            case_queries.own_case(work, case.number)
    with pytest.raises(SeparationOfDutiesError), acting(fast_here, officer) as work:
        cases.notify(work, found(work, case))
    with acting(fast_here, a_decider(fast_here)) as work:
        cases.notify(work, found(work, case))
    assert letters_of(fast_here, case) == ["credit.notice"]
    assert "credit.case-notified" in messages_to(fast_here, delegate)
    with pytest.raises(IllegalCaseMoveError), acting(fast_here, a_decider(fast_here)) as work:
        cases.notify(work, found(work, case))


def test_a_dropped_proposal_frees_its_breaches_and_tells_nobody(fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    a_report(fast_here, firm, officer)
    case = a_proposal(fast_here, firm, officer)
    with acting(fast_here, a_decider(fast_here)) as work:
        cases.drop(work, found(work, case), "证据不足以认定，请补充核查材料后再行提出。")
    assert state_of(fast_here, case) is CaseState.DROPPED
    assert "credit.case-notified" not in messages_to(fast_here, delegate)
    assert a_proposal(fast_here, firm, officer).number != case.number


def test_the_term_is_extended_once_on_request_in_time(fast_here, clock):
    _, delegate, case = a_told_firm(fast_here, clock)
    before = case.reply_by_at
    clock.move_to(before - SECOND)
    with acting(fast_here, delegate) as work:
        own = case_queries.own_case(work, case.number)
        cases.extend(work, own, "负责人出差在外，证明材料正在向业主单位调取。")
        after = own.reply_by_at
    assert after > before
    with pytest.raises(ExtendedBeforeError), acting(fast_here, delegate) as work:
        cases.extend(work, case_queries.own_case(work, case.number), REPLY)
    clock.move_to(after)
    assert draft(fast_here, case, a_decider(fast_here)).state is CaseState.DRAFTED


def test_a_hearing_holds_the_decision_up_until_its_chair_recorded_it(here, clock):
    _, delegate, case = a_told_firm(here, clock)
    decider, chair = a_decider(here), a_decider(here)
    with acting(here, delegate) as work:
        cases.ask_hearing(work, case_queries.own_case(work, case.number), REPLY)
    working_days_later(clock, 6)
    with pytest.raises(HearingPendingError):
        draft(here, case, decider)
    day = beijing_day(clock())

    def summons(on, name=chair.user.username):
        return Summons(held_at=on, place="政务中心三楼听证室", chair=name)

    with pytest.raises(NoHearingDueError), acting(here, chair) as work:
        cases.summon(work, found(work, case), summons(clock()))
    far = clock() + timedelta(days=20)
    with pytest.raises(NoSuchChairError), acting(here, chair) as work:
        cases.summon(work, found(work, case), summons(far, decider.user.username))
    with acting(here, chair) as work:
        cases.summon(work, found(work, case), summons(far))
    assert beijing_day(far) > day
    with pytest.raises(NotHeldYetError), acting(here, chair) as work:
        cases.record_hearing(work, found(work, case), REPLY, attended=True)
    clock.move_to(far)
    with pytest.raises(HearingPendingError):
        draft(here, case, decider)
    with pytest.raises(NotTheChairError), acting(here, decider) as work:
        cases.record_hearing(work, found(work, case), REPLY, attended=True)
    with acting(here, chair) as work:
        assert [row.case.number for row in case_queries.to_record(work)] == [case.number]
        cases.record_hearing(work, found(work, case), REPLY, attended=True)
    with pytest.raises(SeparationOfDutiesError):
        draft(here, case, chair)
    draft(here, case, decider)
    with pytest.raises(SeparationOfDutiesError):
        sign(here, case, chair)
    assert sign(here, case, a_decider(here)).state is CaseState.DECIDED
    kinds = ["credit.notice", "credit.summons", "credit.decision"]
    assert letters_of(here, case) == kinds


def test_a_suspension_gives_no_hearing_and_a_late_request_is_refused(fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    for _ in range(4):
        a_report(fast_here, firm, officer, BreachKind.EXTRA_CHARGE)
    breaches = breaches_of(fast_here, firm)
    case = a_case(
        fast_here, firm, officer, measure=Measure.SUSPENSION, months=1, breaches=breaches[1:]
    )
    listing = a_case(fast_here, firm, officer, breaches=breaches[:1])
    with pytest.raises(HearingLateError), acting(fast_here, delegate) as work:
        cases.ask_hearing(work, case_queries.own_case(work, case.number), REPLY)
    clock.move_to(listing.hearing_by_at)
    with pytest.raises(HearingLateError), acting(fast_here, delegate) as work:
        cases.ask_hearing(work, case_queries.own_case(work, listing.number), REPLY)


def test_two_people_decide_and_neither_proposed(here, clock):
    _, delegate, case = a_told_firm(here, clock)
    working_days_later(clock, 5)
    first = a_decider(here)
    draft(here, case, first)
    with pytest.raises(SeparationOfDutiesError):
        sign(here, case, first)
    with acting(here, a_decider(here)) as work:
        cases.send_back(work, found(work, case), "理由没有回应当事人提交的证据，请重新拟定。")
    assert state_of(here, case) is CaseState.HEARD
    draft(here, case, first, uphold=False)
    assert sign(here, case, a_decider(here)).state is CaseState.DISMISSED
    assert letters_of(here, case)[-1] == "credit.dismissal"
    assert "credit.case-dismissed" in messages_to(here, delegate)


def test_the_drafter_alone_takes_a_draft_back_until_it_is_signed(fast_here, clock):
    _, _, case = a_told_firm(fast_here, clock)
    working_days_later(clock, 5)
    first, second = a_decider(fast_here), a_decider(fast_here)
    draft(fast_here, case, first)
    why = "期限的理由没有写完整，撤回后重新拟定这份决定。"
    with pytest.raises(NotYourDraftError), acting(fast_here, second) as work:
        cases.take_back(work, found(work, case), why)
    with acting(fast_here, first) as work:
        cases.take_back(work, found(work, case), why)
        row = found(work, case)
        assert (row.state, row.send_back_reason) == (CaseState.HEARD, why)
        assert (row.decision, row.drafted_by_id) == (None, None)
    draft(fast_here, case, second, uphold=False)
    assert sign(fast_here, case, first).state is CaseState.DISMISSED
    with pytest.raises(IllegalCaseMoveError), acting(fast_here, second) as work:
        cases.take_back(work, found(work, case), why)


def test_a_measure_bars_only_its_groups_from_the_very_midnight(here, clock):
    firm, _, case = a_decided_case(here, clock, groups=["03"])
    assert standing(here, firm) is Standing.BLACKLISTED
    assert standing(here, firm, ELSEWHERE) is Standing.ACTIVE
    clock.move_to(case.ends_at - SECOND)
    assert standing(here, firm) is Standing.BLACKLISTED
    clock.move_to(case.ends_at)
    assert standing(here, firm) is Standing.ACTIVE


def test_a_measure_bears_even_if_no_worker_runs(fast_here, clock):
    firm, _, case = a_told_firm(fast_here, clock)
    working_days_later(clock, 5)
    case = decide(fast_here, case, a_decider(fast_here))
    clock.move_to(case.effective_at - SECOND)
    assert standing(fast_here, firm) is Standing.ACTIVE
    clock.move_to(case.effective_at)
    assert stored(fast_here, firm) is Standing.ACTIVE
    assert standing(fast_here, firm, ELSEWHERE) is Standing.BLACKLISTED


def test_a_serious_measure_reaches_every_item(fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    a_report(fast_here, firm, officer)
    serious = {"measure": Measure.SERIOUS_BLACKLIST, "months": 12}
    with pytest.raises(ScopeError):
        a_proposal(fast_here, firm, officer, groups=["03"], **serious)
    assert a_proposal(fast_here, firm, officer, **serious).scope == ""


def test_a_withdrawn_decision_restores_everything(here, clock):
    firm, delegate, case = a_decided_case(here, clock)
    first, second = a_decider(here), a_decider(here)
    breach = breaches_of(here, firm)[0]
    with acting(here, first) as work:
        review = reviews.propose_withdrawal(
            work, found(work, case), WHY, wrong_breaches=[breach.id]
        )
    with pytest.raises(ReviewPendingError), acting(here, second) as work:
        reviews.propose_withdrawal(work, found(work, case), WHY)
    with pytest.raises(SeparationOfDutiesError), acting(here, first) as work:
        again = review_queries.pending_or_missing(work, found(work, case))
        reviews.confirm(work, found(work, case), again)
    assert standing(here, firm) is Standing.BLACKLISTED
    with acting(here, second) as work:
        of = found(work, case)
        assert [row.case.number for row in review_queries.to_confirm(work)] == [case.number]
        reviews.confirm(work, of, review_queries.pending_or_missing(work, of))
    assert state_of(here, case) is CaseState.WITHDRAWN
    assert standing(here, firm) is Standing.ACTIVE
    assert stored(here, firm) is Standing.ACTIVE
    with reading(here) as work:
        ledger = queries.ledger(work, firm.id)
        assert ledger.score == 100
        assert [row.annulled.why for row in ledger.rows] == [WHY]
        assert case_queries.in_effect(work) == []
        assert [row.case.number for row in case_queries.withdrawn(work)] == [case.number]
        assert review_queries.reviews_of(work, found(work, case))[0].state is ReviewState.DONE
        letters = case_queries.letters_of(work, case)
        gone = set(work.session.scalars(select(LetterWithdrawal.letter_id)))
        assert {letter.kind for letter in letters if letter.id in gone} == {"credit.decision"}
    assert review.id is not None
    assert "credit.case-withdrawn" in messages_to(here, delegate)
    let_time_act(here)
    assert stored(here, firm) is Standing.ACTIVE


def test_a_withdrawal_before_the_midnight_lets_nothing_begin(fast_here, clock):
    firm, _, case = a_told_firm(fast_here, clock)
    working_days_later(clock, 5)
    case = decide(fast_here, case, a_decider(fast_here))
    withdraw(fast_here, case)
    clock.move_to(case.effective_at)
    let_time_act(fast_here)
    assert standing(fast_here, firm) is Standing.ACTIVE
    assert stored(fast_here, firm) is Standing.ACTIVE
    with reading(fast_here) as work:
        assert queries.ledger(work, firm.id).score == 90  # The breach was not found wrong.


def withdraw(here, case):
    with acting(here, a_decider(here)) as work:
        reviews.propose_withdrawal(work, found(work, case), WHY)
    with acting(here, a_decider(here)) as work:
        of = found(work, case)
        reviews.confirm(work, of, review_queries.pending_or_missing(work, of))


def test_a_withdrawn_measure_uncovers_the_milder_one_it_hid(fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    for _ in range(5):
        a_report(fast_here, firm, officer, BreachKind.EXTRA_CHARGE)
    breaches = breaches_of(fast_here, firm)
    mild = a_case(
        fast_here, firm, officer, measure=Measure.SUSPENSION, months=2, breaches=breaches[1:]
    )
    grave = a_case(fast_here, firm, officer, breaches=breaches[:1])
    working_days_later(clock, 5)
    for case in (mild, grave):
        decided = decide(fast_here, case, a_decider(fast_here))
    clock.move_to(decided.effective_at)
    let_time_act(fast_here)
    assert stored(fast_here, firm) is Standing.BLACKLISTED
    withdraw(fast_here, grave)
    assert stored(fast_here, firm) is Standing.SUSPENDED
    assert standing(fast_here, firm) is Standing.SUSPENDED


def test_a_refused_withdrawal_changes_nothing_and_a_foreign_breach_is_missing(fast_here, clock):
    firm, _, case = a_decided_case(fast_here, clock)
    with pytest.raises(MissingError), acting(fast_here, a_decider(fast_here)) as work:
        reviews.propose_withdrawal(work, found(work, case), WHY, wrong_breaches=[999_999])
    with acting(fast_here, a_decider(fast_here)) as work:
        reviews.propose_withdrawal(work, found(work, case), WHY)
    with acting(fast_here, a_decider(fast_here)) as work:
        of = found(work, case)
        reviews.refuse(work, of, review_queries.pending_or_missing(work, of), DECISION)
    assert state_of(fast_here, case) is CaseState.DECIDED
    assert standing(fast_here, firm) is Standing.BLACKLISTED


def test_a_correction_shortens_and_narrows(here, clock):
    firm, delegate, case = a_decided_case(here, clock)
    with pytest.raises(NotLighterError), acting(here, a_decider(here)) as work:
        reviews.propose_correction(work, found(work, case), WHY, months=7, scope="")
    with pytest.raises(TermError), acting(here, a_decider(here)) as work:
        reviews.propose_correction(work, found(work, case), WHY, months=2, scope="")
    with acting(here, a_decider(here)) as work:
        reviews.propose_correction(work, found(work, case), WHY, months=4, scope="03")
    with acting(here, a_decider(here)) as work:
        of = found(work, case)
        reviews.confirm(work, of, review_queries.pending_or_missing(work, of))
        over = of.ends_at
    assert over < case.ends_at
    assert standing(here, firm, ELSEWHERE) is Standing.ACTIVE
    assert letters_of(here, case)[-1] == "credit.correction"
    assert "credit.case-corrected" in messages_to(here, delegate)
    clock.move_to(over - SECOND)
    let_time_act(here)
    assert stored(here, firm) is Standing.BLACKLISTED
    clock.move_to(over)
    let_time_act(here)
    assert stored(here, firm) is Standing.ACTIVE
    assert standing(here, firm) is Standing.ACTIVE


def test_the_notice_says_facts_rule_measure_and_rights(fast_here, clock):
    _, _, case = a_told_firm(fast_here, clock)
    with fast_here.sessions() as session:
        said = session.scalars(select(Letter.paragraphs_json)).one()
    for words in (GROUNDS, "加价", "记10分", "6个月", "陈述、申辩", "听证", "全部服务事项"):
        assert words in said
    assert case.number
