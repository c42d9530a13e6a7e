"""How a firm may be selected here, with one example of each way that anybody can look at."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from market import regulations
from market.db import UnitOfWork
from market.direct import queries as direct
from market.needs.methods import METHODS_SUBJECT, Method
from market.needs.model import Need, Notice
from market.needs.rules import NeedState

GOING_ON: Final = (NeedState.OPEN, NeedState.DRAWING)
OVER: Final = (
    NeedState.PUBLICITY,
    NeedState.AWARDED,
    NeedState.CONTRACTED,
    NeedState.COMPLETED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A need with the notice that is, or was, selected in a way."""

    need: Need
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A method: whether an owner may choose it now, and where it can be seen."""

    method: Method
    allowed: bool
    going_on: Example | None
    over: Example | None


def ways(work: UnitOfWork) -> list[Way]:
    """Return every method with the latest example that goes on, and the latest with a result.

    A method that the rules have closed is left out, unless something was selected by it.
    """
    allowed = regulations.in_force(METHODS_SUBJECT, work.today).texts("methods.allowed")
    found = [
        Way(
            method=method,
            allowed=method in allowed,
            going_on=_example(work, method, GOING_ON),
            over=_example(work, method, OVER),
        )
        for method in Method
    ]
    return [way for way in found if way.allowed or way.going_on or way.over]


def _example(work: UnitOfWork, method: Method, states: tuple[NeedState, ...]) -> Example | None:
    """Return the need that came last to one of some states; each state is looked up by itself."""
    latest = [
        work.session.execute(
            select(Need, Notice)
            .join(Notice, (Notice.need_id == Need.id) & (Notice.attempt == Need.attempt))
            .where(Need.method == method, Need.state == state)
            .order_by(Need.state_since.desc(), Need.id.desc())
            .limit(1)
        ).first()
        for state in states
    ]
    found = [Example(need=row[0], notice=row[1]) for row in latest if row is not None]
    return max(found, key=lambda one: one.need.state_since, default=None)


def undrawn(work: UnitOfWork) -> tuple[direct.Row | None, direct.Row | None]:
    """Return the latest firm that was named within the limits, and in an emergency."""
    rows = direct.public_list(work, limit=20)
    return (
        next((row for row in rows if row.emergency is None), None),
        next((row for row in rows if row.emergency is not None), None),
    )
