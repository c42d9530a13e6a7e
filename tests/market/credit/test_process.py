"""The whole way of a sanction, on both databases, under a clock that the test moves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks import jobs as clock_jobs
from market.clocks import referring
from market.clocks.model import Card
from market.credit import jobs, queries
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.cases.errors import IllegalCaseMoveError, ReplyLateError, StillHearingError
from market.credit.cases.model import Case
from market.credit.cases.rules import CaseState, ends_at
from market.credit.model import Breach
from market.credit.rules import (
    BreachInCaseError,
    BreachKind,
    Measure,
    NoGroundsError,
    NotYetOccurredError,
    TermError,
    counts_until,
)
from market.db import reading_work, unit_of_work
from market.errors import MissingError, SeparationOfDutiesError
from market.firms import jobs as firm_jobs
from market.firms import queries as firm_queries
from market.firms.model import StandingChange
from market.firms.rules import Standing
from tests.market.factories.credit import (
    DECISION,
    GROUNDS,
    REPLY,
    SYSTEM,
    a_case,
    a_decider,
    a_late_firm,
    a_replied_case,
    a_report,
    a_running_clock,
    an_officer,
    breaches_of,
    decide,
    judge_cards,
    let_time_act,
    report_breach,
    working_days_later,
)
from tests.market.factories.firms import a_listed_firm, some_firms

SECOND = timedelta(seconds=1)


def standing_of(here, firm):
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return firm_queries.standing_now(work, firm_queries.firm_by_id(work, firm.id))


def stored_standing(here, firm):
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return firm_queries.firm_by_id(work, firm.id).standing


def score_of(here, firm):
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return queries.ledger(work, firm.id).score


def count_of(here, table):
    with here.sessions() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_from_the_red_card_to_the_blacklist_and_back(here, clock):
    firm, delegate = a_late_firm(here, clock)
    assert [b.kind for b in breaches_of(here, firm)] == [
        BreachKind.LATE_REFERRED,
        BreachKind.LATE_SUPERVISED,
        BreachKind.RED_CARD,
    ]
    assert score_of(here, firm) == 100 - 5 - 5 - 10
    officer, decider = an_officer(here), a_decider(here)
    case = a_case(here, firm, officer)
    assert case.state is CaseState.NOTIFIED
    reply_by_on = default_calendar().add_working_days(beijing_day(clock()), 5)
    assert case.reply_by_at == beijing(reply_by_on) + timedelta(days=1)
    with pytest.raises(StillHearingError):
        decide(here, case, decider)
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        cases.reply(work, case_queries.own_case(work, case.number), REPLY, is_last=True)
    decided = decide(here, case, decider)
    midnight = beijing(beijing_day(clock())) + timedelta(days=1)
    assert (decided.state, decided.effective_at) == (CaseState.DECIDED, midnight)

    clock.move_to(midnight - SECOND)
    let_time_act(here)
    assert stored_standing(here, firm) is Standing.ACTIVE
    clock.move_to(midnight)
    let_time_act(here)
    assert stored_standing(here, firm) is Standing.BLACKLISTED
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        assert [row.case.number for row in case_queries.in_effect(work)] == [case.number]
        assert case_queries.count_in_effect(work) == 1

    over = ends_at(midnight, case.months)
    clock.move_to(over - SECOND)
    let_time_act(here)
    assert stored_standing(here, firm) is Standing.BLACKLISTED
    clock.move_to(over)
    assert standing_of(here, firm) is Standing.ACTIVE
    let_time_act(here)
    assert stored_standing(here, firm) is Standing.ACTIVE
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        assert case_queries.in_effect(work) == []


def test_the_sweep_enters_everything_once(here, clock):
    firm, _ = a_late_firm(here, clock)
    before = (count_of(here, Breach), count_of(here, Card))
    assert before[0] == 3
    assert jobs.sweep(here) == 0
    let_time_act(here)
    assert (count_of(here, Breach), count_of(here, Card)) == before
    case = decide(here, a_replied(here, firm, clock), a_decider(here))
    clock.move_to(case.effective_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert count_of(here, StandingChange) == 1


def a_replied(here, firm, clock):
    """Return a case whose firm let its term pass in silence."""
    case = a_case(here, firm, an_officer(here))
    working_days_later(clock, 5)
    return case


def test_a_case_is_not_decided_while_the_firm_may_add_to_its_reply(fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case, decider = a_case(fast_here, firm, an_officer(fast_here)), a_decider(fast_here)

    def say(words, *, is_last=False):
        with unit_of_work(fast_here.sessions, delegate.actor, clock) as work:
            found = case_queries.own_case(work, case.number)
            cases.reply(work, found, words, is_last=is_last)
            return found.reply

    say(REPLY)
    with pytest.raises(StillHearingError):
        decide(fast_here, case, decider)
    with unit_of_work(fast_here.sessions, decider.actor, clock) as work:
        assert case_queries.to_decide(work) == []
    last = "补充社保和住院证明各一份，我单位不再补充其他意见。"
    assert say(last, is_last=True) == f"{REPLY}\n\n补充：{last}"
    with pytest.raises(IllegalCaseMoveError):
        say(REPLY)
    with unit_of_work(fast_here.sessions, decider.actor, clock) as work:
        assert [row.case.number for row in case_queries.to_decide(work)] == [case.number]
    assert decide(fast_here, case, decider).state is CaseState.DECIDED


def test_the_proposer_never_decides(fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    officer = an_officer(fast_here)
    case = a_replied_case(fast_here, firm, delegate, officer)
    with pytest.raises(SeparationOfDutiesError):
        decide(fast_here, case, officer)
    assert decide(fast_here, case, a_decider(fast_here)).decided_by_id != officer.user.id


def test_a_silent_firm_is_decided_on_only_when_its_term_is_over(fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    clock.move_to(case.reply_by_at - SECOND)
    with pytest.raises(StillHearingError):
        decide(fast_here, case, a_decider(fast_here))
    clock.move_to(case.reply_by_at)
    with (
        pytest.raises(ReplyLateError),
        unit_of_work(fast_here.sessions, delegate.actor, fast_here.clock) as work,
    ):
        cases.reply(work, case_queries.own_case(work, case.number), REPLY)
    assert decide(fast_here, case, a_decider(fast_here)).state is CaseState.DECIDED


def test_a_reply_counts_until_the_last_second(fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    clock.move_to(case.reply_by_at - SECOND)
    with unit_of_work(fast_here.sessions, delegate.actor, fast_here.clock) as work:
        own = case_queries.own_case(work, case.number)
        cases.reply(work, own, REPLY)
    clock.move_to(case.reply_by_at)
    with (
        pytest.raises(ReplyLateError),
        unit_of_work(fast_here.sessions, delegate.actor, fast_here.clock) as work,
    ):
        cases.reply(work, case_queries.own_case(work, case.number), REPLY)


def test_a_dismissed_case_changes_nothing_and_frees_its_breaches(here, clock):
    firm, delegate = a_late_firm(here, clock)
    case = a_replied_case(here, firm, delegate, an_officer(here))
    dismissed = decide(here, case, a_decider(here), uphold=False)
    assert (dismissed.state, dismissed.effective_at) == (CaseState.DISMISSED, None)
    clock.advance(timedelta(days=2))
    let_time_act(here)
    assert stored_standing(here, firm) is Standing.ACTIVE
    assert a_case(here, firm, an_officer(here)).number != case.number


def test_nobody_is_sanctioned_twice_for_one_breach(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    with pytest.raises(BreachInCaseError, match=case.number):
        a_case(fast_here, firm, an_officer(fast_here), breaches=breaches_of(fast_here, firm)[:1])


def test_a_measure_must_follow_from_the_breaches(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    officer = an_officer(fast_here)
    with pytest.raises(NoGroundsError):  # The score is 80, not 60.
        a_case(fast_here, firm, officer, measure=Measure.SUSPENSION, months=1)
    with pytest.raises(NoGroundsError):
        a_case(fast_here, firm, officer, measure=Measure.SERIOUS_BLACKLIST, months=12)
    with pytest.raises(TermError):
        a_case(fast_here, firm, officer, months=13)
    assert count_of(fast_here, Case) == 0


def test_a_report_is_entered_without_points_and_carries_the_serious_measure(fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    a_report(fast_here, firm, officer)
    assert score_of(fast_here, firm) == 100
    case = a_case(fast_here, firm, officer, measure=Measure.SERIOUS_BLACKLIST, months=12)
    assert case.number.startswith("AJ-2026-")


def test_a_report_of_tomorrow_or_of_a_card_is_refused(fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    with unit_of_work(fast_here.sessions, an_officer(fast_here).actor, fast_here.clock) as work:
        tomorrow = work.today + timedelta(days=1)
        with pytest.raises(NotYetOccurredError):
            report_breach(work, firm, BreachKind.BRIBERY, tomorrow, GROUNDS)
        with pytest.raises(ValueError, match="red_card"):
            report_breach(work, firm, BreachKind.RED_CARD, work.today, GROUNDS)


def test_a_breach_leaves_the_score_at_the_very_second(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    red = breaches_of(fast_here, firm)[-1]
    assert red.kind is BreachKind.RED_CARD
    over = counts_until(red.occurred_at, 12)
    clock.move_to(over - SECOND)
    assert score_of(fast_here, firm) == 80
    clock.move_to(over)
    assert score_of(fast_here, firm) == 85


def test_a_suspension_that_outlasts_a_blacklisting_comes_back(here, clock):
    firm, _ = a_listed_firm(here, clock)
    officer, decider = an_officer(here), a_decider(here)
    for kind in [BreachKind.EXTRA_CHARGE] * 6:
        a_report(here, firm, officer, kind)
    assert score_of(here, firm) == 40  # Low enough for the long suspension.
    suspension = a_case(here, firm, officer, measure=Measure.SUSPENSION, months=6)
    a_report(here, firm, officer, BreachKind.STAFF_CHANGED)
    listing = a_case(here, firm, officer, months=3, breaches=breaches_of(here, firm)[:1])
    working_days_later(clock, 5)
    suspension = decide(here, suspension, decider)
    listing = decide(here, listing, decider)
    clock.move_to(listing.effective_at)
    jobs.sweep(here)
    assert stored_standing(here, firm) is Standing.BLACKLISTED
    clock.move_to(listing.ends_at)
    assert firm_jobs.sweep(here) == 1
    assert jobs.sweep(here) == 1
    assert stored_standing(here, firm) is Standing.SUSPENDED
    clock.move_to(suspension.ends_at)
    let_time_act(here)
    assert stored_standing(here, firm) is Standing.ACTIVE


def test_an_effect_missed_for_the_whole_term_is_not_made_up_for(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here), months=3)
    working_days_later(clock, 5)
    case = decide(fast_here, case, a_decider(fast_here))
    clock.move_to(case.ends_at)
    assert jobs.sweep(fast_here) == 1
    assert jobs.sweep(fast_here) == 0
    assert count_of(fast_here, StandingChange) == 0


def test_a_regulator_sees_only_the_firms_of_its_groups(here, clock):
    firm, delegate = a_late_firm(here, clock)  # Its item lies in group 03.
    case = a_replied_case(here, firm, delegate, an_officer(here, "03"))
    stranger = a_decider(here, "07")
    with pytest.raises(MissingError):
        decide(here, case, stranger)
    with reading_work(here.sessions, stranger.actor, here.clock) as work:
        assert case_queries.cases(work) == []
        assert case_queries.to_decide(work) == []
        assert queries.low_scores(work, 80) == []
        assert queries.referred(work) == []
        with pytest.raises(MissingError):
            queries.firm_in_scope(work, firm.code)
    with reading_work(here.sessions, a_decider(here, "03", "07").actor, here.clock) as work:
        assert [row.firm.code for row in case_queries.to_decide(work)] == [firm.code]
        assert queries.firm_in_scope(work, firm.code.lower()).id == firm.id


def test_a_firm_sees_only_its_own_cases(fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    _, stranger = a_listed_firm(fast_here, clock)
    with reading_work(fast_here.sessions, stranger.actor, fast_here.clock) as work:
        assert list(case_queries.own_cases(work)) == []
        with pytest.raises(MissingError):
            case_queries.own_case(work, case.number)


def test_low_scores_and_referrals_wait_for_a_case(here, clock):
    firm, _ = a_late_firm(here, clock)
    officer = an_officer(here)
    with reading_work(here.sessions, officer.actor, here.clock) as work:
        assert [(found.id, value) for found, value in queries.low_scores(work, 80)] == [
            (firm.id, 80)
        ]
        assert queries.low_scores(work, 79) == []
        assert [b.kind for b, _ in queries.referred(work)] == [BreachKind.LATE_REFERRED]
        assert len(referring.all_open(work)) == 1
    case = a_case(here, firm, officer)
    with reading_work(here.sessions, officer.actor, here.clock) as work:
        assert queries.low_scores(work, 80) == []
        assert queries.referred(work) == []
        assert referring.all_open(work) == []  # A case is what may become of it.
    working_days_later(clock, 5)
    decide(here, case, a_decider(here))
    with reading_work(here.sessions, officer.actor, here.clock) as work:
        assert queries.low_scores(work, 80) == []  # Nothing is left to open a case on.


def at_once(here, nodes=3):
    """Run the sweep on several nodes at the same moment."""
    barrier = Barrier(nodes)

    def node(_):
        barrier.wait(timeout=30)
        return jobs.sweep(here)

    with ThreadPoolExecutor(nodes) as pool:
        return sum(pool.map(node, range(nodes)))


def test_nodes_that_sweep_at_once_enter_everything_once(here, clock):
    firms = [firm for firm, _ in some_firms(here, clock, 3)]
    for firm in firms:
        a_running_clock(here, firm)
    working_days_later(clock, 5 + 11)
    clock_jobs.sweep(here)
    at_once(here)
    jobs.sweep(here)  # Whoever lost left the rest to the next sweep.
    assert count_of(here, Breach) == 9
    judge_cards(here, firms[0])
    case = a_case(here, firms[0], an_officer(here))
    working_days_later(clock, 5)
    case = decide(here, case, a_decider(here))
    clock.move_to(case.effective_at)
    assert at_once(here) == 1
    assert count_of(here, StandingChange) == 1
    assert stored_standing(here, firms[0]) is Standing.BLACKLISTED


def test_the_log_names_the_firm_only_once_it_was_decided(here, clock):
    firm, delegate = a_late_firm(here, clock)
    case = a_replied_case(here, firm, delegate, an_officer(here))
    assert firm.code not in "".join(entries_about(here, case))
    decide(here, case, a_decider(here))
    assert firm.code in entries_about(here, case)[-1]
    assert not any(DECISION in entry or REPLY in entry for entry in entries_about(here, case))


def entries_about(here, case):
    with here.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        return [body.decode() for body in map(bytes, bodies) if case.number.encode() in body]
