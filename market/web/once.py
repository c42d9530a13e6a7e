"""A form sent twice takes effect once.

Every form carries a fresh ``request_key``. The first request that claims it does the work and
remembers where it led; a second one is sent to the same place and changes nothing.
"""

import secrets
import string
import time
from datetime import timedelta
from typing import Final

from flask import Flask, Response, current_app, flash, g, redirect
from flask_babel import gettext
from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from market.db import Base, Instant, UnitOfWork
from market.errors import MarketError, msgid
from market.installation import Installation

_KEY_CHARACTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")
_KEY_LENGTH: Final = 32
_LONGEST: Final = 1000
# The first request has committed and only has its answer to finish.
_PATIENCE_SECONDS: Final = 2.0
# Platform default: a form that is sent again after this long is a new form.
KEPT: Final = timedelta(hours=48)
BATCH: Final = 1000


class RequestKey(Base):
    """A form that has been sent, and where it led."""

    __tablename__ = "request_key"

    key: Mapped[str] = mapped_column(String(_KEY_LENGTH), primary_key=True)
    path: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[int | None]
    claimed_at: Mapped[Instant] = mapped_column(index=True)
    led_to: Mapped[str | None] = mapped_column(String(_LONGEST))


class AlreadySentError(MarketError):
    """The same form arrived a second time."""

    sentence = msgid("这份表单已经提交过，系统没有重复办理。请在工作台查看结果。")

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class BadRequestKeyError(MarketError):
    """The key is not one this site made."""

    sentence = msgid("页面已过期，请刷新页面后重新提交。")


def fresh_key() -> str:
    """Return a key for one form."""
    return secrets.token_urlsafe(24)


def claim(work: UnitOfWork, key: str, path: str) -> None:
    """Claim a form's key in the transaction that does the form's work.

    Raises:
        AlreadySentError: Another request did the work.
        BadRequestKeyError: The key has the wrong form, or belongs to another person's form.
    """
    if len(key) != _KEY_LENGTH or not _KEY_CHARACTERS.issuperset(key):
        raise BadRequestKeyError
    earlier = work.session.scalar(select(RequestKey).where(RequestKey.key == key))
    if earlier is not None:
        if (earlier.path, earlier.user_id) != (path[:300], work.actor.user_id):
            raise BadRequestKeyError
        raise AlreadySentError(key)
    work.session.add(
        RequestKey(
            key=key, path=path[:300], user_id=work.actor.user_id, claimed_at=work.now, led_to=None
        )
    )
    try:
        work.session.flush()
    except IntegrityError:
        raise AlreadySentError(key) from None


def sweep(here: Installation) -> int:
    """Forget the forms of the day before yesterday and earlier; return how many there were."""
    with here.sessions.begin() as session:
        old = session.scalars(
            select(RequestKey).where(RequestKey.claimed_at < here.clock() - KEPT).limit(BATCH)
        ).all()
        for row in old:
            session.delete(row)
        return len(old)


def init_app(app: Flask) -> None:
    """Remember where a claimed form led, and send its double there."""

    @app.after_request
    def remember(response: Response) -> Response:
        key = g.get("request_key")
        location = response.location or ""
        if key and response.status_code == 303 and len(location) <= _LONGEST:  # noqa: PLR2004 - See Other
            here: Installation = current_app.extensions["installation"]
            with here.sessions.begin() as session:
                row = session.get(RequestKey, key)
                if row is not None:
                    row.led_to = location
        return response

    @app.errorhandler(AlreadySentError)
    def again(error: AlreadySentError) -> BaseResponse:
        flash(
            gettext("重复提交，没有采用：这份表单此前已经提交过，以第一次提交的内容为准。"),
            "warning",
        )
        return redirect(_where_it_led(error.key) or "/workbench", code=303)

    app.jinja_env.globals["fresh_key"] = fresh_key


def _where_it_led(key: str) -> str | None:
    """Return where the first of two forms led; it may be about to write that down."""
    here: Installation = current_app.extensions["installation"]
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with here.sessions() as session:
            session.connection(execution_options={"reading": True})
            led_to = session.scalar(select(RequestKey.led_to).where(RequestKey.key == key))
        if led_to is not None or time.monotonic() > give_up:
            return led_to
        time.sleep(0.02)
