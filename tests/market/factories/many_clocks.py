"""Many clocks at once: one is started by the real action, the others are copies of its rows."""

from sqlalchemy import insert, select

from market.clocks.model import Clock, ClockEvent
from market.clocks.rules import CardStage
from market.db import Base
from market.installation import Installation
from tests.market.factories.clocks import Timed, a_clock


def many_clocks(here: Installation, number: int, *, limit: int = 10) -> Timed:
    """Start a clock, and copy it and its events until there are ``number``; return the first."""
    first = a_clock(here, limit=limit)
    clocks, events = Base.metadata.tables["clock"], Base.metadata.tables["clock_event"]
    with here.sessions.begin() as session:
        chosen = select(clocks).where(Clock.id == first.clock_id)
        clock = dict(session.execute(chosen).mappings().one())
        chosen = select(events).where(ClockEvent.clock_id == first.clock_id)
        begun = dict(session.execute(chosen).mappings().one())
        ids = range(clock["id"] + 1, clock["id"] + number)
        session.execute(
            insert(clocks),
            [clock | {"id": n, "subject": f"copy:{n}", "number": f"FB-{n:06d}"} for n in ids],
        )
        session.execute(
            insert(events),
            [begun | {"id": begun["id"] + n, "clock_id": n} for n in ids],
        )
    return first


def dealt(here: Installation) -> dict[int, list[CardStage]]:
    """Return the stages of the cards of each clock, in the order in which they were dealt."""
    cards = Base.metadata.tables["card"]
    found: dict[int, list[CardStage]] = {}
    with here.sessions() as session:
        for clock_id, stage in session.execute(
            select(cards.c.clock_id, cards.c.stage).order_by(cards.c.id)
        ):
            found.setdefault(clock_id, []).append(stage)
    return found
