"""Needs selected by an expert panel, from the proposals to the price: verified from the bundle."""

import json
from datetime import timedelta

from sqlalchemy import select

from market.draws import jobs
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState, VoidReason
from market.experts.model import ExpertSitting
from market.experts.rules import SittingOutcome
from market.needs.model import NeedFailure
from market.panels import jobs as panels
from market.quotes import sheets
from market.scoring.queries import scored
from market.scoring.rules import Marks, commitment, document
from market.selfaudit.compare import compare
from tests.market.draws.believing import faults, report
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import enrol
from tests.market.factories.panels import a_pool, a_scored_draw, panel_of
from tests.market.factories.proposals import hand_in
from tests.market.factories.quotes import number_of
from tests.market.factories.scoring import REASON, a_sheet, hand_in_sheet, scores, seated

MINUTE = timedelta(minutes=1)


def states(city):
    with city.reading() as work:
        rows = work.session.execute(
            select(Enrolment.state, Enrolment.reason_code).order_by(Enrolment.sequence)
        )
        return [tuple(row) for row in rows]


def sheet_of(city, draw):
    with city.reading() as work:
        return json.loads(draws.file_of(work, work.session.get_one(Draw, draw.id), sheets.FILE))


def outcomes(city):
    with city.reading() as work:
        return sorted(work.session.scalars(select(ExpertSitting.outcome)))


def failure_of(city, draw):
    with city.reading() as work:
        return work.session.scalars(
            select(NeedFailure.diagnosis).where(NeedFailure.need_id == draw.need_id)
        ).one()


def a_result(city, draw):
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)


def test_the_highest_total_is_listed_alone_as_soon_as_all_sheets_are_in(city):
    draw, panel, members = seated(city)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED
    assert compare(city.here).differences == ()
    rows = [(90, 70, 80, 59), (60, 80, 80, 60), (60, 90, 80, 60), (100,) * 4, (0,) * 4]
    draw = scores(city, draw, members, *rows)  # nobody decides alone, with zeros or with hundreds
    assert draw.state is DrawState.FROZEN
    assert draw.frozen_at < panel.scoring_by_at
    assert states(city) == [
        (EnrolmentState.INELIGIBLE, "total"),
        (EnrolmentState.ENROLLED, None),
        (EnrolmentState.ENROLLED, None),
        (EnrolmentState.INELIGIBLE, "least_total"),
    ]
    sheet = sheet_of(city, draw)
    assert [(line["enrolment"], line["total"]) for line in sheet["firms"]] == [
        (1, "80/1"),
        (2, "80/1"),
        (0, "70/1"),
        (3, "179/3"),
    ]
    for member in sheet["members"]:
        marks = {
            each["enrolment"]: Marks(points=tuple(each["points"]), reason=each["reason"])
            for each in member["marks"]
        }
        exact = document(
            notice=sheet["notice"], panel=sheet["panel"], expert=member["expert"], sheet=marks
        )
        assert commitment(exact, member["salt"]) == member["commitment"]
    draw = a_result(city, draw)
    assert draw.state is DrawState.DRAWN
    (award,) = city.awards(draw.id)
    assert award.price_fen == 9_800_000
    assert award.firm_id in {city.firms[1][0].id, city.firms[2][0].id}
    assert faults(report(city, draw)) == []
    assert outcomes(city) == [SittingOutcome.SAT] * 5
    assert compare(city.here).differences == ()


def test_a_sheet_that_is_missing_when_time_is_over_fails_the_need(city):
    draw, panel, members = seated(city)
    for person in members[:4]:
        hand_in_sheet(city, draw, person, a_sheet((90, 80, 70, 60)))
    city.clock.move_to(panel.scoring_by_at - MINUTE)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED
    city.clock.move_to(panel.scoring_by_at)
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.NOT_SCORED)
    assert "交分的 4 名，没有交齐" in failure_of(city, draw)
    assert outcomes(city) == [SittingOutcome.SAT] * 4 + [SittingOutcome.UNSCORED]
    sheet = sheet_of(city, draw)
    assert (sheet["failed"], sheet["firms"], len(sheet["members"])) == (True, [], 4)
    assert all(mark["reason"] == REASON for one in sheet["members"] for mark in one["marks"])
    assert not any(firm.code in json.dumps(sheet) for firm, _ in city.firms)
    page = site_of(city).as_().get(f"/scoring/{number_of(city, draw)}").text
    assert "已交的评分照样公布" in page
    assert REASON in page
    panels.run_due(city.here)
    assert compare(city.here).differences == ()


def test_a_list_that_is_frozen_too_late_hides_no_scores(city):
    draw, _, members = seated(city)
    for person in members:
        hand_in_sheet(city, draw, person, a_sheet((90, 80, 70, 60)))
    city.clock.move_to(draw.phi_at - 4 * MINUTE)  # the worker stood still for three days
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.FREEZE_MISSED)
    sheet = sheet_of(city, draw)
    totals = [(line["enrolment"], line["total"]) for line in sheet["firms"]]
    assert totals == [(0, "90/1"), (1, "80/1"), (2, "70/1"), (3, "60/1")]
    assert len(sheet["members"]) == sheet["seats"] == 5
    assert outcomes(city) == [SittingOutcome.SAT] * 5
    assert compare(city.here).differences == ()


def test_a_panel_that_is_not_whole_fails_the_need(city):
    a_pool(city)
    draw = a_scored_draw(city)
    enrol(city, draw)
    for _, person in city.firms:
        hand_in(city, draw, person)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    panels.run_due(city.here)
    city.clock.move_to(panel_of(city, draw).phi_at)
    panels.run_due(city.here)
    with city.reading() as work:
        until = scored(work, draw).scoring_by_at
    city.clock.move_to(until)
    panels.run_due(city.here)
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.NOT_SCORED)
    assert "接受评审的 0 名，评审组没有组成" in failure_of(city, draw)


def test_firms_without_a_proposal_do_not_count_and_without_any_nobody_is_troubled(city):
    a_pool(city)
    draw = a_scored_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.TOO_FEW_ELIGIBLE)
    assert "没有提交方案 4 家" in failure_of(city, draw)
    panels.run_due(city.here)
    assert outcomes(city) == []
