"""What a cheat tries in a live session, and why it comes to nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from market.affiliations.rules import PartyRole
from market.bidding import queries
from market.bidding.errors import AboveDisclosedError
from market.bidding.journal import BidPlaced
from market.bidding.judging import BidLowest, is_own_doing
from market.bidding.model import BidVerdict
from market.bidding.rules import Verdict
from market.credit import jobs as credit_jobs
from market.credit.model import Breach
from market.credit.rules import BreachKind
from market.draws import actions as draws
from market.draws import jobs, methods
from market.draws import queries as queries_of_draws
from market.draws.eligibility import Rule
from market.draws.model import Draw
from market.draws.rules import DrawState, ExclusionGround, VoidReason
from market.firms import queries as firms
from market.firms.actions import leave, publish_fee, withdraw_service
from market.firms.actions.staff import remove_staff
from market.firms.errors import BoundError
from market.firms.service_ties import ServiceHeldError, ServiceNeedsPersonError
from market.journal import encode
from market.needs.queries import failures_of
from market.needs.rules import FailureReason, NeedState
from market.selfaudit.compare import compare
from tests.market.draws.believing import faults, report
from tests.market.factories.affiliations import a_declaration, an_organisation
from tests.market.factories.bidding import a_bid_draw, a_result, a_session, bid, freeze, held, lapse
from tests.market.factories.draws import ITEM, a_city, enrol
from tests.market.factories.draws import exclude as excluded
from tests.market.factories.firms import a_fee

FLOOR = 5_000_000
WITH_STAFF = "ZJ-01-003-01"


def shill_and_friends(city, **differences):
    """Let the first firm bid the floor and its friends stay near the ceiling; end the session."""
    draw = a_session(city, **differences)
    people = [person for _, person in city.firms]
    for place, fen in ((1, 9_700_000), (2, 9_500_000), (3, 9_300_000), (0, FLOOR)):
        bid(city, draw, people[place], fen)
    city.clock.move_to(held(city, draw).end_at)
    return draw


def exclude(city, place):
    with city.work(city.operator) as work:
        draw = work.session.scalars(select(Draw)).one()
        code = city.firms[place][0].code
    words = "两家机构的报名材料出自同一台电脑。"
    excluded(city, draw, code, ground=ExclusionGround.COLLUSION, evidence=words)


def verdicts_of(city):
    with city.reading() as work:
        rows = work.session.execute(
            select(BidVerdict.enrolment_id, BidVerdict.verdict).order_by(BidVerdict.enrolment_id)
        )
        return [verdict for _, verdict in rows]


def breaches(city):
    credit_jobs.sweep(city.here)
    with city.reading() as work:
        found = work.session.execute(select(Breach.firm_id, Breach.kind, Breach.points))
        return [tuple(row) for row in found]


def test_the_friends_of_a_shill_whose_certificate_lapses_win_nothing(city):
    draw = shill_and_friends(city)
    lapse(city, 0)
    draw = freeze(city, draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.LOWEST_LOST)
    need = city.need(draw.id)
    assert need.state is NeedState.FAILED
    with city.reading() as work:
        (failure,) = failures_of(work, need)
    assert failure.reason == FailureReason.LOWEST_LOST
    assert "报名序号 1）" in failure.diagnosis
    assert "服务事项登记 1 家" in failure.diagnosis
    assert city.awards(draw.id) == []
    assert verdicts_of(city)[0] is Verdict.LEFT
    assert breaches(city) == [(city.firms[0][0].id, BreachKind.BID_ABANDONED, 10)]
    assert credit_jobs.sweep(city.here) == 0
    # Only what the test itself changed to let the certificate lapse.
    assert {one.table for one in compare(city.here).differences} == {"firm_qualification"}
    assert faults(report(city, draw)) == []


def test_whom_an_officer_excludes_leaves_the_place_to_nobody_either(city):
    """The session fails all the same; but what the officer found is not this breach."""
    draw = shill_and_friends(city)
    exclude(city, 0)
    draw = freeze(city, draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.LOWEST_LOST)
    assert verdicts_of(city)[0] is Verdict.LOST
    assert breaches(city) == []


def behind(city, place, code):
    """Let a firm declare that an organisation controls it."""
    parties = (an_organisation(code, PartyRole.CONTROLLER),)
    a_declaration(city.here, city.firms[place][1], parties=parties)


def test_an_interest_that_others_declare_is_not_the_firms_own_doing(fast_here, clock):
    city = a_city(fast_here, clock, firms=5)
    behind(city, 0, city.firms[4][0].code)
    draw = shill_and_friends(city)
    behind(city, 4, city.clerk.actor.org_code)
    draw = freeze(city, draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.LOWEST_LOST)
    assert verdicts_of(city)[0] is Verdict.LOST
    assert breaches(city) == []


def test_an_interest_that_the_firm_declares_to_get_away_is(city):
    draw = shill_and_friends(city)
    behind(city, 0, city.clerk.actor.org_code)
    freeze(city, draw)
    assert verdicts_of(city)[0] is Verdict.LEFT


def test_a_ticket_that_an_officer_found_to_be_shared_is_not_either(city):
    draw = a_session(city)
    bid(city, draw, city.firms[1][1], FLOOR)
    with city.work() as work:
        row = queries_of_draws.enrolment_of(work, draw, city.firms[1][0])
        row.reason_code = Rule.TICKET
        assert not is_own_doing(work, row)
        row.reason_code = Rule.SERVICE
        assert is_own_doing(work, row)


def test_one_of_several_at_the_floor_is_missed_as_well(city):
    """Else an officer could choose among equals by excluding all but one."""
    draw = a_session(city)
    for place in (0, 1, 2):
        bid(city, draw, city.firms[place][1], FLOOR)
    exclude(city, 2)
    draw = freeze(city, draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.LOWEST_LOST)


def test_who_did_not_hold_the_lowest_is_not_missed(city):
    draw = shill_and_friends(city)
    lapse(city, 1)
    draw = a_result(city, draw)
    (award,) = city.awards(draw.id)
    assert (award.firm_id, award.price_fen) == (city.firms[0][0].id, FLOOR)


def test_a_firm_in_a_session_cannot_stop_the_service_or_leave(city):
    draw = a_bid_draw(city)
    enrol(city, draw)
    firm, person = city.firms[0]

    def stop():
        with city.work(person) as work:
            own = firms.own(work)
            withdraw_service(work, own, firms.service(work, firm.id, ITEM))

    with pytest.raises(ServiceHeldError, match="先撤回报名"):
        stop()
    with city.work(person) as work, pytest.raises(BoundError):
        leave(work, firms.own(work))
    jobs.log.sequence(city.here)
    with city.work(person) as work:
        draws.withdraw(work, draw)
    stop()
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    firm, person = city.firms[1]
    with pytest.raises(ServiceHeldError):
        stop()
    assert city.draw(draw.id).state is DrawState.CLOSED


def test_no_bid_is_above_what_the_firm_itself_published(city):
    firm, person = city.firms[0]
    with city.work(person) as work:
        publish_fee(work, firms.own(work), ITEM, a_fee(work.today, amount_fen=7_000_000))
    draw = a_session(city)
    with pytest.raises(AboveDisclosedError, match=r"70,000\.00 元"):
        bid(city, draw, person, 9_000_000)
    bid(city, draw, city.firms[1][1], 9_000_000)
    with pytest.raises(AboveDisclosedError):
        bid(city, draw, person, 7_000_001)
    assert bid(city, draw, person, 7_000_000).amount_fen == 7_000_000
    bid(city, draw, city.firms[2][1], 6_000_000)
    # What it publishes while the session runs changes nothing.
    with city.work(person) as work:
        publish_fee(work, firms.own(work), ITEM, a_fee(work.today, amount_fen=1_000_000))
    assert bid(city, draw, person, 5_500_000).amount_fen == 5_500_000
    draw = a_result(city, draw)
    (award,) = city.awards(draw.id)
    assert (award.firm_id, award.price_fen) == (firm.id, 5_500_000)


def test_a_person_without_whom_the_firm_would_lose_its_place_stays_till_the_list(fast_here, clock):
    """An item that asks for people: to register that one has left is a way out as well."""
    city = a_city(fast_here, clock, firms=1, item_codes=(WITH_STAFF,))
    firm, person = city.firms[0]
    draw = a_bid_draw(city, item_code=WITH_STAFF, service_working_days=10, staff_required=1)
    enrol(city, draw)

    def let_go():
        with city.work(person) as work:
            (member,) = firms.staff(work, firm.id)
            remove_staff(work, firms.own(work), member)

    with pytest.raises(ServiceNeedsPersonError, match="先补足人员"):
        let_go()
    jobs.log.sequence(city.here)
    with city.work(person) as work:
        draws.withdraw(work, draw)
    let_go()


def test_a_notice_from_before_these_rules_keeps_its_own(city):
    """What it said is judged by what it said: the eligible firms' lowest bid, and no limit."""
    draw = shill_and_friends(city)
    lapse(city, 0)
    jobs.log.sequence(city.here)
    with city.work() as work:
        found = work.session.get_one(Draw, draw.id)
        terms = replace(methods.terms_of(work, found), session=0)
        listed = [each for each in queries_of_draws.enrolments_of(work, found) if each.sequence]
        city.clock.move_to(held(city, draw).hard_end_at)
        judged = BidLowest().judge(replace(work, now=city.clock()), found, terms, listed)
    assert judged.failed == ""
    assert len(judged.passed_over) == 2
    assert judged.refused == {}


def test_what_is_logged_after_the_list_belongs_to_no_session(city):
    """The judge reads the log up to the list: what comes later can neither slow nor stop it."""
    draw = shill_and_friends(city)
    draw = freeze(city, draw)
    with city.work() as work:
        entry = BidPlaced(draw=draw.draw_hash, number=9, enrolment=1, amount_fen=1)
        work.submit(encode(entry, by="firm", at=work.now))
    jobs.log.sequence(city.here)
    with city.reading() as work:
        queries.check_rows(work, queries.held(work, work.session.get_one(Draw, draw.id)))
    draw = a_result(city, draw)
    assert draw.state is DrawState.DRAWN
    (award,) = city.awards(draw.id)
    assert award.price_fen == FLOOR
