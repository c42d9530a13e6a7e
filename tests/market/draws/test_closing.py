"""Close, freeze and what ends a draw before its list is fixed."""

from datetime import timedelta

import pytest

from lottery.entries import Close, Freeze, Ineligible, decode
from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.draws import actions, jobs, queries
from market.draws.bundles import bundle_of
from market.draws.rules import LATEST_FREEZE, DrawState, EnrolmentState
from market.firms import actions as firms
from market.firms.queries import locked as locked_firm
from market.firms.rules import Standing
from market.needs import actions as needs
from market.needs.queries import locked as locked_need
from market.needs.rules import NeedState
from tests.market.factories.draws import (
    a_drawn_draw,
    a_frozen_draw,
    an_open_draw,
    enrol,
    publish,
)


def delegates(city, number):
    return [person for _, person in city.firms[:number]]


def entry(city, draw, kind):
    with city.reading() as work:
        [row] = queries.entries_of(work, draw, kind)
    return decode(row.body)


def close(city, draw):
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)


def blacklist(city, place):
    with city.work(city.operator) as work:
        until = work.now + timedelta(days=365)
        firm = locked_firm(work, city.firms[place][0].id)
        firms.set_standing(work, firm, Standing.BLACKLISTED, until, "AJ-2")


def report(city, draw):
    with city.reading() as work:
        data = bundle_of(work, city.here, draw)
    return examine(data, parse_policy(city.policy().encode()))


def faults(found):
    return [(check.name, check.detail.en) for check in found.checks if not check.ok]


def test_nothing_happens_a_second_before_the_close(city):
    draw = an_open_draw(city)
    city.clock.move_to(draw.enrol_close_at - timedelta(seconds=1))
    assert jobs.run_due(city.here) == 0
    assert city.draw(draw.id).state is DrawState.OPEN


def test_the_close_counts_and_the_freeze_lists_everyone(city):
    draw = a_frozen_draw(city)
    closed, frozen = entry(city, draw, "close"), entry(city, draw, "freeze")
    assert isinstance(closed, Close)
    assert isinstance(frozen, Freeze)
    assert (closed.enrolled, frozen.n, frozen.enrolled) == (4, 4, 4)
    assert draw.closed_at == draw.frozen_at == draw.enrol_close_at
    assert draw.next_check_at == draw.phi_at
    with city.reading() as work:
        assert queries.file_of(work, draw, "list.ndjson").count(b"\n") == 4
        cut = queries.cut_of(work, draw)
        [freeze] = queries.entries_of(work, draw, "freeze")
        assert queries.index_of(work, freeze.submission_id) < cut.size
    assert city.need(draw.id).state is NeedState.DRAWING


def test_whoever_lost_eligibility_since_falls_out_at_the_freeze(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    blacklist(city, 3)
    draw = close(city, draw)
    assert draw.state is DrawState.FROZEN
    removed, frozen = entry(city, draw, "ineligible"), entry(city, draw, "freeze")
    assert isinstance(removed, Ineligible)
    assert (removed.reason, removed.officer) == ("standing", "platform")
    assert (frozen.n, frozen.enrolled, frozen.ineligible) == (3, 4, 1)
    with city.reading() as work:
        states = [e.state for e in queries.enrolments_of(work, draw)]
        assert city.firms[3][0].code.encode() not in queries.file_of(work, draw, "list.ndjson")
    assert states.count(EnrolmentState.INELIGIBLE) == 1


def test_withdrawals_are_counted_and_the_bundle_verifies(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    log.sequence(city.here)
    with city.work(city.firms[0][1]) as work:
        actions.withdraw(work, draw)
    draw = close(city, draw)
    assert entry(city, draw, "freeze").withdrawn == 1
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    assert faults(report(city, city.draw(draw.id))) == []


@pytest.mark.parametrize("number", [0, 1, 2])
def test_too_few_enrolments_end_the_draw_at_the_close(city, number):
    draw = an_open_draw(city)
    if number:
        enrol(city, draw, *delegates(city, number))
    draw = close(city, draw)
    need = city.need(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "too_few_enrolled")
    assert need.state is NeedState.FAILED
    assert f"有效报名 {number} 家" in need.failure
    assert "少于要求的 3 家" in need.failure
    assert "共 4 家" in need.failure or "4 家机构均符合条件" in need.failure
    assert faults(report(city, draw)) == []


def test_too_few_eligible_firms_end_the_draw_at_the_freeze(city):
    draw = an_open_draw(city)
    enrol(city, draw, *delegates(city, 3))
    blacklist(city, 0)
    draw = close(city, draw)
    need = city.need(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "too_few_eligible")
    assert need.state is NeedState.FAILED
    assert "合格 2 家" in need.failure
    assert "信用状态 1 家" in need.failure
    assert faults(report(city, draw)) == []


def test_the_diagnosis_names_nobody(city):
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    close(city, draw)
    failure = city.need(draw.id).failure
    assert not any(firm.name in failure or firm.code in failure for firm, _ in city.firms)


def renotice(city, draw):
    with city.work(city.clerk) as work:
        need = locked_need(work, draw.need_id)
        needs.renotice(work, need)
    with city.work(city.approver) as work:
        needs.approve(work, locked_need(work, draw.need_id))
    return publish(city, city.need(draw.id))


def test_a_second_notice_continues_the_first_and_needs_fewer_firms(city):
    first = an_open_draw(city)
    enrol(city, first, *delegates(city, 2))
    close(city, first)
    second = renotice(city, first)
    assert (second.attempt, second.series_attempt) == (2, 2)
    assert entry(city, second, "notice").prev == first.draw_hash
    enrol(city, second, *delegates(city, 2))
    second = close(city, second)
    assert second.state is DrawState.FROZEN
    city.clock.move_to(second.phi_at)
    jobs.run_due(city.here)
    assert faults(report(city, city.draw(second.id))) == []


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(minutes=25)])
def test_a_list_that_missed_its_time_is_frozen_late_and_shows_it(city, late):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.freeze_by_at + late)
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.FROZEN
    assert draw.frozen_at == draw.freeze_by_at + late
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    found = report(city, city.draw(draw.id))
    assert faults(found) == []
    [deadlines] = [check for check in found.checks if check.name == "V13"]
    assert deadlines.outcome == "flagged"


def test_a_list_that_could_not_be_witnessed_any_more_is_void(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.phi_at - LATEST_FREEZE + timedelta(seconds=1))
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "freeze_missed")
    assert "未能在" in city.need(draw.id).failure
    assert faults(report(city, draw)) == []


def test_calling_off_after_the_last_value_shows(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.phi_at + timedelta(minutes=1))
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.VOID
    assert [name for name, _ in faults(report(city, draw))] == ["V12"]


def test_a_late_result_is_the_same_result_and_says_that_it_is_late(city):
    draw = a_frozen_draw(city)
    city.clock.move_to(draw.result_by_at + timedelta(hours=3))
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert draw.drawn_at == city.clock()
    found = report(city, draw)
    assert faults(found) == []
    [deadlines] = [check for check in found.checks if check.name == "V13"]
    assert deadlines.outcome == "flagged"


def test_running_again_changes_nothing(city):
    draw = a_drawn_draw(city)
    with city.reading() as work:
        before = [(row.type, row.body) for row in queries.entries_of(work, draw)]
    assert jobs.run_due(city.here) == 0
    assert jobs.advance(city.here, draw.id) == 0
    with city.reading() as work:
        assert [(row.type, row.body) for row in queries.entries_of(work, draw)] == before


def test_one_draw_that_cannot_go_on_does_not_stop_the_others(city, caplog):
    stuck, fine = an_open_draw(city), an_open_draw(city)
    enrol(city, stuck)
    enrol(city, fine)
    with city.work() as work:
        locked_need(work, stuck.need_id).regulation_id = "no-such-regulation"
    close(city, fine)
    assert city.draw(fine.id).state is DrawState.FROZEN
    assert city.draw(stuck.id).state is DrawState.CLOSED
    assert "could not be advanced" in caplog.text
