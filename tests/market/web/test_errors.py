"""What a reader is told when a request is refused or the platform fails: in words, no more."""

import logging

import pytest
from flask import abort
from sqlalchemy import text
from werkzeug.exceptions import NotFound, TooManyRequests

from market.access import public
from market.app import create_app
from market.errors import (
    ConflictError,
    ForbiddenError,
    MarketError,
    MissingError,
    SignInRequiredError,
    msgid,
)
from market.web.errors import status_of
from market.web.work import request_work
from tests.market.factories.accounts import a_person, sign_in

SECRET = "the secret inside"


class SlowDownError(MarketError):
    """An error that knows when to come back."""

    sentence = msgid("请稍后再试。")
    retry_after_seconds = 90


def boom() -> str:
    """Fail in a way nobody has thought of."""
    raise RuntimeError(SECRET)


def no_database() -> str:
    """Ask a database that does not serve."""
    with request_work() as work:
        work.session.execute(text(f"SELECT '{SECRET}' FROM no_such_table"))
    return ""


def busy() -> str:
    """Refuse for a while."""
    raise SlowDownError


def abort_with(status: int) -> None:
    """Stop with a bare status."""
    abort(status)


@pytest.fixture
def app(fast_here):
    """The application with three pages that fail."""
    app = create_app(fast_here)
    for view in (boom, no_database, busy):
        app.add_url_rule(f"/test/{view.__name__}", view.__name__, public(view))
    app.add_url_rule("/test/abort/<int:status>", "abort", public(abort_with))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture(params=["zh", "en"])
def reader(request, client):
    """A browser that reads Chinese, and one that reads English."""
    client.get(f"/language/{request.param}")
    return client, request.param


def asked_for(client, status: int):
    """Make the platform answer with a status."""
    ask = {
        400: lambda: client.post("/sign-in", data={"username": "x", "password": "y"}),
        404: lambda: client.get("/no-such-page"),
        405: lambda: client.get("/sign-out"),
        413: lambda: client.post("/sign-in", data=b"x" * 3_000_000, content_type="text/plain"),
        500: lambda: client.get("/test/boom"),
        503: lambda: client.get("/test/no_database"),
    }
    return ask.get(status, lambda: client.get(f"/test/abort/{status}"))()


WORDS = {
    400: ("页面已过期或来源不明", "expired"),
    401: ("请先登录", "sign in"),
    403: ("没有权限", "not allowed"),
    404: ("没有找到", "not found"),
    405: ("不能这样访问", "address"),
    413: ("文件过大", "large"),
    429: ("操作过于频繁", "too many"),
    500: ("系统出错", "wrong"),
    503: ("系统暂停服务", "interrupted"),
}


@pytest.mark.parametrize("status", WORDS)
def test_every_failure_has_a_page_in_the_readers_language(reader, app, status):
    client, language = reader
    app.config["MAX_CONTENT_LENGTH"] = 2_000_000
    answer = asked_for(client, status)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    chinese, english = WORDS[status]
    if language == "zh":
        assert chinese in answer.text
        assert '<html lang="zh' in answer.text
    else:
        assert chinese not in answer.text
        assert english in answer.text.lower()
        assert '<html lang="en' in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/test/boom", "/test/no_database"])
@pytest.mark.parametrize("testing", [True, False])
def test_a_failure_shows_nothing_of_the_inside_and_is_logged_whole(
    client, app, caplog, path, testing
):
    app.config["TESTING"] = testing
    with caplog.at_level(logging.ERROR):
        page = client.get(path).text
    for inside in ("Traceback", SECRET, "RuntimeError", "sqlite", "SELECT", ".py"):
        assert inside not in page
    assert SECRET in caplog.text
    assert "Traceback" in caplog.text


def test_a_database_that_does_not_serve_says_when_to_come_back(client):
    assert int(client.get("/test/no_database").headers["Retry-After"]) > 0


def test_a_refusal_that_knows_when_says_so(client):
    answer = client.get("/test/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "90")


def test_a_wrong_method_says_which_are_right(client):
    assert client.get("/sign-out").headers["Allow"] == "OPTIONS, POST"


def test_the_whole_database_may_be_gone(client, app, fast_here, caplog):
    app.config["WTF_CSRF_ENABLED"] = False
    user = a_person(fast_here)
    sign_in(client, user)
    with fast_here.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE user_session")
    with caplog.at_level(logging.ERROR):
        answer = client.get("/workbench")
    assert answer.status_code == 503
    assert "可能没有保存" in answer.text
    assert "may not be saved" in answer.text
    assert "user_session" in caplog.text
    assert "user_session" not in answer.text
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SignInRequiredError, 401),
        (ForbiddenError, 403),
        (MissingError, 404),
        (ConflictError, 409),
        (MarketError, 409),
        (SlowDownError, 409),
    ],
)
def test_a_refusal_has_the_status_of_its_nearest_class(error, status):
    assert status_of(error()) == status


def test_werkzeugs_own_words_are_not_shown(client, app):
    app.add_url_rule(
        "/test/many", "many", public(lambda: (_ for _ in ()).throw(TooManyRequests(SECRET)))
    )
    page = client.get("/test/many")
    assert (page.status_code, SECRET in page.text) == (429, False)


def test_an_address_no_database_can_be_asked_for_leads_nowhere(app):
    ways = app.url_map.bind("")
    assert ways.match("/objections/YY-2026-000001")[0] == "objections.show"
    with pytest.raises(NotFound):
        ways.match("/objections/YY-2026-\0")
