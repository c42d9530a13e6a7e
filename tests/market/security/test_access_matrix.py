"""Who may call what: every route, with every method, as everybody (R20).

The expectation is the reviewed table beside this file; the answers are the application's.
"""

from http import HTTPStatus

import pytest

from market.access import Role, permissions_of
from market.accounts import actions
from market.db import Actor, unit_of_work
from tests.market.security.routes import METHODS, TABLE, Route, routes, table_of
from tests.market.security.things import nothing_of
from tests.market.security.world import PEOPLE


@pytest.fixture(scope="module")
def town(open_town):
    """One market for all cells: whoever writes puts back what was there."""
    return open_town(csrf=False)


def test_every_route_has_its_row_in_the_reviewed_table(town):
    assert TABLE.read_text("utf-8") == table_of(town.app), (
        "review the difference, then: python -m tests.market.security.routes"
    )


def test_everybody_is_somebody():
    assert set(PEOPLE) == {"anonymous", *Role}


def refused_as_it_should(route: Route, answer, *, signed_in: bool) -> bool:
    """Tell whether somebody who may not call a route was turned away."""
    if signed_in:
        return answer.status_code == HTTPStatus.FORBIDDEN
    if route.method == "GET":
        return answer.status_code == HTTPStatus.SEE_OTHER and answer.location.startswith(
            "/sign-in?"
        )
    return answer.status_code == HTTPStatus.UNAUTHORIZED


def let_in(answer) -> bool:
    """Tell whether somebody who may call a route got an answer about the matter itself."""
    turned_away = answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    asked_to_sign_in = (answer.location or "").startswith("/sign-in?")
    return not turned_away and not asked_to_sign_in and answer.status_code < 500


def first_thing(town, route: Route) -> dict[str, object]:
    """Fill an address with something that exists."""
    found = town.things(route)
    return dict(found[0].values) if found else nothing_of(route)


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_the_table_says_and_nothing_more(town, who):
    name = PEOPLE[who]
    visitor = town.visitor(name)
    allowed = permissions_of(frozenset({Role(who)})) if name else frozenset()
    town.keep()
    before = town.counts()
    wrong = []
    for route in routes(town.app):
        values = first_thing(town, route)
        answer = visitor.call(route, values)
        wrote, locked = list(town.writes), town.locks
        if route.access == "public" or route.access in allowed:
            fine = let_in(answer) and (route.method == "POST" or not (wrote or locked))
            if wrote:
                town.put_back()
        else:
            fine = refused_as_it_should(route, answer, signed_in=bool(name)) and not (
                wrote or locked
            )
        if not fine:
            wrong.append((str(route), values, answer.status, answer.location, wrote[:2]))
    assert wrong == []
    assert town.counts() == before


def test_who_was_deactivated_is_nobody(town):
    town.keep()
    visitor = town.visitor("clerk2")
    with unit_of_work(town.here.sessions, Actor("test"), town.here.clock) as work:
        actions.deactivate_user(work, work.session.merge(town.user("clerk2"), load=False))
    wrong = []
    for route in routes(town.app):
        if route.access == "public":
            continue
        answer = visitor.call(route, nothing_of(route))
        if not refused_as_it_should(route, answer, signed_in=False) or town.writes:
            wrong.append((str(route), answer.status))
    assert wrong == []
    town.put_back()


def test_who_has_a_temporary_password_can_only_change_it(town):
    town.keep()
    with town.raw() as connection:
        connection.execute(
            "UPDATE user_account SET password_temporary = 1 WHERE username = 'operator1'"
        )
        connection.commit()
    visitor = town.visitor("operator1")
    wrong = []
    for route in routes(town.app):
        if route.access == "public" or route.endpoint == "accounts.password":
            continue
        answer = visitor.call(route, nothing_of(route))
        if (answer.status_code, answer.location) != (303, "/password") or town.writes:
            wrong.append((str(route), answer.status))
    assert wrong == []
    town.put_back()


def test_no_address_takes_a_method_that_is_not_in_the_table(town):
    visitor = town.visitor("operator1")
    adapter = town.app.url_map.bind("localhost")
    wrong = []
    for route in routes(town.app):
        values = first_thing(town, route)
        # Two endpoints may share an address: one shows the form, the other takes it.
        for method in set(METHODS) - set(adapter.allowed_methods(town.address(route, values))):
            other = Route(route.endpoint, method, route.rule, route.access)
            answer = visitor.call(other, values)
            if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED or town.writes:
                wrong.append((str(other), answer.status))
    assert wrong == []
