"""How often one organisation may complain, and how often anybody stops one award for the same."""

from datetime import timedelta

import pytest

from market import regulations
from market.complaints import actions, queries
from market.complaints.errors import OftenAboutAwardError, OftenTodayError, SameComplaintError
from market.complaints.rules import Against, Matter, NoFreeze, Outcome, Target
from market.draws.rules import AwardState
from tests.market.factories.complaints import accepted, decided, filed, proposed
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm, officers

MATTERS = (Matter.LACKS_CONDITION, Matter.FALSE_MATERIALS, Matter.COLLUSION, Matter.FEES)


@pytest.fixture
def drawn(city, clock):
    return a_drawn_need(city.here, clock, city=city)


def most(city, key):
    with city.reading() as work:
        return regulations.in_force("complaints", work.today).integer(f"filing.{key}")


def by_firm(drawn, person, **differences):
    return filed(drawn, person, **({"name": "", "contact": ""} | differences)).one


def take_back(city, person, one):
    with city.work(person) as work:
        actions.withdraw(work, city.here.keys, queries.by_number(work, one.number))


def test_an_organisation_complains_only_so_often_on_a_day(city, drawn, clock):
    person, about = another_firm(drawn), {"target": Target.OTHER, "against": Against.NOBODY}
    for _ in range(most(city, "most_per_day")):
        by_firm(drawn, person, **about)
    with pytest.raises(OftenTodayError) as refused:
        by_firm(drawn, person, **about)
    assert "明天再提出" in refused.value.sentence
    by_firm(drawn, another_firm(drawn, 1), **about)
    clock.advance(timedelta(days=1))
    by_firm(drawn, person, **about)


def test_an_organisation_complains_of_an_award_only_so_often(city, drawn):
    person, limit = another_firm(drawn), most(city, "most_per_award")
    for matter in MATTERS[:limit]:
        take_back(city, person, by_firm(drawn, person, matter=matter))
    with pytest.raises(OftenAboutAwardError):
        by_firm(drawn, person, matter=MATTERS[limit])
    by_firm(drawn, another_firm(drawn, 1))


def test_the_same_is_not_said_twice_while_it_is_handled(city, drawn):
    person = another_firm(drawn)
    one = by_firm(drawn, person)
    with pytest.raises(SameComplaintError) as refused:
        by_firm(drawn, person)
    assert refused.value.facts["number"] == one.number
    by_firm(drawn, person, matter=Matter.COLLUSION)
    by_firm(drawn, another_firm(drawn, 1))


def test_nobody_stops_an_award_twice_for_the_same(city, drawn):
    person = another_firm(drawn)
    officer, _ = officers(city)
    one = accepted(city, by_firm(drawn, person), officer)
    assert one.freezes
    take_back(city, person, one)
    two = accepted(city, by_firm(drawn, person), officer)
    assert (two.freezes, two.no_freeze) == (False, NoFreeze.AGAIN)
    assert city.awards(drawn.draw.id)[0].state is AwardState.PUBLICITY
    # Something else, or somebody else, stops it.
    assert accepted(city, by_firm(drawn, person, matter=Matter.COLLUSION), officer).freezes
    assert accepted(city, by_firm(drawn, another_firm(drawn, 1)), officer).freezes


@pytest.mark.parametrize("contact", ["13900001234", "+86 139-0000-1234", "１３９ 0000 1234"])
def test_a_citizen_is_known_by_the_number_that_was_reached(city, drawn, contact):
    officer, decider = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    two = accepted(city, filed(drawn, contact=contact).one, officer)
    assert (two.freezes, two.no_freeze) == (False, NoFreeze.AGAIN)
    assert accepted(city, filed(drawn, contact="13900009999").one, officer).freezes


def test_a_number_that_nobody_reached_tells_nothing_of_who_complained(city, drawn):
    officer, _ = officers(city)
    accepted(city, filed(drawn).one, officer)
    one = filed(drawn).one  # It is taken, and says nothing of the first.
    with city.work(officer) as work:
        actions.accept(work, city.here.keys, queries.handled(work, one.number))
        assert queries.by_number(work, one.number).no_freeze is NoFreeze.UNVERIFIED
