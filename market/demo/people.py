"""The city's organisations and their people, entered by the real actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from market.access import OrgKind, Role
from market.accounts import actions, queries
from market.accounts.model import Organisation
from market.accounts.passwords import hasher
from market.codes import make_code
from market.db import Actor, unit_of_work
from market.demo.cast import REGION, person
from market.installation import Installation

# Every account of the demonstration has this password; the pages say that it is a demonstration.
PASSWORD: Final = "qingchuan-demo-2026"  # noqa: S105 - printed at every start
SYSTEM: Final = Actor("job:demo")


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation and its people as actors, in the order of their roles."""

    id: int
    code: str
    name: str
    people: tuple[Actor, ...]


class Registry:
    """Enters organisations one after another, each with a made-up but well-formed code."""

    def __init__(self, here: Installation) -> None:
        self._here = here
        self._password = hasher(here.config.password_memory_kib).choose(PASSWORD, "everybody")
        self._number = 0

    def enter(
        self,
        kind: OrgKind,
        name: str,
        people: Sequence[tuple[str, Role]],
        scope: Sequence[str] = (),
    ) -> Office:
        """Enter an organisation with one person for each user name and role."""
        self._number += 1
        prefix = "91" if kind is OrgKind.FIRM else "12"
        code = make_code(prefix, REGION, f"MAD{self._number:05d}")
        with unit_of_work(self._here.sessions, SYSTEM, self._here.clock) as work:
            organisation = actions.register_organisation(
                work, kind=kind, code=code, name=name, scope=scope
            )
            users = [
                actions.add_user(
                    work,
                    organisation,
                    username=username,
                    name=person(self._number * 3 + at),
                    roles=(role,),
                    password=self._password,
                )
                for at, (username, role) in enumerate(people)
            ]
            work.session.flush()
            actors = tuple(queries.actor_of(work, user) for user in users)
            return self._office(organisation, actors)

    def expert(self, organisation_id: int, name: str, username: str) -> Actor:
        """Open the account of an expert who was entered into the pool."""
        with unit_of_work(self._here.sessions, SYSTEM, self._here.clock) as work:
            user = actions.add_user(
                work,
                work.session.get_one(Organisation, organisation_id),
                username=username,
                name=name,
                roles=(Role.EXPERT,),
                password=self._password,
            )
            work.session.flush()
            return queries.actor_of(work, user)

    @staticmethod
    def _office(organisation: Organisation, actors: tuple[Actor, ...]) -> Office:
        return Office(organisation.id, organisation.code, organisation.name, actors)
