"""Nobody reaches another organisation's things by trying numbers (R21).

Whoever asks for what belongs to others gets the very page that they get for what does not
exist: nobody learns from the answer which numbers are taken.
"""

import re
from http import HTTPStatus
from typing import Final

import pytest

from tests.market.security.routes import routes
from tests.market.security.things import is_owned, nothing_of
from tests.market.security.world import LISTED, PEOPLE

# Who sees their own organisation's things only; the others serve or watch the whole city.
TENANTS: Final = {
    "clerk1": "owner-clerk",
    "clerk2": "owner-clerk",
    "approver1": "owner-approver",
    "approver2": "owner-approver",
    "firm00": "firm-delegate",
    "firm12": "firm-delegate",
    "firm48": "firm-delegate",
}
# With them every firm that a draw can choose: who wins one is chance.
WINNERS: Final = {f"firm{number:02}": "firm-delegate" for number in LISTED}
MOST_THINGS: Final = 3  # of others, for each route and visitor
# A token of the frame's forms carries the second at which the page was made.
_TOKEN: Final = re.compile(r'(name="(csrf_token|request_key)"[^>]*value=")[^"]+')


@pytest.fixture(scope="module")
def town(open_town):
    """Forms are not guarded here: it is not the guard that must refuse."""
    return open_town(csrf=False)


@pytest.mark.parametrize("username", TENANTS)
def test_what_belongs_to_others_looks_like_what_does_not_exist(town, username):
    visitor = town.visitor(username)
    mine = town.user(username).organisation_id
    may = town.permissions_of_role(TENANTS[username])
    before, asked, wrong = town.counts(), 0, []
    for route in routes(town.app):
        if route.access not in may or not is_owned(route):
            continue
        nothing = nothing_of(route)
        missing = plain(visitor.call(route, nothing), town.address(route, nothing))
        others = [thing for thing in town.things(route) if mine not in thing.parties]
        for thing in others[:MOST_THINGS]:
            asked += 1
            answer = visitor.call(route, thing.values)
            same = plain(answer, town.address(route, thing.values)) == missing
            if answer.status_code != HTTPStatus.NOT_FOUND or not same or town.writes:
                wrong.append((str(route), dict(thing.values), answer.status, same))
    assert wrong == []
    assert asked > 0
    assert town.counts() == before


def test_of_every_route_somebody_was_refused_what_is_another_s(town):
    """Who wins a draw of this market is chance: one firm may own all there is of a kind."""
    of_nobody = {str(route) for route in routes(town.app) if is_owned(route)}
    for username, role in TENANTS.items():
        mine, may = town.user(username).organisation_id, town.permissions_of_role(role)
        for route in routes(town.app):
            is_asked = route.access in may and is_owned(route)
            if is_asked and any(mine not in thing.parties for thing in town.things(route)):
                of_nobody.discard(str(route))
    reached = {
        str(route)
        for route in routes(town.app)
        if any(route.access in town.permissions_of_role(role) for role in TENANTS.values())
    }
    assert of_nobody & reached == set()


def plain(answer, address: str) -> str:
    """Return a page without what differs from one request to the next anyway."""
    return _TOKEN.sub(r"\1", answer.text.replace(address, "ADDRESS"))


def test_one_sees_ones_own(town):
    """The same routes do show what is one's own: the refusals above are not about the route."""
    found = set()
    for username, role in (TENANTS | WINNERS).items():
        visitor = town.visitor(username)
        mine = town.user(username).organisation_id
        for route in routes(town.app):
            if route.method != "GET" or route.endpoint in found or not is_owned(route):
                continue
            if route.access not in town.permissions_of_role(role):
                continue
            for thing in town.things(route):
                answer = visitor.call(route, thing.values) if mine in thing.parties else None
                if answer is not None and answer.status_code == HTTPStatus.OK:
                    found.add(route.endpoint)
                    break
    readable = {
        route.endpoint
        for route in routes(town.app)
        if route.method == "GET"
        and is_owned(route)
        and any(
            route.access in town.permissions_of_role(role)
            for role, name in PEOPLE.items()
            if name in TENANTS
        )
    }
    # Evidence is handed out only after a look that was written down; whoever closes an account
    # of one's own asks nobody, so that there is no page; nobody of these is heard of an objection
    # here, and nobody's words of a rating are covered.
    assert readable - found == {
        "ratings.object_to_cover",
        "objections.evidence_file",
        "objections.hearing_file",
        "accounts.person_deactivate",
    }
