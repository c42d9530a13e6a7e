"""Whoever proposed what to decide takes it back until it is decided, with reasons."""

import json

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.complaints import actions, queries
from market.complaints.errors import NotYourProposalError, TooShortError
from market.complaints.rules import (
    ComplaintMove,
    ComplaintState,
    IllegalComplaintMoveError,
    Outcome,
    Remedy,
)
from market.db import unit_of_work
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import (
    ANYONE,
    CLAUSE,
    REASONS,
    accepted,
    again,
    decided,
    do,
    filed,
    heard,
    proposed,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import officers

WHY = "结论选错了一项，证据指向的是部分成立，撤回后重新提出。"


@pytest.fixture
def handled(city, clock):
    """Return an officer, a decider, and a complaint of which the accused was heard."""
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = heard(city, accepted(city, filed(drawn).one, officer), officer, drawn.delegate)
    return drawn, officer, decider, one


def test_the_proposer_alone_takes_it_back_and_the_term_runs_on(city, handled):
    _, officer, decider, one = handled
    one = proposed(city, one, officer, Outcome.UPHELD)
    with pytest.raises(NotYourProposalError):
        do(city, decider, actions.take_back, one, WHY)
    with pytest.raises(TooShortError):
        do(city, officer, actions.take_back, one, "错了")
    due_at, held = one.due_at, one.freezes
    one = do(city, officer, actions.take_back, one, WHY)
    assert (one.state, one.due_at, one.freezes) == (ComplaintState.ACCEPTED, due_at, held)
    with city.reading() as work:
        last = queries.steps_of(work, one)[-1]
    assert (last.move, last.text) == (ComplaintMove.TAKE_BACK, WHY)
    one = decided(city, proposed(city, one, officer, Outcome.PARTLY), decider)
    assert one.state is ComplaintState.PARTLY
    with pytest.raises(IllegalComplaintMoveError):
        do(city, officer, actions.take_back, one, WHY)


def test_the_page_offers_it_to_the_proposer_and_the_office_reads_why(city, handled):
    drawn, officer, decider, one = handled
    one = proposed(city, one, officer, remedy=Remedy.ANNUL)
    site, url = site_of(city), f"/complaints/{one.number}"
    data = {"version": str(one.version), "why_taken_back": WHY}
    for other in (decider, drawn.delegate):
        page = site.as_(other).get(url).text
        assert "take-back" not in page
        assert site.as_(other).post(f"{url}/take-back", data=data).status_code == 403
    assert f"{url}/take-back" in site.as_(officer).get(url).text
    site.as_(officer).post(f"{url}/take-back", data=data)
    assert again(city, one).state is ComplaintState.ACCEPTED
    assert WHY in site.as_(decider).get(url).text
    for other in (drawn.delegate, None):
        client = site.as_(other) if other else site.as_()
        assert WHY not in client.get(url).text


@pytest.mark.parametrize("sent_back", [False, True])
def test_what_nobody_decided_is_no_finding_in_the_row_nor_in_the_log(city, handled, sent_back):
    _, officer, decider, one = handled
    one = proposed(city, one, officer, remedy=Remedy.ANNUL, measures="责令退出本次选取。")
    assert (one.remedy, one.clause, one.measures) == (Remedy.ANNUL, CLAUSE, "责令退出本次选取。")
    if sent_back:
        one = decided(city, one, decider, agree=False)
    else:
        one = do(city, officer, actions.take_back, one, WHY)
    assert (one.proposed, one.remedy, one.fact) == (None, None, None)
    assert (one.clause, one.measures, one.reasons) == ("", "", "")
    with city.reading() as work:
        assert REASONS in [step.text for step in queries.steps_of(work, one)], "for the office"
    with unit_of_work(city.here.sessions, ANYONE, city.here.clock) as work:
        found = queries.by_number(work, one.number)
        actions.withdraw(work, city.here.keys, found)
    said = said_of(city, one)
    assert [entry["state"] for entry in said][-3:] == ["proposed", "accepted", "withdrawn"]
    assert {entry["remedy"] for entry in said} == {None}


def test_what_was_decided_is_in_the_log(city, handled):
    _, officer, decider, one = handled
    one = decided(city, proposed(city, one, officer, remedy=Remedy.ANNUL), decider)
    assert [entry["remedy"] for entry in said_of(city, one)][-2:] == [None, "annul"]


def said_of(city, one):
    """Return what the public log says of a complaint, one entry after another."""
    with city.reading() as work:
        rows = work.session.scalars(select(submissions.c.body).order_by(submissions.c.id)).all()
    every = [json.loads(bytes(row)) for row in rows]
    return [each for each in every if each.get("complaint") == one.number]
