"""Live sessions held by the real actions."""

from datetime import timedelta

from market.bidding import actions, queries
from market.bidding.judging import BidLowest as BidLowest  # noqa: PLC0414 - registers the judge
from market.bidding.model import LiveBid
from market.bidding.queries import Held
from market.draws import jobs
from market.draws.model import Draw
from market.firms import queries as firms
from market.firms.actions.services import refresh_services
from tests.market.factories.draws import City, an_open_draw, enrol
from tests.market.factories.firms import Person

MINUTE = timedelta(minutes=1)


def a_bid_draw(city: City, **differences) -> Draw:
    """Return an open draw whose firms will bid live, down to 50,000 yuan."""
    usual = {"method": "bid_lowest", "floor_fen": 5_000_000}
    return an_open_draw(city, **(usual | differences))


def held(city: City, draw: Draw) -> Held:
    """Return the session of a draw as it stands."""
    with city.reading() as work:
        return queries.held(work, work.session.get_one(Draw, draw.id))


def a_session(city: City, *, firms: int = 4, **differences) -> Draw:
    """Return a draw whose session has just begun, with the first firms enrolled."""
    draw = a_bid_draw(city, **differences)
    enrol(city, draw, *(person for _, person in city.firms[:firms]))
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    return draw


def bid(city: City, draw: Draw, person: Person, fen: int) -> LiveBid:
    """Let a firm bid."""
    with city.work(person) as work:
        return actions.bid(work, work.session.get_one(Draw, draw.id), fen, city.clock)


def lapse(city: City, place: int) -> None:
    """Let the certificates on which a firm's services rest end: the services freeze."""
    firm, _ = city.firms[place]
    with city.work() as work:
        for one in firms.qualifications(work, firm.id):
            one.valid_to_on = work.today - timedelta(days=1)
        work.session.flush()
        assert refresh_services(work, firms.locked(work, firm.id)) > 0


def freeze(city: City, draw: Draw) -> Draw:
    """Let the latest end of the session come; return the draw as it stands then."""
    city.clock.move_to(held(city, draw).hard_end_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)


def a_result(city: City, draw: Draw) -> Draw:
    """Let the list be frozen and the draw be drawn; return it as it stands then."""
    draw = freeze(city, draw)
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)
