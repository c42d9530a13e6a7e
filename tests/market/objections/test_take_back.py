"""Whoever proposed what to decide takes it back until it is decided, and gains no time by it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.access import OrgKind, Role
from market.clocks.rules import ClockState
from market.draws.rules import AwardState
from market.errors import MissingError
from market.objections import actions, hearing, queries, timing
from market.objections.errors import TooShortError
from market.objections.model import ObjectionStep
from market.objections.publication import is_published
from market.objections.rules import (
    Ground,
    IllegalObjectionMoveError,
    ObjectionMove,
    ObjectionState,
    Outcome,
)
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import (
    ANSWER,
    DECISION,
    again,
    another_firm,
    answered,
    basis,
    decided,
    officers,
    raised,
)

WHY = "核对时看错了证书的有效期，撤回这次提出的意见，重新核实。"


@pytest.fixture
def drawn(city, clock):
    return a_drawn_need(city.here, clock, city=city)


def take_back(city, person, one, words=WHY):
    with city.work(person) as work:
        actions.take_back(work, queries.by_number(work, one.number), words)
    return again(city, one)


def moves(city, one):
    with city.reading() as work:
        return [step.move for step in queries.steps_of(work, one)]


def test_the_operator_has_what_was_left_of_its_term(city, drawn, clock):
    _, decider = officers(city)
    raised_one = raised(drawn)
    clock.advance(timedelta(hours=1))
    one = answered(city, raised_one, Outcome.ANNUL)
    for other in (decider, another_firm(drawn)):
        with pytest.raises(MissingError):
            take_back(city, other, one)
    with pytest.raises(TooShortError):
        take_back(city, city.operator, one, "错了")
    one = take_back(city, city.operator, one)
    assert (one.state, one.due_at) == (ObjectionState.OPEN, raised_one.due_at)
    with city.reading() as work:
        assert not hearing.open_of(work, one)
        timed = timing.of(work, one)
        assert (timed.state, timed.due_at) == (ClockState.RUNNING, one.due_at)
        assert queries.steps_of(work, one)[-1].text == WHY
    one = answered(city, one)
    assert one.state is ObjectionState.ANSWERED
    with city.reading() as work:
        assert timing.of(work, one).state is ClockState.STOPPED
    with pytest.raises(IllegalObjectionMoveError):
        take_back(city, city.operator, one)


def test_on_the_last_day_of_its_term_nothing_is_timed_any_more(city, drawn, clock):
    one = raised(drawn)
    due_at = one.due_at
    one = answered(city, one, Outcome.ANNUL)
    clock.move_to(due_at - timedelta(hours=1))
    one = take_back(city, city.operator, one)
    assert (one.state, one.due_at) == (ObjectionState.OPEN, due_at)
    assert answered(city, one).state is ObjectionState.ANSWERED


@pytest.mark.parametrize("sent_back", [False, True])
def test_what_was_taken_back_or_sent_back_is_no_finding_any_more(city, drawn, sent_back):
    _, decider = officers(city)
    one = answered(city, raised(drawn, ground=Ground.PROCEDURE), Outcome.ANNUL_RESULT)
    assert one.clause
    assert one.fact
    if sent_back:
        one = decided(city, one, decider, agree=False)
    else:
        one = take_back(city, city.operator, one)
    assert (one.clause, one.fact, one.proposed) == ("", None, None)
    assert "查明的事实" not in site_of(city).as_().get(f"/objections/{one.number}").text
    assert compare(city.here).differences == ()


def test_after_its_term_the_operator_leaves_it_to_the_authority(city, drawn, clock):
    one = raised(drawn)
    due_at = one.due_at
    one = answered(city, one, Outcome.ANNUL)
    clock.move_to(due_at)
    one = take_back(city, city.operator, one)
    assert one.state is ObjectionState.COMPLAINED
    assert moves(city, one)[-2:] == [ObjectionMove.RETRACT, ObjectionMove.ESCALATE]
    assert one.due_at > due_at
    with city.reading() as work:
        assert timing.of(work, one).state is ClockState.STOPPED


def test_an_officer_goes_on_examining_and_whoever_is_asked_anew_is_heard_anew(city, drawn, clock):
    officer, decider = officers(city)
    one = decided(city, answered(city, raised(drawn), Outcome.ANNUL), decider, agree=False)
    clock.advance(timedelta(hours=1))
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.ANNUL, ANSWER, basis=basis())
    one = again(city, one)
    with pytest.raises(MissingError):
        take_back(city, city.operator, one)
    due_at = one.due_at
    one = take_back(city, officer, one)
    assert (one.state, one.due_at) == (ObjectionState.EXAMINING, due_at)
    clock.advance(timedelta(hours=1))
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.ANNUL, ANSWER, basis=basis())
    with city.reading() as work:
        assert hearing.waits(work, one) is not None
    assert decided(city, again(city, one), decider).state is ObjectionState.UPHELD


def test_the_page_offers_it_to_the_proposer_and_everybody_reads_why(city, drawn):
    _, decider = officers(city)
    one = answered(city, raised(drawn), Outcome.ANNUL)
    site, url = site_of(city), f"/objections/{one.number}"
    data = {"version": str(one.version), "why_taken_back": WHY}
    for other in (decider, drawn.delegate):
        assert "take-back" not in site.as_(other).get(url).text
        assert site.as_(other).post(f"{url}/take-back", data=data).status_code == 404
    assert f"{url}/take-back" in site.as_(city.operator).get(url).text
    site.as_(city.operator).post(f"{url}/take-back", data=data)
    page = site.as_().get(url).text
    assert WHY in page
    assert "运营机构撤回处理意见" in page


def read_by(city, person, one):
    return site_of(city).as_(*([person] if person else [])).get(f"/objections/{one.number}").text


@pytest.mark.parametrize("sent_back", [None, False, True])
def test_nothing_undecided_of_a_proposal_is_public(city, drawn, sent_back):
    officer, decider = officers(city)
    one = answered(city, raised(drawn, ground=Ground.PROCEDURE), Outcome.ANNUL_RESULT)
    if sent_back is not None:
        one = (
            decided(city, one, decider, agree=False)
            if sent_back
            else take_back(city, city.operator, one)
        )
    told = (city.operator, officer, decider, drawn.delegate, another_firm(drawn))
    for person in told:
        assert ANSWER in read_by(city, person, one), "the sides, and whoever is heard on it"
    outcome = "本次结果全部取消"
    for stranger in (None, another_firm(drawn, 1)):
        page = read_by(city, stranger, one)
        assert ANSWER not in page
        assert outcome not in page
        assert "查明的事实" not in page
        assert "运营机构认为成立" not in page
        assert "处理意见不是决定" in page
    said = said_of(city, one)
    assert {entry["outcome"] for entry in said} == {entry["fact"] for entry in said} == {None}


def test_what_was_decided_is_public_and_what_was_sent_back_before_is_not(city, drawn, clock):
    officer, decider = officers(city)
    one = answered(city, raised(drawn), Outcome.ANNUL)
    one = decided(city, one, decider, agree=False)
    clock.advance(timedelta(hours=1))
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.ANNUL, OTHER, basis=basis())
    assert published(city) == {DECISION}, "why it was sent back"
    one = decided(city, again(city, one), decider)
    page = read_by(city, None, one)
    assert OTHER in page
    assert ANSWER not in page
    assert published(city) == {OTHER, DECISION}
    assert said_of(city, one)[-1]["outcome"] == "annul"


OTHER = "复核后仍认定资信在报名截止以前注销，依据发证平台的公告。"


def published(city):
    """Return the words that go into a dossier."""
    with city.reading() as work:
        return set(work.session.scalars(select(ObjectionStep.text).where(is_published())))


def said_of(city, one):
    """Return what the public log says of an objection, one entry after another."""
    with city.reading() as work:
        rows = work.session.scalars(select(submissions.c.body).order_by(submissions.c.id)).all()
    every = [json.loads(bytes(row)) for row in rows]
    return [each for each in every if each.get("objection") == one.number]


def test_what_by_rule_stops_nothing_stops_nothing_once_the_proposal_is_taken_back(
    city, drawn, clock
):
    reporter = a_person(city.here, OrgKind.OWNER, Role.OWNER_CLERK)
    one = answered(city, raised(drawn, reporter), Outcome.ANNUL)
    assert one.no_freeze_reason
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN
    one = take_back(city, city.operator, one)
    assert not one.freezes
    assert city.awards(drawn.draw.id)[0].state is not AwardState.FROZEN
    clock.advance(timedelta(hours=1))
    assert answered(city, one, Outcome.ANNUL).freezes
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN


def test_what_stopped_the_award_itself_goes_on_stopping_it(city, drawn):
    one = answered(city, raised(drawn), Outcome.ANNUL)
    one = take_back(city, city.operator, one)
    assert one.freezes
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN
