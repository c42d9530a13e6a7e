"""Enrolling: in time or not at all, once, only who is eligible, and hidden until the freeze."""

from datetime import timedelta

import pytest

from lottery.entries import decode
from lottery.seed import enrol_commit
from market import log
from market.draws import actions, jobs, queries
from market.draws.errors import (
    AlreadyEnrolledError,
    AlreadyExcludedError,
    EnrolmentClosedError,
    ListFrozenError,
    NoEvidenceError,
    NotEligibleError,
    NotEnrolledError,
    WithdrawnForGoodError,
)
from market.draws.model import Draw
from market.draws.rules import DrawState, EnrolmentState
from market.errors import MissingError
from market.firms import actions as firms
from market.firms.queries import locked as locked_firm
from market.firms.rules import Standing
from market.needs.actions import NoReasonError
from market.needs.rules import NeedState
from tests.market.factories.draws import (
    a_checked_need,
    a_city,
    an_open_draw,
    enrol,
    exclude,
    publish,
    withdraw_notice,
)
from tests.market.factories.firms import a_delegate

SECOND = timedelta(seconds=1)


def enrolment(city, draw, place=0):
    firm, _ = city.firms[place]
    with city.reading() as work:
        return queries.enrolment_of(work, draw, firm)


def test_the_second_before_the_close_is_in_time(city):
    draw = an_open_draw(city)
    city.clock.move_to(draw.enrol_close_at - SECOND)
    enrol(city, draw, city.firms[0][1])
    assert enrolment(city, draw).state is EnrolmentState.ENROLLED


@pytest.mark.parametrize("late", [timedelta(0), SECOND])
def test_the_closing_second_is_too_late_even_if_no_job_has_run(city, late):
    draw = an_open_draw(city)
    city.clock.move_to(draw.enrol_close_at + late)
    assert city.draw(draw.id).state is DrawState.OPEN
    with pytest.raises(EnrolmentClosedError, match="10:00:00"):
        enrol(city, draw, city.firms[0][1])
    assert enrolment(city, draw) is None


def test_a_firm_enrols_once(city):
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    with pytest.raises(AlreadyEnrolledError):
        enrol(city, draw, city.firms[0][1])


def test_an_enrolment_taken_back_stays_so(city):
    draw = an_open_draw(city)
    delegate = city.firms[0][1]
    enrol(city, draw, delegate)
    log.sequence(city.here)
    with city.work(delegate) as work:
        actions.withdraw(work, draw)
    assert enrolment(city, draw).state is EnrolmentState.WITHDRAWN
    with pytest.raises(WithdrawnForGoodError):
        enrol(city, draw, delegate)
    with city.work(delegate) as work, pytest.raises(NotEnrolledError):
        actions.withdraw(work, draw)


def test_an_enrolment_that_waits_for_its_index_cannot_be_taken_back_yet(city):
    draw = an_open_draw(city)
    delegate = city.firms[0][1]
    enrol(city, draw, delegate)
    with city.work(delegate) as work, pytest.raises(log.NotYetLoggedError):
        actions.withdraw(work, draw)


def test_nobody_takes_an_enrolment_back_from_the_close_on(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    with city.work(city.firms[0][1]) as work, pytest.raises(EnrolmentClosedError):
        actions.withdraw(work, draw)


def test_what_the_log_says_of_an_enrolment_opens_only_with_the_salt(city):
    draw = an_open_draw(city)
    [made] = enrol(city, draw, city.firms[0][1])
    with city.reading() as work:
        [row] = queries.entries_of(work, draw, "enrol")
    firm = city.firms[0][0]
    entry = decode(row.body)
    opened = enrol_commit(made.salt, bytes.fromhex(draw.draw_hash), firm.code)
    assert entry.enrol_commit == opened.hex()
    assert firm.code.encode() not in row.body
    assert f"user:{made.enrolled_by_id}".encode() not in row.body


def test_withdrawing_does_not_tell_who_had_enrolled(city):
    draw = an_open_draw(city)
    delegate = city.firms[0][1]
    enrol(city, draw, delegate)
    log.sequence(city.here)
    with city.work(delegate) as work:
        actions.withdraw(work, draw)
    with city.reading() as work:
        [row] = queries.entries_of(work, draw, "withdraw")
    assert b"user:" not in row.body


def test_the_salts_differ(city):
    draw = an_open_draw(city)
    assert len({made.salt for made in enrol(city, draw)}) == 4


def test_a_suspended_firm_is_told_so(city):
    draw = an_open_draw(city)
    firm, delegate = city.firms[0]
    with city.work(city.operator) as work:
        until = work.now + timedelta(days=90)
        firms.set_standing(work, locked_firm(work, firm.id), Standing.SUSPENDED, until, "AJ-1")
    with pytest.raises(NotEligibleError, match="暂停选取资格"):
        enrol(city, draw, delegate)


def test_the_owners_recusals_are_kept(city):
    firm, delegate = city.firms[1]
    draw = an_open_draw(city, recusals=((firm.code, "与本单位存在诉讼"),))
    with pytest.raises(NotEligibleError, match="与本单位存在诉讼"):
        enrol(city, draw, delegate)


def test_a_firm_without_the_service_is_refused(city):
    draw = an_open_draw(city, item_code="ZJ-01-001-01", service_working_days=10)
    with pytest.raises(NotEligibleError, match="没有登记该服务事项"):
        enrol(city, draw, city.firms[0][1])


def test_someone_whose_registration_has_not_begun_finds_nothing(city):
    draw = an_open_draw(city)
    with pytest.raises(MissingError):
        enrol(city, draw, a_delegate(city.here))


def test_one_firm_cannot_be_in_for_two_incompatible_items_of_a_project(fast_here, clock):
    making, judging = "ZJ-01-001-02", "ZJ-01-002-01"
    city = a_city(fast_here, clock, firms=1, item_codes=(making, judging))
    first = an_open_draw(city, item_code=making)
    second = an_open_draw(city, item_code=judging, service_working_days=10)
    delegate = city.firms[0][1]
    enrol(city, first, delegate)
    with pytest.raises(NotEligibleError, match="不相容"):
        enrol(city, second, delegate)
    elsewhere = an_open_draw(
        city,
        item_code=judging,
        service_working_days=10,
        project_code="2603-440100-04-01-999999",
        project_name="城西片区道路工程",
    )
    assert enrol(city, elsewhere, delegate)


def test_an_excluded_firm_is_refused_and_may_read_why(city):
    draw = an_open_draw(city)
    firm, delegate = city.firms[0]
    exclude(city, draw, firm.code)
    with pytest.raises(NotEligibleError, match="提供虚假材料"):
        enrol(city, draw, delegate)


def test_excluding_answers_alike_whether_or_not_the_firm_has_enrolled(city):
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    enrolled, absent = (exclude(city, draw, firm.code) for firm, _ in city.firms[:2])
    assert enrolled.ground is absent.ground
    assert enrolment(city, draw).state is EnrolmentState.ENROLLED


def test_excluding_needs_facts_and_happens_once(city):
    draw = an_open_draw(city)
    code = city.firms[0][0].code
    with pytest.raises(NoEvidenceError):
        exclude(city, draw, code, evidence="不合适")
    exclude(city, draw, code)
    with pytest.raises(AlreadyExcludedError):
        exclude(city, draw, code)


def test_an_excluded_firm_falls_out_at_the_freeze_and_nobody_can_be_excluded_later(city, clock):
    draw = an_open_draw(city)
    enrol(city, draw)
    exclude(city, draw, city.firms[2][0].code)
    clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.FROZEN
    assert enrolment(city, draw, 2).reason_code == "exclusion"
    with pytest.raises(ListFrozenError):
        exclude(city, draw, city.firms[0][0].code)


def test_the_owner_can_withdraw_until_the_close_and_the_draw_is_void(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    withdraw_notice(city, draw)
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "owner_withdrew")
    assert draw.next_check_at is None
    assert city.need(draw.id).state is NeedState.WITHDRAWN
    with pytest.raises(EnrolmentClosedError):
        enrol(city, draw, city.firms[0][1])


def test_the_owner_cannot_withdraw_without_a_reason_or_from_the_close_on(city):
    draw = an_open_draw(city)
    with city.work(city.clerk) as work, pytest.raises(NoReasonError):
        actions.ask_withdrawal(work, city.need(draw.id), "")
    assert city.draw(draw.id).state is DrawState.OPEN
    city.clock.move_to(draw.enrol_close_at)
    with city.work(city.clerk) as work, pytest.raises(EnrolmentClosedError):
        actions.ask_withdrawal(work, city.need(draw.id), "项目资金计划调整，暂缓实施")
    assert city.need(draw.id).state is NeedState.OPEN


def test_a_need_is_published_once(city):
    need = a_checked_need(city)
    publish(city, need)
    with pytest.raises(Exception, match="需求当前状态不能办理此操作"):
        publish(city, need)


def test_a_firm_that_enrolled_in_another_draw_is_not_in_this_one(city):
    one, other = an_open_draw(city), an_open_draw(city)
    enrol(city, one, city.firms[0][1])
    assert enrolment(city, other) is None


def test_the_open_draw_knows_its_draw_by_number(city):
    draw = an_open_draw(city)
    with city.reading() as work:
        number = queries.number_of(work, draw)
        assert queries.by_number(work, number).id == draw.id
        with pytest.raises(MissingError):
            queries.by_number(work, "GG-2026-999999")
        assert work.session.get(Draw, draw.id).draw_hash == draw.draw_hash
