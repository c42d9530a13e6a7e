"""Who sits must be fit at that moment: of the pool still, and tied to nobody who takes part."""

from datetime import timedelta

import pytest

from market.draws import jobs as draws
from market.experts import actions as experts
from market.experts.model import Expert
from market.experts.rules import ExpertReason, RecusalGround, TieGround
from market.panels import jobs, queries
from market.panels.errors import UnfitError
from market.panels.rules import SeatState
from market.scoring import queries as scoring
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_city
from tests.market.factories.experts import an_expert
from tests.market.factories.firms import an_operator
from tests.market.factories.panels import (
    ITEM_OF_NEED,
    a_city_with_a_pool,
    a_scored_draw,
    accept,
    closed,
    decline,
    drawn,
    people_of,
    seats_of,
)
from tests.market.factories.scoring import a_sheet, hand_in_sheet, seated
from tests.market.panels.test_panels import check, order_of

SECOND = timedelta(seconds=1)
SUMS = (90, 80, 70, 60)


def remove(city, seat):
    """Take an expert out of the pool for good."""
    with city.work(city.operator) as work:
        expert = work.session.get_one(Expert, seat.expert_id)
        experts.remove(work, expert, ExpertReason.UNQUALIFIED, "职称证书经核查不实")


def pause(city, expert_id):
    """Take an expert out of the draws for a while, a second from now."""
    city.clock.advance(SECOND)
    with city.work(city.operator) as work:
        expert = work.session.get_one(Expert, expert_id)
        experts.pause(work, expert, ExpertReason.UNDER_REVIEW, "正在核查工作单位")


def resume(city, expert_id):
    """Let another operator take the expert back, a second from now."""
    city.clock.advance(SECOND)
    code = city.operator.actor.org_code or ""
    with city.work(an_operator(city.here, code)) as work:
        experts.resume(work, work.session.get_one(Expert, expert_id))


def tie_to_a_firm(city, person, seat):
    """Let an expert declare to have advised a firm that takes part."""
    firm, _ = city.firms[0]
    with city.work(person) as work:
        expert = work.session.get_one(Expert, seat.expert_id)
        facts = {"org_code": firm.code, "org_name": firm.name, "note": ""}
        experts.add_tie(work, expert, ground=TieGround.ADVISER, **facts)


def states(city, panel):
    return [seat.state for seat in seats_of(city, panel)]


def test_who_left_the_pool_accepts_nothing_and_the_next_is_called(fast_here, clock):
    city, pool = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    order, first = order_of(city, panel), seats_of(city, panel)[0]
    remove(city, first)
    client = site_of(city).as_(people_of(panel, pool)[first.expert_code])
    answer = client.post(f"/panels/{panel.number}/accept", data={"declared": "y"})
    assert "不能担任本次评审" in answer.text
    assert jobs.run_due(city.here) == 1
    assert states(city, panel) == [SeatState.UNFIT, *[SeatState.OFFERED] * 5]
    assert check(city, panel) == set(order[1:6])
    assert "您不再担任本次评审" in client.get(f"/panels/{panel.number}/seat").text
    assert jobs.run_due(city.here) == 0
    assert compare(city.here).differences == ()


def test_who_is_called_in_place_of_another_must_be_fit_too(fast_here, clock):
    city, _ = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    order = order_of(city, panel)
    with city.reading() as work:
        sixth = queries.expert_known_as(work, queries.by_number(work, panel.number), order[5])
    with city.work(city.operator) as work:
        found = work.session.get_one(Expert, sixth.id)
        experts.remove(work, found, ExpertReason.ABSENT, "长期不应答")
    remove(city, seats_of(city, panel)[2])
    jobs.run_due(city.here)
    assert states(city, panel)[2] is SeatState.UNFIT
    assert states(city, panel)[5:] == [SeatState.UNFIT, SeatState.OFFERED]
    assert check(city, panel) == {*order[:2], *order[3:5], order[6]}


def test_a_tie_that_is_declared_later_is_a_ground_as_well(fast_here, clock):
    city, pool = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    seat = seats_of(city, panel)[0]
    person = people_of(panel, pool)[seat.expert_code]
    tie_to_a_firm(city, person, seat)
    with pytest.raises(UnfitError):
        accept(city, panel, person)
    jobs.run_due(city.here)
    assert states(city, panel)[0] is SeatState.UNFIT


def test_nothing_is_handed_in_by_who_left_and_what_was_handed_in_stands(fast_here, clock):
    city = a_city(fast_here, clock)
    draw, panel, members = seated(city)
    hand_in_sheet(city, draw, members[0], a_sheet(SUMS))
    remove(city, seats_of(city, panel)[0])
    remove(city, seats_of(city, panel)[1])
    with pytest.raises(UnfitError):
        hand_in_sheet(city, draw, members[1], a_sheet(SUMS))
    jobs.run_due(city.here)
    draws.run_due(city.here)
    accepted = [SeatState.ACCEPTED] * 3
    offered = [SeatState.ACCEPTED, SeatState.UNFIT, *accepted, SeatState.OFFERED]
    assert states(city, panel) == offered
    with city.reading() as work:
        sheets = scoring.members_with_sheets(work, queries.by_number(work, panel.number))
        assert [sheet is not None for _, sheet in sheets] == [True, False, False, False]
    assert compare(city.here).differences == ()


def test_a_pause_takes_nobodys_seat_who_was_called_before(fast_here, clock):
    city, pool = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    people, (first, second, *_) = people_of(panel, pool), seats_of(city, panel)
    accept(city, panel, people[first.expert_code])
    pause(city, first.expert_id)
    pause(city, second.expert_id)
    resume(city, second.expert_id)
    assert jobs.run_due(city.here) == 0
    accept(city, panel, people[second.expert_code])
    assert states(city, panel) == [SeatState.ACCEPTED] * 2 + [SeatState.OFFERED] * 3
    client = site_of(city).as_(people[first.expert_code])
    assert "仍担任评审：不能评审的，请辞谢席位" in client.get("/workbench").text
    page = client.get(f"/panels/{panel.number}/seat").text
    assert "您已被暂停抽取，本席位仍由您担任" in page
    assert "辞谢后不能恢复" in page
    decline(city, panel, people[first.expert_code])
    assert states(city, panel)[0] is SeatState.DECLINED
    assert states(city, panel)[5] is SeatState.OFFERED
    assert "仍担任评审" not in client.get("/workbench").text
    assert compare(city.here).differences == ()


def test_a_paused_member_hands_the_scores_in(fast_here, clock):
    city = a_city(fast_here, clock)
    draw, panel, members = seated(city)
    pause(city, seats_of(city, panel)[0].expert_id)
    hand_in_sheet(city, draw, members[0], a_sheet(SUMS))
    jobs.run_due(city.here)
    assert states(city, panel) == [SeatState.ACCEPTED] * 5


def test_who_was_paused_before_the_call_is_passed_over(fast_here, clock):
    city, pool = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    with city.reading() as work:
        shown = queries.by_number(work, panel.number)
        sixth = queries.expert_known_as(work, shown, order_of(city, panel)[5])
    pause(city, sixth.id)
    city.clock.advance(SECOND)
    first = seats_of(city, panel)[0]
    decline(city, panel, people_of(panel, pool)[first.expert_code])
    jobs.run_due(city.here)
    assert states(city, panel)[5:] == [SeatState.UNFIT, SeatState.OFFERED]


def test_a_pause_hides_nothing_else_that_was_done(fast_here, clock):
    """A removal and a tie to who takes part still take the seat of who was paused."""
    city, pool = a_city_with_a_pool(fast_here, clock)
    panel = drawn(city, a_scored_draw(city))
    first, second = seats_of(city, panel)[:2]
    for seat in (first, second):
        pause(city, seat.expert_id)
    remove(city, second)
    tie_to_a_firm(city, people_of(panel, pool)[first.expert_code], first)
    assert jobs.run_due(city.here) == 2
    assert states(city, panel)[:3] == [SeatState.UNFIT, SeatState.UNFIT, SeatState.OFFERED]


def test_the_operators_own_people_stand_aside(fast_here, clock):
    city, _ = a_city_with_a_pool(fast_here, clock)
    own = an_expert(city, item_code=ITEM_OF_NEED, employer_code=city.operator.actor.org_code or "")
    panel = closed(city, a_scored_draw(city))
    with city.reading() as work:
        by_expert = {row.expert_id: row for row in queries.candidates_of(work, panel)}
        assert by_expert[own.id].reason_code == RecusalGround.EMPLOYED_BY_OPERATOR
        assert queries.removed_counts(work, panel) == {RecusalGround.EMPLOYED_BY_OPERATOR: 1}
