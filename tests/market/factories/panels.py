"""Panels drawn by the real actions: a scored need published, its experts drawn and seated."""

from collections.abc import Mapping

from market.clock import ManualClock
from market.draws import jobs as draws
from market.draws.model import Draw
from market.experts.model import Expert
from market.installation import Installation
from market.panels import jobs, queries
from market.panels.actions import opening as opening  # noqa: PLC0414 - opened with a notice
from market.panels.actions import seats
from market.panels.codes import code_of
from market.panels.model import Panel, Seat
from market.panels.rules import DeclineGround
from tests.market.factories.draws import ITEM as ITEM_OF_NEED
from tests.market.factories.draws import City, a_city, an_open_draw, city_of, enrol
from tests.market.factories.experts import experts
from tests.market.factories.firms import Person
from tests.market.factories.proposals import hand_in_all
from tests.market.factories.snapshots import made_once

CRITERIA = "服务方案：60\n人员配备：40"


# Five seats, and two candidates for each: the fewest with which a notice goes out.
FEWEST = 10


def a_pool(city: City, number: int = FEWEST) -> dict[str, Person]:
    """Return who signs in for each of so many experts for the item of needs, by pool code."""
    return {expert.code: person for expert, person in experts(city, number, ITEM_OF_NEED)}


def a_city_with_a_pool(
    here: Installation, clock: ManualClock, number: int = FEWEST
) -> tuple[City, dict[str, Person]]:
    """Return a city whose pool has so many experts, and who signs in for each of them."""

    def make() -> tuple[dict[str, Person], list[tuple[int, Person]], dict[str, Person]]:
        city = a_city(here, clock)
        roles = ("clerk", "approver", "operator", "supervisor")
        people = {role: getattr(city, role) for role in roles}
        firms = [(firm.id, delegate) for firm, delegate in city.firms]
        return people, firms, a_pool(city, number)

    people, firms, pool = made_once(here, clock, ("city with a pool", number), make)
    return city_of(here, clock, people, firms), pool


def a_scored_draw(city: City, **differences) -> Draw:
    """Return an open draw whose proposals a panel will score."""
    return an_open_draw(city, **({"method": "scored", "criteria": CRITERIA} | differences))


def panel_of(city: City, draw: Draw) -> Panel:
    """Return the panel of a draw as it stands."""
    with city.reading() as work:
        found = queries.panel_of(work, draw)
        assert found is not None
        return found


def seats_of(city: City, panel: Panel) -> list[Seat]:
    """Return everybody who was called to a panel, in order."""
    with city.reading() as work:
        return list(queries.seats_of(work, panel))


def people_of(panel: Panel, pool: Mapping[str, Person]) -> dict[str, Person]:
    """Return who signs in for each of a pool, by the code that each has in a panel."""
    return {code_of(panel.code_key, panel.number, code): person for code, person in pool.items()}


def closed(city: City, draw: Draw) -> Panel:
    """Let enrolment close and the experts' list be frozen."""
    enrol(city, draw)
    hand_in_all(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    draws.run_due(city.here)
    jobs.run_due(city.here)
    return panel_of(city, draw)


def drawn(city: City, draw: Draw) -> Panel:
    """Let the experts be drawn."""
    panel = closed(city, draw)
    city.clock.move_to(panel.phi_at)
    jobs.run_due(city.here)
    return panel_of(city, draw)


def accept(city: City, panel: Panel, person: Person) -> Seat:
    """Let an expert take the seat."""
    with city.work(person) as work:
        return seats.accept(work, queries.by_number(work, panel.number), declared=True)


def decline(
    city: City, panel: Panel, person: Person, ground: DeclineGround = DeclineGround.CONFLICT
) -> Seat:
    """Let an expert give the seat up."""
    with city.work(person) as work:
        return seats.decline(work, queries.by_number(work, panel.number), ground, "近亲属任职")


def expert_at(city: City, code: str) -> Expert:
    """Return an expert as the pool has it."""
    with city.reading() as work:
        return work.session.query(Expert).filter_by(code=code).one()
