"""What every answer carries, refusals included, and what its cookies are like (R23)."""

from typing import Final

import pytest

from market.app import create_app
from market.config import Config
from market.installation import Installation
from tests.market.security.routes import Route, routes
from tests.market.security.things import nothing_of
from tests.market.security.world import PEOPLE

POLICY: Final = {
    "default-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "style-src": {"'self'"},
    "script-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
# For files that somebody else uploaded: nothing in them may run.
INERT: Final = {"default-src": {"'none'"}, "sandbox": set()}
METHODS: Final = ("GET", "POST", "PUT")


@pytest.fixture(scope="module")
def town(open_town):
    return open_town()


def policy_of(answer) -> dict[str, set[str]]:
    parts = answer.headers.get("Content-Security-Policy", "").split(";")
    return {words[0]: set(words[1:]) for words in map(str.split, parts) if words}


def faults(answer, route: Route) -> list[str]:
    """Return what an answer lacks."""
    headers = answer.headers
    kept = headers.get("Cache-Control", "")
    guarded = route.access != "public"
    page = answer.mimetype == "text/html" and not answer.location
    lacking = {
        "content security policy": policy_of(answer) not in (POLICY, INERT),
        "nosniff": headers.get("X-Content-Type-Options") != "nosniff",
        "referrer policy": headers.get("Referrer-Policy") != "same-origin",
        "opener policy": headers.get("Cross-Origin-Opener-Policy") != "same-origin",
        "a page may be stored": page and "no-store" not in kept,
        "what only some may read is for all caches": guarded and "public" in kept,
        "what only some may read may be kept": guarded and answer.status_code == 200 and not kept,
        "the software's name": "Server" in headers or "X-Powered-By" in headers,
        "charset": answer.content_type.startswith("text/")
        and "charset=utf-8" not in answer.content_type,
        "leads to an absolute address": (answer.location or "").startswith(("//", "http")),
        "cookie": not all(map(is_guarded, headers.getlist("Set-Cookie"))),
    }
    return [what for what, is_lacking in lacking.items() if is_lacking]


def is_guarded(cookie: str) -> bool:
    """Tell whether a cookie is for this host, for no script, and not for other sites' forms."""
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    return {"httponly", "samesite=lax", "path=/"} <= flags and "domain=" not in cookie.lower()


@pytest.mark.parametrize("name", ["nobody", "clerk1", "firm00", "operator1", "officer1"])
def test_every_answer_is_hardened(town, name):
    """Nobody asks in every way; the others only for what is not everybody's, and as it is meant."""
    visitor = town.visitor(None if name == "nobody" else name)
    may = town.permissions_of_user(name) if visitor.cookie else None
    town.keep()
    wrong = []
    for route in routes(town.app):
        if may is not None and route.access not in may:
            continue
        found = town.things(route)
        values = dict(found[0].values) if found else nothing_of(route)
        for method in METHODS if may is None else (route.method,):
            asked = Route(route.endpoint, method, route.rule, route.access)
            answer = visitor.call(asked, values)
            if lacking := faults(answer, asked):
                wrong.append((str(asked), answer.status, lacking))
    town.put_back()
    assert wrong == []


def test_pages_for_each_role_leave_no_trace_on_a_shared_computer(town):
    for name in filter(None, PEOPLE.values()):
        visitor = town.visitor(name)
        visitor.client.set_cookie("session", visitor.cookie)
        answer = visitor.client.get("/workbench")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_keeps_to_https_where_the_site_does(world, tmp_path, secure):
    here = world.open(tmp_path)
    config = Config(database_url=here.config.database_url, data_dir=tmp_path, secure_cookies=secure)
    app = create_app(Installation.open(config, here.clock))
    [cookie] = app.test_client().get("/sign-in").headers.getlist("Set-Cookie")
    assert ("; Secure;" in cookie + ";") is secure
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_made_up_host_is_not_repeated(town):
    client = town.app.test_client()
    for path in ("/workbench", "/sign-in", "/no-such-page", "/language/en"):
        answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil2.cn"})
        assert "evil" not in answer.text
        assert "evil" not in (answer.location or "")


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_address_is_believed_from_a_proxy_only_where_there_is_one(world, tmp_path, proxies):
    """Otherwise anybody could try passwords from a new address each time."""
    here = world.open(tmp_path)
    config = Config(
        database_url=here.config.database_url,
        data_dir=tmp_path,
        trusted_proxies=proxies,
        password_memory_kib=64,
    )
    app = create_app(Installation.open(config, here.clock))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answers = [
        client.post(
            "/sign-in",
            data={"username": f"nobody{n}", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(60)
    ]
    throttled = answers[-1] != answers[0]
    assert throttled is (proxies == 0), answers
