"""A panel's draw with the real database: fixed with the notice, drawn once, refilled in order."""

import pytest
from sqlalchemy import func, select, text

from lottery import parse_policy
from lottery.verify import examine
from market import log
from market.draws import jobs as draws
from market.draws.rules import DrawState, VoidReason
from market.errors import MissingError
from market.experts.model import ExpertSitting
from market.panels import bundle, jobs, queries
from market.panels.actions import seats
from market.panels.codes import code_of
from market.panels.errors import AnswerOverError, DeclarationMissingError, PoolTooSmallError
from market.panels.rules import IllegalSeatMoveError, SeatState, VoidGround
from market.selfaudit.compare import compare
from market.selfaudit.reverify import verified_draws
from tests.market.draws.together import together
from tests.market.factories.draws import a_city
from tests.market.factories.experts import an_expert, experts
from tests.market.factories.panels import (
    ITEM_OF_NEED,
    a_city_with_a_pool,
    a_pool,
    a_scored_draw,
    accept,
    closed,
    decline,
    drawn,
    expert_at,
    panel_of,
    people_of,
    seats_of,
)


@pytest.fixture
def city(fast_here, clock):
    """A city whose pool is empty."""
    return a_city(fast_here, clock)


@pytest.fixture
def pooled(fast_here, clock):
    """A city with ten experts in its pool, and who signs in for each."""
    return a_city_with_a_pool(fast_here, clock)


def check(city, panel):
    """Verify a panel as a stranger would; return who is selected."""
    log.sequence(city.here)
    with city.reading() as work:
        body = bundle.bundle_of(work, city.here, queries.by_number(work, panel.number))
    found = examine(body, parse_policy(city.policy().encode()))
    assert found.ok, [(one.name, one.detail.en) for one in found.checks if not one.ok]
    return set(found.selected)


def order_of(city, panel):
    with city.reading() as work:
        return queries.file_lines(work, panel)


def test_no_notice_goes_out_without_a_pool(city):
    a_pool(city, 9)
    with pytest.raises(PoolTooSmallError):
        a_scored_draw(city)


def test_everything_is_fixed_when_the_notice_goes_out(pooled):
    city, pool = pooled
    draw = a_scored_draw(city)
    panel = panel_of(city, draw)
    assert (panel.state, panel.seats, panel.alternates) == (DrawState.OPEN, 5, 20)
    assert draw.enrol_close_at < panel.phi_at < panel.scoring_by_at < draw.freeze_by_at
    experts(city, 2, ITEM_OF_NEED)  # who joins the pool now is not drawn for this need
    assert set(order_of(city, drawn(city, draw))) == set(people_of(panel, pool))


def test_a_panel_is_drawn_once_and_anybody_can_check_it(pooled):
    city, _ = pooled
    panel = drawn(city, a_scored_draw(city))
    assert panel.state is DrawState.DRAWN
    assert check(city, panel) == {seat.expert_code for seat in seats_of(city, panel)}
    assert jobs.run_due(city.here) == 0
    assert len(seats_of(city, panel)) == panel.seats
    assert compare(city.here).differences == ()
    assert [(one.number, one.failed) for one in verified_draws(city.here)] == [(panel.number, ())]


def test_who_declines_is_replaced_in_the_order_of_the_draw(pooled):
    city, people = pooled
    panel = drawn(city, a_scored_draw(city))
    people = people_of(panel, people)
    first = seats_of(city, panel)[0]
    decline(city, panel, people[first.expert_code])
    order = order_of(city, panel)
    assert [seat.expert_code for seat in seats_of(city, panel)] == order[:6]
    assert check(city, panel) == set(order[1:6])
    assert compare(city.here).differences == ()


def test_silence_passes_the_seat_on_and_a_full_panel_sits(pooled):
    city, people = pooled
    panel = drawn(city, a_scored_draw(city))
    people = people_of(panel, people)
    for seat in seats_of(city, panel)[1:]:
        accept(city, panel, people[seat.expert_code])
    silent = seats_of(city, panel)[0]
    city.clock.move_to(silent.answer_by_at)
    with pytest.raises(AnswerOverError):
        accept(city, panel, people[silent.expert_code])
    assert jobs.run_due(city.here) == 1
    states = [seat.state for seat in seats_of(city, panel)]
    assert states == [SeatState.LAPSED, *[SeatState.ACCEPTED] * 4, SeatState.OFFERED]
    accept(city, panel, people[seats_of(city, panel)[5].expert_code])
    with city.reading() as work:
        assert queries.is_complete(work, queries.by_number(work, panel.number))
        # The record names the expert by the code in the pool: it waits for the scores.
        assert work.session.scalar(select(func.count(ExpertSitting.id))) == 0


def test_when_nobody_is_left_the_panel_has_failed_and_is_never_drawn_again(pooled):
    city, people = pooled
    draw = a_scored_draw(city)
    panel = drawn(city, draw)
    people = people_of(panel, people)
    for _ in range(6):
        draws.run_due(city.here)
        assert city.draw(draw.id).state is DrawState.CLOSED
        offered = [seat for seat in seats_of(city, panel) if seat.state is SeatState.OFFERED]
        decline(city, panel, people[offered[0].expert_code])
    with city.reading() as work:
        assert queries.is_failed(work, queries.by_number(work, panel.number))
    check(city, panel)
    draws.run_due(city.here)  # at once, and not when the time for scoring is over
    failed = city.draw(draw.id)
    assert (failed.state, failed.void_reason) == (DrawState.VOID, VoidReason.NOT_SCORED)
    assert compare(city.here).differences == ()


def test_only_who_was_called_answers_once_and_declares(pooled):
    city, people = pooled
    panel = drawn(city, a_scored_draw(city))
    people = people_of(panel, people)
    called = [seat.expert_code for seat in seats_of(city, panel)]
    other = next(code for code in people if code not in called)
    with pytest.raises(MissingError):
        accept(city, panel, people[other])
    with city.work(people[called[0]]) as work, pytest.raises(DeclarationMissingError):
        seats.accept(work, queries.by_number(work, panel.number), declared=False)
    accept(city, panel, people[called[0]])
    with pytest.raises(IllegalSeatMoveError):
        accept(city, panel, people[called[0]])


def test_the_panel_ends_with_its_need(pooled):
    city, _ = pooled
    draw = a_scored_draw(city)
    city.clock.move_to(draw.enrol_close_at)  # nobody enrolled
    draws.run_due(city.here)
    jobs.run_due(city.here)
    panel = panel_of(city, draw)
    assert (panel.state, panel.void_ground) == (DrawState.VOID, VoidGround.NEED_OVER)
    check(city, panel)
    assert compare(city.here).differences == ()


def test_the_frozen_list_leaves_out_who_is_tied_to_a_firm(pooled):
    city, _ = pooled
    firm, _ = city.firms[0]
    tied = an_expert(city, item_code=ITEM_OF_NEED, employer_code=firm.code)
    panel = closed(city, a_scored_draw(city))
    assert panel.state is DrawState.FROZEN
    with city.reading() as work:
        listed = queries.frozen_list(work, panel).weights
        assert code_of(panel.code_key, panel.number, tied.code) not in listed
        assert len(listed) == 10
        assert queries.removed_counts(work, panel) == {"employed-by-firm": 1}


def test_too_many_recusals_call_the_panel_off_before_its_value(city):
    firm, _ = city.firms[0]
    a_pool(city, 8)
    for _ in range(3):
        an_expert(city, item_code=ITEM_OF_NEED, employer_code=firm.code)
    panel = closed(city, a_scored_draw(city))
    assert (panel.state, panel.void_ground) == (DrawState.VOID, VoidGround.TOO_FEW_ELIGIBLE)
    assert seats_of(city, panel) == []
    check(city, panel)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("UPDATE panel_candidate SET expert_code = 'PX2026AAAAAAAAAAAA' WHERE sequence = 0", 2),
        ("UPDATE panel SET phi_at = '2026-03-01 00:00:00'", 1),
    ],
)
def test_rows_changed_behind_the_log_stop_the_draw_and_are_named(pooled, change, table):
    city, _ = pooled
    panel = closed(city, a_scored_draw(city))
    with city.here.engine.begin() as connection:
        connection.execute(text(change))
    city.clock.move_to(panel.phi_at)
    jobs.run_due(city.here)
    found = compare(city.here).differences
    assert {one.table for one in found} & {"panel", "panel_candidate"}
    assert len(found) >= table - 1


def test_an_answer_at_the_same_moment_counts_once(here, clock):
    city, people = a_city_with_a_pool(here, clock)
    panel = drawn(city, a_scored_draw(city))
    seat = seats_of(city, panel)[0]
    person = people_of(panel, people)[seat.expert_code]
    deeds = (accept, decline)
    together(2, lambda place: deeds[place](city, panel, person))
    states = [one.state for one in seats_of(city, panel)]
    assert states[0] in {SeatState.ACCEPTED, SeatState.DECLINED}
    assert len(states) == (5 if states[0] is SeatState.ACCEPTED else 6)


def test_the_pool_names_nobody(pooled):
    city, people = pooled
    code = next(iter(people))
    assert expert_at(city, code).name
    panel = panel_of(city, a_scored_draw(city))
    with city.reading() as work:
        for row in queries.entries_of(work, panel):
            assert code.encode() not in row.body
