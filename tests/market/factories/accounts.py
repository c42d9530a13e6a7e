"""Organisations and people for tests, made by the real actions."""

from itertools import count

from flask.testing import FlaskClient

from market import codes
from market.access import OrgKind, Role
from market.accounts import actions, queries
from market.accounts.model import Organisation, User
from market.accounts.passwords import hasher
from market.accounts.roles import roles_of_kind
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.installation import Installation

PASSWORD = "Stille Post 42"
_HASHED = hasher(64).choose(PASSWORD, "nobody")
_numbers = count(1)
_PREFIX = {OrgKind.FIRM: "91", OrgKind.SUPERVISOR: "11"}


def a_code(prefix: str = "91") -> str:
    """Return a credit code nobody has had yet."""
    return codes.make_code(prefix, "440105", f"MA{next(_numbers):06d}")


def an_organisation(work: UnitOfWork, kind: OrgKind = OrgKind.OWNER, **differences) -> Organisation:
    """Return a new organisation of a kind."""
    code = differences.pop("code", None) or a_code(_PREFIX.get(kind, "12"))
    name = differences.pop("name", f"第{next(_numbers)}单位")
    return actions.register_organisation(work, kind=kind, code=code, name=name, **differences)


def a_user(work: UnitOfWork, organisation: Organisation, *roles: Role, **differences) -> User:
    """Return a new person of an organisation; without roles they hold all of its kind."""
    number = next(_numbers)
    facts = {"username": f"user{number}", "name": f"张三{number}", "password": _HASHED}
    return actions.add_user(
        work,
        organisation,
        roles=roles or roles_of_kind(organisation.kind),
        **(facts | differences),
    )


def a_person(
    here: Installation, *roles: Role, kind: OrgKind = OrgKind.OWNER, **differences
) -> User:
    """Return a new person of a new organisation, committed."""
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        return a_user(work, an_organisation(work, kind), *roles, **differences)


def actor_for(here: Installation, user: User) -> Actor:
    """Return the actor a person is."""
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return queries.actor_of(work, user)


def sign_in(client: FlaskClient, user: User, password: str = PASSWORD) -> None:
    """Sign a person in through the page."""
    answer = client.post("/sign-in", data={"username": user.username, "password": password})
    assert answer.status_code == 303, answer.text
