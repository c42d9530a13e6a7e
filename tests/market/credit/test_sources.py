"""What the sweep enters by itself, on both databases: lost awards and work returned twice."""

from datetime import timedelta

import pytest

from market import jobs as all_jobs
from market.contracts.queries import rounds_of
from market.contracts.signing.rules import Fault
from market.credit import jobs
from market.credit.rules import BreachKind
from market.draws import actions as draws
from market.draws import jobs as draw_jobs
from market.draws import queries as draw_queries
from market.firms.model import Firm
from market.firms.restrictions import actions as restrictions
from market.firms.rules import Standing
from tests.market.credit.test_affiliates import blacklist, one_family
from tests.market.factories.contracts import a_running_contract
from tests.market.factories.credit import breaches_of
from tests.market.factories.draws import a_confirmed_award, an_offered_award
from tests.market.factories.signing import OWNER_SAYS, case_of, say


def entered(here, firm_id: int):
    with here.sessions() as session:
        firm = session.get_one(Firm, firm_id)
    return [(b.kind, b.points, b.occurred_at) for b in breaches_of(here, firm)]


def test_a_declined_award_is_entered_when_it_was_declined(here, clock):
    drawn = an_offered_award(here, clock)
    with drawn.city.work(drawn.delegate) as work:
        award = draw_queries.own_award(work, drawn.award.number)
        draws.decline(work, award, "人员排不开，申请放弃。")
    assert jobs.sweep(here) == 1
    assert entered(here, drawn.award.firm_id) == [(BreachKind.AWARD_DECLINED, 10, clock())]
    assert jobs.sweep(here) == 0


def test_silence_after_an_award_is_entered_at_the_end_of_its_term(here, clock):
    drawn = an_offered_award(here, clock)
    clock.move_to(drawn.award.answer_by_at)
    draw_jobs.run_due(here)
    assert jobs.sweep(here) == 1
    lost = (BreachKind.AWARD_DECLINED, 10, drawn.award.answer_by_at)
    assert entered(here, drawn.award.firm_id) == [lost]


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.BLACKLISTED])
@pytest.mark.parametrize("declines", [True, False])
def test_an_award_lost_while_a_measure_bars_the_firm_breaks_no_word(
    here, clock, standing, declines
):
    drawn = an_offered_award(here, clock)
    with drawn.city.work() as work:
        restrictions.order(
            work, drawn.award.firm_id, standing, scope="", from_at=work.now,
            until_at=work.now + timedelta(days=90), case_number="AJ-2026-000900",
        )  # fmt: skip
    if declines:
        with drawn.city.work(drawn.delegate) as work:
            award = draw_queries.own_award(work, drawn.award.number)
            draws.decline(work, award, "受限期间不能确认，只能放弃。")
    else:
        clock.move_to(drawn.award.answer_by_at)
        draw_jobs.run_due(here)
    assert jobs.sweep(here) == 0
    assert entered(here, drawn.award.firm_id) == []
    with drawn.city.work() as work:
        restrictions.lift(work, "AJ-2026-000900")
    assert jobs.sweep(here) == 0  # Nor is it made up for when the measure is over.


def test_who_is_barred_beside_another_breaks_no_word_either(here, clock):
    drawn = an_offered_award(here, clock)
    pairs = {firm.id: (firm, person) for firm, person in drawn.city.firms}
    mine = pairs.pop(drawn.award.firm_id)
    other = next(iter(pairs.values()))
    one_family(here, other, mine)
    blacklist(here, other[0])
    clock.move_to(drawn.award.answer_by_at)
    draw_jobs.run_due(here)
    jobs.sweep(here)
    assert entered(here, drawn.award.firm_id) == []


def test_a_contract_not_signed_in_time_is_entered_at_the_end_of_its_term(here, clock):
    drawn = a_confirmed_award(here, clock)
    clock.move_to(drawn.award.sign_by_at)
    all_jobs.tick(here)
    case = case_of(drawn.city, drawn.award.id)
    say(drawn.city, case, drawn.city.clerk, Fault.FIRM, OWNER_SAYS)
    clock.move_to(case.due_at)
    all_jobs.tick(here)
    jobs.sweep(here)
    lost = (BreachKind.CONTRACT_NOT_SIGNED, 10, drawn.award.sign_by_at)
    assert entered(here, drawn.award.firm_id) == [lost]


def test_work_returned_twice_is_entered_once_with_the_second_time(here, clock):
    agreed = a_running_contract(here, clock)
    firm_id = agreed.contract().firm_id
    times = []
    for _ in range(3):
        agreed.deliver()
        agreed.return_work()
        times.append(clock())
        clock.move_to(clock().replace(minute=clock().minute + 1))
        if len(times) < 3:
            assert jobs.sweep(here) == 0  # the second return can still be disputed
    # Whoever hands in a third round disputes the second return no more.
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert entered(here, firm_id) == [(BreachKind.RETURNED_TWICE, 10, times[1])]
    with agreed.work() as work:
        assert len(rounds_of(work, agreed.contract())) == 3
