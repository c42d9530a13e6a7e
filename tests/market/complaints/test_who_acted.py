"""In the log two officials of one case can be told apart, and nobody is known from another case."""

import json
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from audit.store import submissions
from market.access import OrgKind, Role
from market.complaints.rules import ComplaintState, Outcome
from market.duties import SIDE, numbered
from market.objections.rules import Outcome as ObjectionOutcome
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import accepted, decided, filed, heard, proposed
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import answered, officers, raised
from tests.market.factories.objections import decided as objection_decided


@given(st.lists(st.integers(1, 5), min_size=1))
def test_one_person_has_one_number_and_two_have_two(people):
    names = {person: numbered(people, person) for person in people}
    assert len(set(names.values())) == len(names)
    assert set(names.values()) == {f"official:{at + 1}" for at in range(len(names))}
    assert numbered(people, 99) == numbered(people, None) == SIDE


def entries(here, kind, number):
    with here.sessions() as session:
        bodies = session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        found = [json.loads(body) for body in bodies if kind.encode() in body]
    return [SimpleNamespace(**one) for one in found if number in one.values()]


def test_who_proposed_and_who_decided_a_complaint_are_two_in_the_log(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = heard(city, accepted(city, filed(drawn).one, officer), officer, drawn.delegate)
    one = decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    said = entries(city.here, "complaint.moved", one.number)
    by = {entry.state: entry.by for entry in said}
    assert by[ComplaintState.PROPOSED] == "official:1"
    assert by[ComplaintState.REJECTED] == "official:2"
    assert said[0].by == SIDE
    sides = [entry.by for entry in said if entry.state == ComplaintState.ACCEPTED]
    assert sides == ["official:1", SIDE, SIDE], "who is asked and who replies is not said"


def test_who_proposed_and_who_decided_an_objection_are_two_in_the_log(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    _, decider = officers(city)
    one = answered(city, raised(drawn), ObjectionOutcome.ANNUL)
    objection_decided(city, one, decider)
    said = entries(city.here, "award.objection-moved", one.number)
    assert [entry.by for entry in said] == [SIDE, "official:1", SIDE, "official:2"]


def test_the_supervisor_lists_every_complaint_and_reads_who_acted(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    unread = filed(drawn).one
    one = heard(city, accepted(city, filed(drawn).one, officer), officer, drawn.delegate)
    one = decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    site = site_of(city)
    supervisor = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    desk = site.as_(supervisor).get("/complaints/desk").text
    for shown in (unread.number, one.number, officer.user.name, decider.user.name, "还没有人查看"):
        assert shown in desk
    page = site.as_(supervisor).get(f"/complaints/{one.number}").text
    assert officer.user.name in page
    assert decider.user.name in page
    for other in (officer, decider, drawn.delegate):
        assert 'id="watched"' not in site.as_(other).get("/complaints/desk").text
        assert "办理人" not in site.as_(other).get(f"/complaints/{one.number}").text
