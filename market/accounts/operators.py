"""What lies with the operator: all that only its people may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.access import ROLES, OrgKind, Permission
from market.accounts.todo import Todo, todos_of
from market.db import UnitOfWork


def _of_the_operator() -> frozenset[Permission]:
    """Return what only people of an operator may do: its duties hang on these."""
    own = (found for kind, found in ROLES.values() if kind is OrgKind.OPERATOR)
    others = (found for kind, found in ROLES.values() if kind is not OrgKind.OPERATOR)
    return frozenset().union(*own) - frozenset().union(*others)


PERMISSIONS: Final = _of_the_operator()


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many duties were late at an instant, and for how many days the one that lies longest."""

    late: int
    worst_days: int


def duties_of(work: UnitOfWork) -> list[Todo]:
    """Return all that lies with the operator, whoever asks; its words need a request."""
    return todos_of(work, PERMISSIONS)


def backlog_of(found: Iterable[Todo], at: datetime) -> Backlog:
    """Return how many of some duties were late at an instant; a duty without a term never is."""
    late = [(one.count, at - one.due_at) for one in found if one.due_at and one.due_at < at]
    return Backlog(
        late=sum(count for count, _ in late),
        worst_days=max((since.days for _, since in late), default=0),
    )
