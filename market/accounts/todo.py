"""The workbench: what is to do, by when. Features above provide it; accounts only asks them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from market.access import Permission
from market.db import UnitOfWork

Urgency = Literal["late", "soon", "normal"]
SOON: Final = timedelta(hours=24)
_RANK: Final = {"late": 0, "soon": 1, "normal": 2}


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do; ``count`` says how many of it there are. The words are translated.

    Of what ``is_personal`` those who only watch see no detail: it names a person.
    """

    what: str
    detail: str
    url: str
    due_at: datetime | None = None
    urgency: Urgency = "normal"
    count: int = 1
    is_personal: bool = False

    def urgency_at(self, now: datetime) -> Urgency:
        """Return how urgent it is: what the provider says, or more if it is due."""
        due: Urgency = "normal"
        if self.due_at is not None and self.due_at - now < SOON:
            due = "late" if self.due_at < now else "soon"
        return min(due, self.urgency, key=_RANK.__getitem__)


@dataclass(frozen=True, slots=True)
class QuickLink:
    """A page that people with a permission go to often. ``label`` is a msgid."""

    permission: Permission
    label: str
    endpoint: str


Provider = Callable[[UnitOfWork], Sequence[Todo]]

# Keyed by where they come from: an application assembled twice provides everything once.
_PROVIDERS: dict[tuple[str, str], tuple[Permission, Provider]] = {}
_LINKS: dict[tuple[Permission, str], QuickLink] = {}


def provide(permission: Permission, function: Provider) -> None:
    """Register what there is to do for people with a permission."""
    _PROVIDERS[function.__module__, function.__qualname__] = (permission, function)


def link(permission: Permission, label: str, endpoint: str) -> None:
    """Register a page that people with a permission go to often."""
    _LINKS[permission, endpoint] = QuickLink(permission, label, endpoint)


def todos(work: UnitOfWork) -> list[Todo]:
    """Return all that the actor has to do: what is due first comes first."""
    return todos_of(work, work.actor.permissions)


def todos_of(work: UnitOfWork, permissions: Collection[str]) -> list[Todo]:
    """Return all that people with these permissions have to do, whoever asks.

    The steps that the asker took are left out where the rules want another's: those who watch
    took none.
    """
    found = [
        item
        for permission, function in list(_PROVIDERS.values())
        if permission in permissions
        for item in function(work)
    ]
    return sorted(found, key=lambda item: _order(item, work.now))


def _order(item: Todo, now: datetime) -> tuple[bool, datetime, int]:
    return (item.due_at is None, item.due_at or now, _RANK[item.urgency_at(now)])


def links(permissions: frozenset[str]) -> list[QuickLink]:
    """Return the quick links of someone with these permissions, each page once."""
    by_endpoint = {
        found.endpoint: found
        for found in reversed(list(_LINKS.values()))
        if found.permission in permissions
    }
    return list(reversed(by_endpoint.values()))
