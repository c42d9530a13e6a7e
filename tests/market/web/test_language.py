"""Chinese first, English second, and no way off this site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.web.language import local_path
from tests.market.factories.accounts import a_person, sign_in

EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "/\r\n/evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:evil.example",
    "evil.example",
    "//evil.example@localhost/",
    "/\x00/evil.example",
    "",
]


def leads_to(location: str) -> str:
    """Return the host to which a browser goes: it drops tabs and line ends, and turns slashes."""
    cleaned = location.strip(" \t\r\n\f\v\x00")
    for character in "\t\r\n":
        cleaned = cleaned.replace(character, "")
    return urlsplit(urljoin("http://localhost/", cleaned.replace("\\", "/"))).netloc


@pytest.mark.parametrize("target", EVIL)
@pytest.mark.parametrize("door", ["/language/en", "/sign-in"])
def test_no_door_leads_to_another_site(client, fast_here, target, door):
    if door == "/sign-in":
        sign_in(client, a_person(fast_here))  # who is signed in is sent on at once
    answer = client.get(door, query_string={"next": target})
    assert answer.status_code == 303
    assert leads_to(answer.location) == "localhost"
    assert "\n" not in answer.location


@given(st.text(alphabet="/\\\t\n\r :@.evil", max_size=12))
@settings(max_examples=300)
def test_a_local_path_is_local(target):
    assert leads_to(local_path(target)) == "localhost"


@pytest.mark.parametrize("path", ["/", "/notices?page=2&q=环评", "/needs/XQ-2026-000001#top"])
def test_a_path_of_this_site_is_kept(path):
    assert local_path(path) == path


def test_the_language_is_remembered_through_signing_in_and_out(client, fast_here):
    assert '<html lang="zh' in client.get("/sign-in").text
    client.get("/language/en")
    assert '<html lang="en' in client.get("/sign-in").text
    sign_in(client, a_person(fast_here))
    assert '<html lang="en' in client.get("/workbench").text
    client.post("/sign-out")
    assert '<html lang="en' in client.get("/sign-in").text
    client.get("/language/zh")
    assert '<html lang="zh' in client.get("/sign-in").text


@pytest.mark.parametrize("code", ["fr", "EN", "zh_Hans_CN", "%00", "..%2f"])
def test_an_unknown_language_is_missing(client, code):
    assert client.get(f"/language/{code}", follow_redirects=True).status_code == 404
    assert '<html lang="zh' in client.get("/sign-in").text


def test_the_answer_says_which_language_it_is_in(client):
    # The address is the same in both languages: what is stored must not be shared.
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
