"""A proposal that nobody decides stops no judgement for ever, and charges no judge meanwhile."""

from datetime import timedelta

import pytest

from market.clocks import queries as clocks
from market.clocks.card_rules import CardState
from market.clocks.rules import Party
from market.holidays import jobs as holiday_jobs
from market.supervision import actions, jobs, queries, shown, timing, waiting
from market.supervision import recounting as recounting  # noqa: PLC0414 - declares the term
from market.supervision.errors import WithdrawalOpenError
from market.supervision.rules import WithdrawalState
from tests.market.factories.holidays import an_amendment, confirmed
from tests.market.factories.supervision import ANSWER, REASON, VERDICT, some_offices
from tests.market.supervision.test_actions import decide, give_to_owner, propose, reply, uphold

WEEK = timedelta(days=7)


@pytest.fixture
def fast(fast_here):
    return some_offices(fast_here)


@pytest.fixture
def proposed(fast):
    """A card that waits for its judgement, and that somebody proposes to take back."""
    card = give_to_owner(fast)
    reply(fast, card.number, ANSWER)
    propose(fast, card.number, reason=REASON)
    return card.number


def holder(offices, number):
    with offices.work() as work:
        clock = timing.judging(work, queries.by_number(work, number))
        return clocks.runs_for(work, clock)


def proposal(offices, number):
    with offices.work() as work:
        [one] = queries.withdrawals_of(work, queries.by_number(work, number))
        return one


def listed(offices, who="second"):
    with offices.work(who) as work:
        rows = waiting.to_judge(work, work.actor.org_id, others=True)
        return [row.card.number for row in rows]


def may(offices, number, who="second"):
    with offices.work(who) as work:
        return shown.may(work, queries.by_number(work, number))


def test_while_another_office_decides_nobody_judges_and_no_judge_is_charged(fast, proposed):
    assert holder(fast, proposed) is Party.THIRD_PARTY
    assert listed(fast) == []
    assert not may(fast, proposed).uphold
    with pytest.raises(WithdrawalOpenError):
        uphold(fast, proposed)
    decide(fast, proposed, agree=False)
    assert holder(fast, proposed) is Party.REVIEWER
    assert may(fast, proposed).uphold
    uphold(fast, proposed)


def test_what_nobody_decides_in_time_is_judged_and_still_decided(fast, clock, proposed):
    clock.move_to(proposal(fast, proposed).decide_by_at)
    assert jobs.sweep(fast.here) >= 1
    assert jobs.sweep(fast.here) == 0
    assert holder(fast, proposed) is Party.REVIEWER
    with fast.work() as work:
        judging = timing.judging(work, queries.by_number(work, proposed))
        assert judging.due_at > clock()
    assert may(fast, proposed).uphold
    with fast.work("second") as work:
        card = queries.by_number(work, proposed)
        actions.uphold(work, card, VERDICT)
        assert card.state is CardState.UPHELD
    assert proposal(fast, proposed).state is WithdrawalState.PROPOSED
    with fast.work("judge") as work:
        [(open_one, _)] = waiting.to_decide(work)
        assert open_one.decide_by_at <= work.now
    decide(fast, proposed)
    assert fast.card(proposed).state is CardState.WITHDRAWN


def test_a_card_that_is_answered_meanwhile_waits_as_well(fast):
    card = give_to_owner(fast)
    propose(fast, card.number)
    reply(fast, card.number)
    assert holder(fast, card.number) is Party.THIRD_PARTY
    assert listed(fast) == []


def test_a_notice_moves_the_term_with_the_day_on_which_it_is_looked_at(fast, proposed):
    said = proposal(fast, proposed).decide_by_at
    day = (said - timedelta(hours=9)).date()
    days = ((day.isoformat(), "放假"),)
    confirmed(
        fast.here, an_amendment("国办发明电〔2026〕9号", "国办发明电〔2025〕7号", 2026, *days)
    )
    holiday_jobs.sweep(fast.here)
    one = proposal(fast, proposed)
    assert one.decide_by_at > said
    assert one.next_check_at == one.decide_by_at
