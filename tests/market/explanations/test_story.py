"""A firm that asks for very little explains it, or loses the place to the next of the draw."""

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.calendar import default_calendar
from market.clock import beijing_day
from market.contracts import jobs as contract_jobs
from market.contracts.signing.queries import cases_of
from market.contracts.signing.rules import SigningState
from market.credit import jobs as credit_jobs
from market.draws import actions as draw_actions
from market.draws import jobs as draw_jobs
from market.draws import queries as draws
from market.draws.rules import AwardState
from market.errors import MissingError, SeparationOfDutiesError
from market.explanations import actions, jobs, queries
from market.explanations.errors import (
    ExplanationLateError,
    ExplanationReasonError,
    NotExplainedError,
)
from market.explanations.rules import Cost, ExplanationState, IllegalExplanationMoveError
from tests.market.draws.believing import faults, report
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import file_it
from tests.market.factories.credit import a_decider, an_officer
from tests.market.factories.draws import Drawn, a_city
from tests.market.factories.firms import PASSWORD
from tests.market.factories.quotes import a_quoted_result

TEXT = "本项目与在做的相邻标段共用现场和资料，人工和现场费用按实际投入列出，质量不受影响。"
COSTS = {Cost.STAFF: 3_000_000, Cost.FIELD: 500_000, Cost.TAX: 300_000, Cost.PROFIT: 200_000}
S = ExplanationState


@pytest.fixture
def city(fast_here, clock):
    """A city of four firms."""
    return a_city(fast_here, clock, firms=4)


def a_low_result(city, *yuan):
    """Return a draw whose lowest quotes are marked, and its award."""
    draw = a_quoted_result(city, *(yuan or (90_000, 40_000, 88_000)))
    jobs.sweep(city.here)
    return draw, city.awards(draw.id)[-1]


def winner(city, award):
    return next(person for firm, person in city.firms if firm.id == award.firm_id)


def row_of(city, award):
    with city.reading() as work:
        return queries.of_award(work, award)


def explain(city, award, costs=COSTS, text=TEXT):
    with city.work(winner(city, award)) as work:
        actions.answer(work, *queries.for_firm(work, award.number), costs=costs, text=text)


def judged(city, award, *, accepts, groups=("01",)):
    """Let the operator and the authority agree on an explanation."""
    with city.work(city.operator) as work:
        found = queries.locked(work, award.number)
        actions.check(work, *found, accepts=accepts, text=TEXT)
    with city.work(a_decider(city.here, *groups)) as work:
        found = queries.for_authority(work, award.number)
        actions.decide(work, *found, accepts=accepts, text=TEXT)


def confirmed(city, award):
    city.clock.move_to(award.publicity_ends_at)
    draw_jobs.run_due(city.here)
    with city.work(winner(city, award)) as work:
        draw_actions.confirm(work, draws.own_award(work, award.number))


def test_nothing_is_asked_where_nothing_is_marked(city):
    _, award = a_low_result(city, 90_000, 75_000, 88_000)
    assert row_of(city, award) is None
    assert jobs.sweep(city.here) == 0


def test_an_explained_price_is_signed_for_and_an_unexplained_one_is_not(city):
    draw, award = a_low_result(city)
    row = row_of(city, award)
    assert (row.state, row.amount_fen) == (S.ASKED, 4_000_000)
    today = beijing_day(city.clock())
    assert row.due_at == default_calendar().due_at(today, 2)
    explain(city, award)
    confirmed(city, award)
    drawn = Drawn(city, city.need(draw.id), draw, city.awards(draw.id)[0])
    with pytest.raises(NotExplainedError):
        file_it(drawn, winner(city, award), price_fen=4_000_000)
    judged(city, award, accepts=True)
    assert row_of(city, award).state is S.ACCEPTED
    agreed = file_it(drawn, winner(city, award), price_fen=4_000_000)
    assert agreed.contract().price_fen == 4_000_000
    with city.here.sessions() as session:
        said = b"\n".join(
            session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()
    assert said.count("explanation.moved.v1") == 4


def test_a_rejected_one_calls_the_next_of_the_same_draw_who_is_asked_too(city):
    draw, award = a_low_result(city, 97_000, 40_000, 40_000, 97_000)
    explain(city, award)
    judged(city, award, accepts=False)
    first, second = city.awards(draw.id)
    assert (first.state, first.reason) == (AwardState.DISQUALIFIED, actions.REJECTED)
    assert (second.state, second.rank) == (AwardState.PUBLICITY, 2)
    assert faults(report(city, draw)) == []
    assert jobs.sweep(city.here) == 1
    assert row_of(city, second).state is S.ASKED


@pytest.mark.parametrize("goes_on", [False, True])
def test_silence_is_a_rejection_whenever_it_is_found(city, goes_on):
    draw, award = a_low_result(city)
    row = row_of(city, award)
    if goes_on:
        confirmed(city, award)
    if city.clock() < row.due_at:
        city.clock.move_to(row.due_at)
    with pytest.raises(ExplanationLateError):
        explain(city, award)
    assert jobs.sweep(city.here) == 1
    assert jobs.sweep(city.here) == 0
    (award,) = city.awards(draw.id)
    assert (award.state, award.reason) == (AwardState.DISQUALIFIED, actions.SILENT)
    assert row_of(city, award).state is S.SILENT
    assert faults(report(city, draw)) == []


def test_two_people_of_two_organisations_decide_in_their_order(city):
    _, award = a_low_result(city)
    with city.work(city.operator) as work, pytest.raises(IllegalExplanationMoveError):
        actions.check(work, *queries.locked(work, award.number), accepts=True, text=TEXT)
    for person in (city.clerk, *(who for _, who in city.firms if who != winner(city, award))):
        with city.work(person) as work, pytest.raises(MissingError):
            queries.for_firm(work, award.number)
    with pytest.raises(ExplanationReasonError):
        explain(city, award, text="便宜")
    explain(city, award)
    with pytest.raises(IllegalExplanationMoveError):
        explain(city, award)
    decider = a_decider(city.here)
    with city.work(decider) as work:
        found = queries.for_authority(work, award.number)
        with pytest.raises(IllegalExplanationMoveError):
            actions.decide(work, *found, accepts=True, text=TEXT)
        actions.check(work, *found, accepts=True, text=TEXT)
    with city.work(decider) as work:
        found = queries.for_authority(work, award.number)
        with pytest.raises(SeparationOfDutiesError):
            actions.decide(work, *found, accepts=True, text=TEXT)
    with city.work(a_decider(city.here, "07")) as work, pytest.raises(MissingError):
        queries.for_authority(work, award.number)


def test_an_award_that_ended_otherwise_needs_no_explanation(city):
    _, award = a_low_result(city)
    with city.work(winner(city, award)) as work:
        found = draws.own_award(work, award.number)
        draw_actions.decline(work, found, "人员另有安排，不能承接。")
    assert jobs.sweep(city.here) == 1
    assert row_of(city, award).state is S.CLOSED


def test_the_whole_way_on_the_web(app, city):
    _, award = a_low_result(city)
    path = f"/explanations/{award.number}"

    def as_(person):
        browser = app.test_client()
        sign_in(browser, person.user, PASSWORD)
        return browser

    def sent(browser, deed, **data):
        version = str(row_of(city, award).version)
        return browser.post(f"{path}/{deed}", data={"version": version, "text": TEXT} | data)

    firm = as_(winner(city, award))
    assert path in firm.get("/workbench").text
    typed = {"staff": "30000", "field": "5000", "tax": "3000"}
    refused = sent(firm, "answer", **typed)
    assert (refused.status_code, "38,000.00" in refused.text) == (409, True)
    assert 'value="30000"' in refused.text
    assert sent(firm, "answer", **typed, profit="2000").status_code == 303
    operator = as_(city.operator)
    assert "提出意见" in operator.get("/workbench").text
    assert sent(operator, "check", outcome="accept").status_code == 303
    decider = as_(a_decider(city.here, "01"))
    assert path in decider.get("/workbench").text
    assert sent(decider, "decide", outcome="accept").status_code == 303
    shown = app.test_client().get(path).text
    assert ("说明成立" in shown, TEXT in shown, "30,000.00" in shown) == (True, True, True)
    again = sent(decider, "decide", outcome="reject")
    assert (again.status_code, "没有办理" in again.text) == (409, True)


def test_an_operator_that_is_late_leaves_the_opinion_to_the_authority(city):
    _, award = a_low_result(city)
    explain(city, award)
    officer = an_officer(city.here, "01")
    with city.work(officer) as work, pytest.raises(IllegalExplanationMoveError):
        actions.check_late(
            work, *queries.for_authority(work, award.number), accepts=True, text=TEXT
        )
    city.clock.move_to(row_of(city, award).due_at)
    assert (jobs.sweep(city.here), jobs.sweep(city.here)) == (1, 0)
    row = row_of(city, award)
    assert (row.state, row.advised_late) == (S.ESCALATED, True)
    assert row.due_at == default_calendar().due_at(beijing_day(city.clock()), 2)
    with city.work(city.operator) as work, pytest.raises(IllegalExplanationMoveError):
        actions.check(work, *queries.locked(work, award.number), accepts=True, text=TEXT)
    for person, sees in ((officer, 1), (an_officer(city.here, "07"), 0)):
        with city.work(person) as work:
            assert len(queries.in_state(work, S.ESCALATED)) == sees
    with city.work(officer) as work:
        found = queries.for_authority(work, award.number)
        actions.check_late(work, *found, accepts=True, text=TEXT)
    city.clock.move_to(row_of(city, award).due_at)
    with city.reading() as work:
        assert [found.id for found, _, _ in queries.late(work)] == [row.id]
    with city.work(a_decider(city.here, "01")) as work:
        found = queries.for_authority(work, award.number)
        actions.decide(work, *found, accepts=True, text=TEXT)
    row = row_of(city, award)
    assert (row.state, row.decided_late) == (S.ACCEPTED, True)


def test_the_time_to_sign_stops_while_a_price_is_explained(city):
    draw, award = a_low_result(city)
    explain(city, award)
    confirmed(city, award)
    city.clock.move_to(city.awards(draw.id)[0].sign_by_at)
    contract_jobs.sweep(city.here)
    assert city.awards(draw.id)[0].state is AwardState.CONFIRMED
    judged(city, award, accepts=True)
    again = city.awards(draw.id)[0]
    assert again.sign_by_at == default_calendar().due_at(beijing_day(city.clock()), 10)
    city.clock.move_to(again.sign_by_at)
    contract_jobs.sweep(city.here)
    assert city.awards(draw.id)[0].state is AwardState.UNSIGNED


def test_a_price_rejected_after_the_time_to_sign_ends_the_finding_and_is_no_breach(city):
    draw = a_quoted_result(city, 90_000, 40_000, 88_000)
    award = city.awards(draw.id)[-1]
    confirmed(city, award)
    city.clock.move_to(city.awards(draw.id)[0].sign_by_at)
    contract_jobs.sweep(city.here)  # The sweep that asks was down until now.
    assert city.awards(draw.id)[0].state is AwardState.UNSIGNED
    assert jobs.sweep(city.here) == 1
    explain(city, award)
    judged(city, award, accepts=False)
    [award] = city.awards(draw.id)
    assert (award.state, award.reason) == (AwardState.DISQUALIFIED, actions.REJECTED)
    with city.reading() as work:
        assert cases_of(work, award.id)[0].state is SigningState.MOOT
    assert credit_jobs.sweep(city.here) == 0
