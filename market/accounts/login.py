"""Who is signed in, for Flask-Login: a person behind a session row of the database."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast

import flask_login
from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from market.access import Permission, Role
from market.accounts import browsers, queries, sessions
from market.accounts.rules import BROWSER_KNOWN_FOR
from market.db import Actor, reading_work
from market.labels import label_of
from market.web.work import ANYONE, installation

# All that an account with a temporary password can do is to change it.
_WITH_TEMPORARY_PASSWORD: Final = frozenset({Permission.WORKBENCH_OPEN})
_REACHABLE: Final = frozenset({"accounts.password", "accounts.sign_out"})


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who is signed in, as pages and views know them."""

    token: str
    name: str
    org_name: str
    roles: tuple[Role, ...]
    actor: Actor
    must_change_password: bool
    seen_at: datetime

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def role_label(self) -> str:
        """Their roles in the reader's language."""
        return str(gettext("、").join(gettext(label_of(role).text) for role in self.roles))

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the signed cookie: the token of the session."""
        return self.token


def load(token: str) -> Reader | None:
    """Return who is signed in with a token. It only reads."""
    here = installation()
    with reading_work(here.sessions, ANYONE, here.clock) as work:
        found = sessions.find(work, token)
        if found is None:
            return None
        user, row = found
        actor = queries.actor_of(work, user)
        if user.password_temporary:
            actor = replace(actor, permissions=actor.permissions & _WITH_TEMPORARY_PASSWORD)
        employer = queries.organisation(work, user.organisation_id)
        reader = Reader(
            token, user.name, employer.name, queries.roles_of(work, user), actor,
            user.password_temporary, row.seen_at,
        )  # fmt: skip
    g.reader = reader
    return reader


def welcome(token: str) -> None:
    """Put a new session's token into this browser, and nothing else of an earlier session."""
    leave()
    reader = load(token)
    if reader is not None:
        flask_login.login_user(reader)


def shown_by_browser(username: str) -> str:
    """Return what this browser shows to be known to an account; empty if it shows nothing."""
    key = installation().keys.known_browser_key
    return request.cookies.get(browsers.cookie_of(key, username), "")


def knowing(answer: BaseResponse, token: str) -> BaseResponse:
    """Let this browser show, from now on, that it signed in to the account of a session."""
    here = installation()
    with reading_work(here.sessions, ANYONE, here.clock) as work:
        found = sessions.find(work, token)
    if found is not None:
        key, user = here.keys.known_browser_key, found[0]
        answer.set_cookie(
            browsers.cookie_of(key, user.username),
            browsers.mint(key, user, here.clock()),
            max_age=BROWSER_KNOWN_FOR,
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite=current_app.config["SESSION_COOKIE_SAMESITE"],
        )
    return answer


def leave() -> None:
    """Empty this browser's session; only the language stays."""
    language = session.get("language")
    flask_login.logout_user()
    session.clear()
    if language:
        session["language"] = language
    g.pop("reader", None)


def token_here() -> str | None:
    """Return the token in this browser, whether or not it is worth anything."""
    return session.get("_user_id")


def init_app(app: Flask) -> None:
    """Set up Flask-Login, the detour of temporary passwords, and the idle limit."""
    manager = flask_login.LoginManager()
    # People on the road change addresses; the token, not the address, is the session.
    manager.session_protection = None
    manager.user_loader(load)
    manager.init_app(app)
    app.before_request(change_password_first)
    app.after_request(remember_seen)


def change_password_first() -> BaseResponse | None:
    """Send people with a temporary password to the page where they change it."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "access", "public") == "public" or request.endpoint in _REACHABLE:
        return None
    if getattr(flask_login.current_user, "must_change_password", False):
        return redirect(url_for("accounts.password"), code=303)
    return None


def remember_seen(response: Response) -> Response:
    """Note that the reader was seen, once a page is done and at most once a minute."""
    reader = cast("Reader | None", g.get("reader"))
    if reader is not None:
        here = installation()
        now = here.clock()
        if sessions.is_stale(reader.seen_at, now):
            sessions.touch(here.sessions, reader.token, now)
    return response
