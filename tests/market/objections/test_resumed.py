"""Once an objection is over, both sides hear that the award goes on, and until when."""

from datetime import timedelta

from market.draws.rules import AwardState
from market.messages.model import Message
from market.objections import actions, queries
from tests.market.factories.draws import a_confirmed_award, a_drawn_need, an_offered_award
from tests.market.factories.objections import another_firm, raised


def told(city):
    """Return the messages about awards, as the kind and whom it told."""
    with city.reading() as work:
        rows = work.session.query(Message).filter(Message.kind.like("award.%")).order_by(Message.id)
        return [(row.kind, row.org_id) for row in rows]


def withdrawn(city, one, person):
    with city.work(person) as work:
        actions.withdraw(work, queries.own(work, one.number))


def test_a_withdrawn_objection_is_not_told_as_a_new_award(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    before = told(city)
    assert [kind for kind, _ in before] == ["award.published", "award.published-to-owner"]
    clock.advance(timedelta(days=1))
    one = raised(drawn)
    withdrawn(city, one, another_firm(drawn))
    firm, owner = drawn.delegate.actor.org_id, drawn.need.owner_org_id
    assert told(city)[2:] == [("award.resumed", firm), ("award.resumed", owner)]
    # Held and freed a second time within the day, it is told again though the day is the same.
    two = raised(drawn, another_firm(drawn, 1))
    withdrawn(city, two, another_firm(drawn, 1))
    assert [kind for kind, _ in told(city)[4:]] == ["award.resumed"] * 2


def test_what_was_offered_or_confirmed_goes_on_with_its_own_words(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    withdrawn(city, raised(drawn, city.clerk), city.clerk)
    assert told(city)[-1] == ("award.resumed-offer", drawn.delegate.actor.org_id)
    assert city.awards(drawn.draw.id)[0].state is AwardState.OFFERED


def test_what_is_to_be_signed_says_until_when(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    withdrawn(city, raised(drawn, city.clerk), city.clerk)
    firm, owner = drawn.delegate.actor.org_id, drawn.need.owner_org_id
    assert told(city)[-2:] == [("award.resumed-signing", firm), ("award.resumed-signing", owner)]
