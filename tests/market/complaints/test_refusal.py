"""Nobody is turned away by one person: a refusal is proposed, and decided by another."""

import pytest

from market.complaints import actions, queries
from market.complaints.errors import NotYourProposalError
from market.complaints.rules import ComplaintState, IllegalComplaintMoveError, Refusal
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import (
    GROUNDLESS,
    STATEMENT,
    again,
    do,
    filed,
    read,
    refusal_decided,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm, officers


def test_a_refusal_is_sent_back_or_taken_back_and_nothing_of_it_stays(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = filed(drawn).one
    read(city, one, officer)

    def refused():
        with city.work(officer) as work:
            row, keys = queries.handled(work, one.number), city.here.keys
            actions.propose_refusal(work, keys, row, Refusal.NO_FACTS, GROUNDLESS)

    def stands():
        row = again(city, one)
        return row.state, row.refusal, row.reasons, row.proposed_by_id

    refused()
    # What decides on a proposal decides on no refusal.
    for deed in (actions.take_back, actions.accept):
        with pytest.raises(IllegalComplaintMoveError), city.work(officer) as work:
            row = queries.handled(work, one.number)
            deed(work, *([city.here.keys, row] if deed is actions.accept else [row, GROUNDLESS]))
    with pytest.raises(IllegalComplaintMoveError), city.work(decider) as work:
        row = queries.handled(work, one.number)
        actions.decide(work, city.here, row, agree=True, text=GROUNDLESS)
    refusal_decided(city, one, decider, agree=False)
    assert stands() == (ComplaintState.RECEIVED, None, "", None)
    refused()
    with pytest.raises(NotYourProposalError):
        do(city, decider, actions.take_refusal_back, one, GROUNDLESS)
    do(city, officer, actions.take_refusal_back, one, GROUNDLESS)
    assert stands() == (ComplaintState.RECEIVED, None, "", None)
    refused()
    with city.work(officer) as work:
        actions.withdraw(work, city.here.keys, queries.handled(work, one.number))
    assert stands()[:3] == (ComplaintState.WITHDRAWN, None, "")


def test_the_second_person_finds_the_refusal_and_the_complainant_only_the_decision(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    rival = another_firm(drawn)
    one = filed(drawn, rival, name="", contact="").one
    read(city, one, officer)
    site, url = site_of(city), f"/complaints/{one.number}"
    data = {"version": str(one.version), "why": "no_facts", "text": GROUNDLESS}
    assert site.as_(officer).post(f"{url}/refuse", data=data).status_code == 303
    assert GROUNDLESS not in site.as_(rival).get(url).text
    assert "没有可以核查的事实或者线索" not in site.as_(rival).get(url).text
    assert f"{url}/take-back" in site.as_(officer).get(url).text
    assert "决定是否同意不予受理投诉" in site.as_(decider).get("/workbench").text
    page = site.as_(decider).get(url).text
    assert GROUNDLESS in page
    assert "没有可以核查的事实或者线索" in page
    data = {"version": str(again(city, one).version), "agree": "yes", "text": STATEMENT}
    assert site.as_(decider).post(f"{url}/decide", data=data).status_code == 303
    assert GROUNDLESS in site.as_(rival).get(url).text
