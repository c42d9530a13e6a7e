"""A form counts only if this site gave it to this browser (R22)."""

from http import HTTPStatus

import pytest

from market.web.once import fresh_key
from tests.market.security.conftest import csrf_token
from tests.market.security.routes import Route, routes
from tests.market.security.things import nothing_of

WORDS = "页面已过期或来源不明，没有办理。"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(scope="module")
def town(open_town):
    """The application as it is installed: forms are guarded."""
    return open_town()


def posts(town) -> list[Route]:
    return [route for route in routes(town.app) if route.method in WRITING]


def values_of(town, route: Route) -> dict[str, object]:
    found = town.things(route)
    return dict(found[0].values) if found else nothing_of(route)


def token_of(visitor) -> str:
    """Return the token that the site gave to this visitor's browser, which keeps its cookie."""
    visitor.client._cookies.clear()
    if visitor.cookie:
        visitor.client.set_cookie("session", visitor.cookie)
    token = csrf_token(visitor.client.get("/password" if visitor.cookie else "/sign-in").text)
    assert token
    visitor.cookie = visitor.client.get_cookie("session").value
    return token


def test_no_state_changes_without_the_browsers_own_token(town):
    """Neither no token, nor a made-up one, nor another person's own one opens a door."""
    visitors = {}
    strangers_token = token_of(town.visitor("clerk2"))
    before = town.counts()
    wrong = []
    for route in posts(town):
        name = town.who_may(route)
        if name not in visitors:
            visitors[name] = town.visitor(name)
            token_of(visitors[name])
            before = town.counts()  # signing in wrote
        values = values_of(town, route)
        for token in (None, "", "x" * 91, strangers_token):
            data = {"request_key": fresh_key()} | ({} if token is None else {"csrf_token": token})
            headers = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
            answer = visitors[name].call(route, values, data=data, headers=headers)
            if (
                answer.status_code != HTTPStatus.BAD_REQUEST
                or WORDS not in answer.text
                or town.writes
                or town.locks
            ):
                wrong.append((str(route), token, answer.status, list(town.writes)))
    assert wrong == []
    assert town.counts() == before


def test_with_the_browsers_own_token_the_form_is_looked_at(town):
    """The guard is what refused above: the same requests get past it with the right token."""
    visitors = {name: town.visitor(name) for name in {town.who_may(r) for r in posts(town)}}
    tokens = {name: token_of(visitor) for name, visitor in visitors.items()}
    town.keep()
    wrong = []
    for route in posts(town):
        name = town.who_may(route)
        data = {"csrf_token": tokens[name], "request_key": fresh_key()}
        answer = visitors[name].call(route, values_of(town, route), data=data)
        if WORDS in answer.text or answer.status_code >= 500:
            wrong.append((str(route), answer.status))
        town.put_back()
    assert wrong == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_a_link_changes_nothing(town, method):
    """No GET writes, takes the write lock, or does what a form of the same address would."""
    visitors = {name: town.visitor(name) for name in {town.who_may(r) for r in routes(town.app)}}
    before = town.counts()
    wrong = []
    for route in routes(town.app):
        asked = Route(route.endpoint, method, route.rule, route.access)
        visitor = visitors[town.who_may(route)]
        answer = visitor.call(asked, values_of(town, route), query_string={"confirm": "1"})
        submitted = answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        if town.writes or town.locks or submitted or answer.status_code >= 500:
            wrong.append((str(asked), answer.status, list(town.writes)))
    assert wrong == []
    assert town.counts() == before
