"""Nonsense in every field of every page as everybody: refused in words, never a failure (R18)."""

import io
import logging
import re
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from tests.lengths import length
from tests.market.security.routes import Route, routes
from tests.market.security.things import nothing_of
from tests.market.security.world import PEOPLE

A_FEW: Final = 4  # of the odd bodies and places, for each route
EXAMPLES: Final = 100  # for each of nine visitors
HARD: Final = (
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "٣",  # a digit to Python, not to a database
    "²",
    str(2**31),
    str(2**63),
    "9" * 400,
    "\x00",
    "a\x00b",
    "\r\nSet-Cookie: a=b",
    "中文" * 300,
    "𠮷野家",
    "\u202e\u0000",
    "\ud800",
    "%s%n{0}{{7*7}}${7*7}",
    "';DROP TABLE need;--",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-13-01T25:61",
    "12500.005",
    "-0",
    "on",
    "true",
    "[]",
    "null",
    "a" * 70_000,
)
FILES: Final = (
    ("", b""),
    ("x.pdf", b"%PDF-1.7 not really"),
    ("x.xlsx", b"PK\x03\x04" + b"\x00" * 40),
    ("x.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 40),
    ("../../x.csv", "机构名称\n".encode("gbk")),
    ("x.csv", b"\xef\xbb\xbf" + b"a,b\n" * 50),
    ("x.csv", b"\xff\xfe\x00"),
    ("名单.docx", b"MZ\x90"),
)
hard_texts = st.one_of(
    st.sampled_from(HARD),
    st.text(max_size=40),
    st.integers().map(str),
    st.dates().map(str),
    st.binary(max_size=20).map(lambda b: b.decode("latin-1")),
)


@pytest.fixture(scope="module")
def town(open_town):
    return open_town(csrf=False)


@pytest.fixture(scope="module")
def fields(town) -> dict[str, list[str]]:
    """The names of the fields of each form, read from the pages that show it."""
    found: dict[str, set[str]] = {}
    visitors = {name: town.visitor(name) for name in PEOPLE.values()}
    for route in routes(town.app):
        if route.method != "GET" or route.endpoint == "static":
            continue
        for thing in town.things(route)[:4]:
            page = visitors[town.who_may(route)].call(route, thing.values)
            if page.status_code == 200 and page.mimetype == "text/html":
                names = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page.text)
                found.setdefault(route.endpoint, set()).update({*names} - {"csrf_token"})
    everything = sorted(set().union(*found.values()))
    assert len(everything) > 40
    return {endpoint: sorted(names) for endpoint, names in found.items()} | {"": everything}


def a_request(route: Route, names: list[str]) -> st.SearchStrategy[dict]:
    """Return a strategy of what is sent: some fields, hard values, perhaps a file."""
    pairs = st.lists(st.tuples(st.sampled_from(names), hard_texts), max_size=12)
    if route.method == "GET":
        return pairs.map(lambda found: {"query_string": MultiDict(_sendable(found))})
    files = st.one_of(st.none(), st.tuples(st.sampled_from(names), st.sampled_from(FILES)))
    return st.tuples(pairs, files).map(lambda found: {"data": _form(*found)})


def _sendable(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Half a surrogate pair cannot be sent as UTF-8; the raw requests below send such bytes."""
    return [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]


def _form(pairs: list[tuple[str, str]], file) -> MultiDict:
    form = MultiDict(_sendable(pairs))
    if file:
        name, (filename, content) = file
        form.add(name, FileStorage(io.BytesIO(content), filename=filename))
    return form


RAW: Final = (
    ("application/x-www-form-urlencoded", b"title=%FF%FE&n=%ED%A0%80&%00=%00"),
    ("application/x-www-form-urlencoded", b"=&&&=;%"),
    ("application/x-www-form-urlencoded", b"a=1&" * 2000),
    ("application/x-www-form-urlencoded", b"title=" + b"x" * 1_000_000),
    ("application/x-www-form-urlencoded; charset=utf-16", b"t=1"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("multipart/form-data", b"no boundary"),
    ("application/json", b"[" * 10_000),
    ("text/plain", b"\x00\xff"),
    ("", b""),
)


@pytest.mark.parametrize("who", PEOPLE)
def test_no_form_and_no_query_breaks_a_page(town, fields, who, caplog):
    visitor = town.visitor(PEOPLE[who])
    may = town.permissions_of_role(who) if PEOPLE[who] else frozenset()
    doors = [r for r in routes(town.app) if r.access == "public" or r.access in may]
    doors = [r for r in doors if r.endpoint not in {"static", "accounts.sign_out"}]
    values = {
        str(r): [dict(t.values) for t in town.things(r)[:6]] or [nothing_of(r)] for r in doors
    }
    town.keep()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def try_it(data):
        route = data.draw(st.sampled_from(doors), label="route")
        about = data.draw(st.sampled_from(values[str(route)]), label="about")
        names = (fields.get(route.endpoint) or []) * 5 + fields[""]
        sent = data.draw(a_request(route, names), label="sent")
        answer = visitor.call(route, about, **sent)
        assert answer.status_code < 500, (route, answer.status)
        if town.writes:
            town.put_back()

    with caplog.at_level(logging.ERROR):
        try_it()
    assert "Traceback" not in caplog.text


def some_of(items: Sequence, number: int) -> list:
    """Return a few of these for one route and others for the next; in the long form all."""
    few = length(A_FEW, len(items))
    return [items[(number * few + place) % len(items)] for place in range(few)]


@pytest.mark.long
def test_no_bytes_break_a_form(town):
    town.keep()
    wrong = []
    visitors = {name: town.visitor(name) for name in PEOPLE.values()}
    doors = [route for route in routes(town.app) if route.method == "POST"]
    for number, route in enumerate(doors):
        name = town.who_may(route)
        found = town.things(route)
        values = dict(found[0].values) if found else nothing_of(route)
        for content_type, body in some_of(RAW, number):
            answer = visitors[name].call(route, values, data=body, content_type=content_type)
            if answer.status_code >= 500:
                wrong.append((str(route), content_type, body[:20], answer.status))
            if town.writes:
                town.put_back()
                visitors[name] = town.visitor(name)
    town.put_back()
    assert wrong == []


# What a place in an address may be told to hold.
PLACES: Final = (
    "0",
    "-1",
    "1" * 30,
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    "%00",
    "%FF",
    "%E4%B8%AD",
    "..%2F..",
    "a" * 5000,
    "%0D%0AX: y",
    "٣",
    "1.0",
    "None",
)


@pytest.mark.long
def test_no_address_breaks_a_page(town):
    town.keep()
    visitors = {name: town.visitor(name) for name in PEOPLE.values()}
    for visitor in visitors.values():
        visitor.client.set_cookie("session", visitor.cookie or "")
    wrong = []
    doors = [route for route in routes(town.app) if route.arguments]
    for number, route in enumerate(doors):
        browser = visitors[town.who_may(route)].client
        for place in some_of(PLACES, number):
            path = re.sub(r"<[^>]+>", place, route.rule.rule)
            answer = browser.open(path, method=route.method)
            if answer.status_code >= 500:
                wrong.append((route.method, path[:80], answer.status))
    town.put_back()
    assert wrong == []


def test_a_cookie_of_nonsense_is_nobody(town):
    client = town.app.test_client()
    for cookie in ("x", "a.b.c", "eyJfdXNlcl9pZCI6IjEifQ.x.y", "\x7f" * 50, "a" * 3000):
        client.set_cookie("session", cookie)
        assert client.get("/workbench").location.startswith("/sign-in?")
        assert client.get("/sign-in").status_code == 200
