"""Scored selections held by the real actions: proposals, a panel drawn and seated, sheets."""

from collections.abc import Mapping, Sequence

from market.draws import jobs as draws
from market.draws.model import Draw
from market.panels.model import Panel
from market.panels.queries import by_number
from market.panels.rules import SeatState
from market.scoring import actions, queries
from market.scoring.judging import ScoredSelection as ScoredSelection  # noqa: PLC0414 - the judge
from market.scoring.model import ScoreSheet
from market.scoring.queries import Scored
from market.scoring.rules import Marks
from tests.market.factories.draws import City
from tests.market.factories.firms import Person
from tests.market.factories.panels import (
    a_pool,
    a_scored_draw,
    accept,
    drawn,
    people_of,
    seats_of,
)

REASON = "方案完整，措施具体可行。"


def scored(city: City, draw: Draw) -> Scored:
    """Return a scored selection as it stands."""
    with city.reading() as work:
        return queries.scored(work, work.session.get_one(Draw, draw.id))


def a_sheet(sums: Sequence[int]) -> dict[int, Marks]:
    """Return a sheet that gives each enrolment so many points, of 60 and 40."""
    return {
        sequence: Marks(points=(min(total, 60), max(0, total - 60)), reason=REASON)
        for sequence, total in enumerate(sums)
    }


def seated(city: City, **differences: object) -> tuple[Draw, Panel, list[Person]]:
    """Return a draw in scoring, its panel, and the members in the order of the draw."""
    pool = a_pool(city)
    draw = a_scored_draw(city, **differences)
    panel = drawn(city, draw)
    people = people_of(panel, pool)
    return city.draw(draw.id), panel, seated_on(city, panel, people)


def seated_on(city: City, panel: Panel, people: Mapping[str, Person]) -> list[Person]:
    """Let everybody who is called take the seat; return them in the order of the draw."""
    called = [seat for seat in seats_of(city, panel) if seat.state is SeatState.OFFERED]
    members = [people[seat.expert_code] for seat in called]
    for person in members:
        accept(city, panel, person)
    return members


def hand_in_sheet(
    city: City, draw: Draw, person: Person, sheet: Mapping[int, Marks], *, sure: bool = True
) -> ScoreSheet:
    """Let a member hand in the score sheet."""
    with city.work(person) as work:
        return actions.hand_in_sheet(
            work, work.session.get_one(Draw, draw.id), dict(sheet), sure=sure
        )


def scores(city: City, draw: Draw, members: Sequence[Person], *rows: Sequence[int]) -> Draw:
    """Let each member score all proposals; return the draw as it stands when time has looked."""
    for person, sums in zip(members, rows, strict=True):
        hand_in_sheet(city, draw, person, a_sheet(sums))
    draws.run_due(city.here)
    return city.draw(draw.id)


def panel_at(city: City, panel: Panel) -> Panel:
    """Return a panel as it stands."""
    with city.reading() as work:
        return by_number(work, panel.number)
