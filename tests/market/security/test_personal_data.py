"""The public log and the public pages name organisations, never people."""

import re
from typing import Final

import pytest
from sqlalchemy import select

from audit import store
from market.accounts.model import User
from market.experts.model import Expert
from market.firms.model import Firm, FirmStaff
from market.needs.model import Need
from tests.market.security.routes import routes

LEAST: Final = 2  # characters of a name


@pytest.fixture(scope="module")
def town(open_town):
    return open_town()


@pytest.fixture(scope="module")
def people(town) -> dict[str, set[str]]:
    """Everything the market knows about persons."""
    with town.here.sessions() as session:
        users = session.scalars(select(User)).all()
        firms = session.scalars(select(Firm)).all()
        needs = session.scalars(select(Need)).all()
        staff = session.scalars(select(FirmStaff)).all()
        experts = session.scalars(select(Expert)).all()
        return {
            "names": {u.name for u in users}
            | {f.contact_name for f in firms}
            | {f.legal_representative for f in firms}
            | {n.contact_name for n in needs}
            | {s.name for s in staff},
            "user names": {u.username for u in users},
            "telephones": {f.contact_phone for f in firms} | {n.contact_phone for n in needs},
            "addresses": {f.email for f in firms if f.email},
            "identity numbers": {s.id_masked for s in staff}
            | {s.person_digest for s in staff}
            | {e.id_masked for e in experts}
            | {e.id_digest for e in experts},
            "employers of experts": {e.employer_name for e in experts},
            "certificates": {s.certificate_number for s in staff},
            "passwords": {u.password_hash for u in users},
        }


def test_there_are_people_to_look_for(people):
    assert {kind for kind, found in people.items() if not found} == set()


def test_no_entry_of_the_log_tells_anything_about_a_person(town, people):
    with town.here.engine.connect() as connection:
        bodies = [
            bytes(b)
            for b in connection.scalars(
                select(store.submissions.c.body).order_by(store.submissions.c.id)
            )
        ]
    assert len(bodies) > 200
    told = {
        (kind, found, body[:60])
        for kind, values in people.items()
        for found in values
        for body in bodies
        if len(found) >= LEAST and _stands_in(found, body.decode("utf-8", "replace"))
    }
    assert told == set()


# What the law wants shown: who represents a firm and whom to call about a notice.
PUBLIC: Final = {"names", "telephones", "addresses"}


def test_no_public_page_tells_secrets_about_a_person(town, people):
    visitor = town.visitor(None)
    told = set()
    for route in routes(town.app):
        if route.access != "public" or route.method != "GET" or route.endpoint == "static":
            continue
        for thing in town.things(route)[:3]:
            page = visitor.call(route, thing.values).get_data().decode("utf-8", "replace")
            for kind in set(people) - PUBLIC:
                told |= {
                    (kind, found, str(route)) for found in people[kind] if _stands_in(found, page)
                }
    assert told == set()


def _stands_in(found: str, words: str) -> bool:
    """Tell whether a word stands in a text, not only as a part of a longer one."""
    if found not in words:  # which is nearly always so, and quickly known
        return False
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(found)}(?![0-9A-Za-z@])", words) is not None
