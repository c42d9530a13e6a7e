"""From the result to a confirmed award: publicity, answers, alternates, and never a redraw."""

from datetime import date, timedelta

import pytest

import market.draws
from lottery.entries import Decline, Disqualify, Replace, decode
from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.clock import beijing
from market.draws import actions, jobs, queries
from market.draws.bundles import bundle_of
from market.draws.errors import AnswerLateError, DeclineReasonError
from market.draws.rules import AwardState, DrawState, IllegalAwardMoveError
from market.errors import MissingError
from market.firms import actions as firms
from market.firms.queries import locked as locked_firm
from market.firms.rules import Standing
from market.needs import actions as needs
from market.needs.queries import locked as locked_need
from market.needs.rules import NeedState
from tests.market.draws.believing import STEPS
from tests.market.factories.draws import (
    a_confirmed_award,
    a_drawn_draw,
    a_drawn_need,
    an_offered_award,
    publish,
)

REASON = "同期项目较多，人员无法保证"


def entries(city, draw, kind):
    with city.reading() as work:
        return [decode(row.body) for row in queries.entries_of(work, draw, kind)]


def faults(city, draw):
    log.sequence(city.here)
    with city.reading() as work:
        data = bundle_of(work, city.here, city.draw(draw.id))
    found = examine(data, parse_policy(city.policy().encode()))
    return [(check.name, check.detail.en) for check in found.checks if not check.ok], found


def decline(drawn, award=None):
    award = award or drawn.award
    with drawn.city.work(drawn.city.delegate_of(award)) as work:
        actions.decline(work, queries.own_award(work, award.number), REASON)
    return drawn.city.awards(drawn.draw.id)


def over(drawn, award):
    drawn.city.clock.move_to(award.next_check_at)
    jobs.run_due(drawn.city.here)
    return drawn.city.awards(drawn.draw.id)


def test_publicity_lasts_three_working_days_and_then_the_firm_is_asked(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    # Drawn on Monday 2026-03-16: Tuesday, Wednesday, Thursday.
    assert drawn.award.publicity_ends_at == beijing(date(2026, 3, 20))
    clock.move_to(drawn.award.publicity_ends_at - timedelta(seconds=1))
    assert jobs.run_due(city.here) == 0
    [award] = over(drawn, drawn.award)
    assert award.state is AwardState.OFFERED
    assert award.answer_by_at == beijing(date(2026, 3, 24))
    assert drawn.city.need(drawn.draw.id).state is NeedState.AWARDED


def test_a_small_need_is_shown_for_one_working_day(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city, ceiling_fen=5_000_000)
    assert drawn.award.publicity_ends_at - drawn.award.published_at < timedelta(days=2)


def test_the_price_is_the_ceiling(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    assert drawn.award.price_fen == drawn.need.ceiling_fen


def test_the_winner_confirms_and_must_sign_within_ten_working_days(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    assert drawn.award.state is AwardState.CONFIRMED
    assert drawn.award.sign_by_at == beijing(date(2026, 4, 4))
    assert drawn.award.next_check_at is None


def test_during_publicity_nobody_can_confirm(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    with drawn.city.work(drawn.delegate) as work, pytest.raises(IllegalAwardMoveError):
        actions.confirm(work, queries.own_award(work, drawn.award.number))


def test_another_firm_cannot_answer(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    other = next(p for f, p in drawn.city.firms if f.id != drawn.award.firm_id)
    with drawn.city.work(other) as work, pytest.raises(MissingError):
        queries.own_award(work, drawn.award.number)


def test_declining_needs_a_reason(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    with drawn.city.work(drawn.delegate) as work, pytest.raises(DeclineReasonError):
        actions.decline(work, queries.own_award(work, drawn.award.number), " 忙 ")


def test_who_declines_is_followed_by_the_next_of_the_same_order(here, clock):
    drawn = an_offered_award(here, clock)
    first, second = decline(drawn)
    city, draw = drawn.city, drawn.draw
    assert (first.state, second.state) == (AwardState.DECLINED, AwardState.PUBLICITY)
    assert second.rank == 2
    assert city.need(draw.id).state is NeedState.PUBLICITY
    with city.reading() as work:
        order = [firm.code for _, firm in queries.places_of(work, draw)]
    [declined], [replaced] = entries(city, draw, "decline"), entries(city, draw, "replace")
    assert isinstance(declined, Decline)
    assert isinstance(replaced, Replace)
    assert (declined.who, replaced.out_firm, replaced.in_firm) == (order[0], order[0], order[1])
    found, report = faults(city, draw)
    assert found == []
    assert report.selected == (order[1],)


def test_declining_in_the_publicity_is_possible_and_counts(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    first, second = decline(drawn)
    assert (first.state, second.state) == (AwardState.DECLINED, AwardState.PUBLICITY)
    assert faults(drawn.city, drawn.draw)[0] == []


def test_no_answer_in_time_lapses_and_the_next_is_called(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    first, second = over(drawn, drawn.award)
    assert (first.state, first.reason) == (AwardState.LAPSED, "no_answer")
    assert second.state is AwardState.PUBLICITY
    [lost] = entries(drawn.city, drawn.draw, "disqualify")
    assert isinstance(lost, Disqualify)
    assert lost.reason == "no_answer"
    assert faults(drawn.city, drawn.draw)[0] == []


def test_an_answer_at_the_last_instant_is_late_even_if_no_job_has_run(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    clock.move_to(drawn.award.answer_by_at)
    with drawn.city.work(drawn.delegate) as work:
        award = queries.own_award(work, drawn.award.number)
        with pytest.raises(AnswerLateError):
            actions.confirm(work, award)
        with pytest.raises(AnswerLateError):
            actions.decline(work, award, REASON)


def test_a_contract_that_is_not_signed_lapses(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    with drawn.city.work() as work:
        actions.lapse(work, queries.award_at(work, drawn.award.id), "not_signed")
    first, second = drawn.city.awards(drawn.draw.id)
    assert (first.state, first.reason) == (AwardState.LAPSED, "not_signed")
    assert second.rank == 2
    assert faults(drawn.city, drawn.draw)[0] == []


def test_a_signed_award_is_over(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    with drawn.city.work() as work:
        award = queries.award_in_force(work, drawn.need.id)
        actions.signed(work, award)
    with drawn.city.work() as work, pytest.raises(IllegalAwardMoveError):
        actions.lapse(work, queries.award_at(work, drawn.award.id), "not_signed")


def test_when_all_alternates_are_gone_the_need_failed_and_the_result_stays(city, clock):
    drawn = an_offered_award(city.here, clock, city=city, alternates=2)
    draw = drawn.draw
    awards = decline(drawn)
    while awards[-1].state is AwardState.PUBLICITY:
        awards = decline(drawn, awards[-1])
    assert [award.rank for award in awards] == [1, 2, 3]
    need = city.need(draw.id)
    assert need.state is NeedState.FAILED
    assert "共 3 家" in need.failure
    assert city.draw(draw.id).state is DrawState.DRAWN
    found, report = faults(city, draw)
    assert (found, report.selected) == ([], ())
    with city.reading() as work, pytest.raises(MissingError):
        queries.award_in_force(work, need.id)


def test_the_notice_after_an_exhausted_draw_begins_a_series_of_its_own(city, clock):
    drawn = an_offered_award(city.here, clock, city=city, alternates=0)
    decline(drawn)
    with city.work(city.clerk) as work:
        needs.renotice(work, locked_need(work, drawn.need.id))
    with city.work(city.approver) as work:
        needs.approve(work, locked_need(work, drawn.need.id))
    second = publish(city, city.need(drawn.draw.id))
    [notice] = entries(city, second, "notice")
    assert (second.attempt, second.series_attempt) == (2, 1)
    assert (notice.need, notice.attempt, notice.prev) == (f"{drawn.need.number}/2", 1, None)


def test_an_alternate_that_no_longer_meets_the_rules_is_passed_over(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    draw = drawn.draw
    with city.reading() as work:
        order = [firm for _, firm in queries.places_of(work, draw)]
    with city.work(city.operator) as work:
        until = work.now + timedelta(days=365)
        firm = locked_firm(work, order[1].id)
        firms.set_standing(work, firm, Standing.BLACKLISTED, until, "AJ-3")
    first, second = decline(drawn)
    assert (first.rank, second.rank) == (1, 3)
    [passed_over] = entries(city, draw, "disqualify")
    assert (passed_over.who, passed_over.reason) == (order[1].code, "standing")
    found, report = faults(city, draw)
    assert (found, report.selected) == ([], (order[2].code,))


def test_awards_are_listed_since_one(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    first, second = decline(drawn)
    with drawn.city.reading() as work:
        assert [award.id for award in queries.awards_since(work, 0)] == [first.id, second.id]
        assert [award.id for award in queries.awards_since(work, first.id)] == [second.id]
        assert queries.award_in_force(work, drawn.need.id).id == second.id


def test_nobody_can_draw_again(city, clock):
    """There is no function for it, and every step refuses a draw that has its result."""
    draw = a_drawn_draw(city)
    named = {name for name in dir(market.draws.actions) if not name.startswith("_")}
    assert not {name for name in named if "redraw" in name or "again" in name or "reset" in name}
    for step in STEPS:
        with city.work() as work:
            assert step(work, city.here, queries.locked(work, draw.id)) is False
