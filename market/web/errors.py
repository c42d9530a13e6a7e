"""How refusals look over HTTP: the one place that turns an error into a status."""

from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response

from market.errors import (
    ForbiddenError,
    MarketError,
    MissingError,
    SignInRequiredError,
)
from market.web import replay

STATUS: dict[type[MarketError], HTTPStatus] = {
    SignInRequiredError: HTTPStatus.UNAUTHORIZED,
    MissingError: HTTPStatus.NOT_FOUND,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    MarketError: HTTPStatus.CONFLICT,
}


# A disk that is full or a database that restarts: somebody is told, and the reader comes back.
_DATABASE_BACK_SECONDS = 30
_WITHOUT_A_FRAME = """\
<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>系统暂停服务</title>
<h1>系统暂停服务</h1>
<p>您刚才提交的内容可能没有保存。请稍后核对并重试。</p>
<p lang="en">The service is unavailable. What you have just sent may not be saved: please come
back later, check, and try again.</p></html>
"""


def status_of(error: MarketError) -> HTTPStatus:
    """Return the status of a refusal: that of its nearest class in ``STATUS``."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def sentence_of(error: MarketError) -> str:
    """Return the refusal's sentence in the reader's language."""
    facts = {name: _in_words(value) for name, value in error.facts.items()}
    return str(gettext(error.sentence, **facts))


def _in_words(value: object) -> object:
    """Translate a fact that is itself a msgid; numbers, dates and names pass unchanged."""
    return gettext(value) if isinstance(value, str) and value else value


def init_app(app: Flask) -> None:
    """Answer every ``MarketError`` with its status and its own words."""

    @app.errorhandler(SignInRequiredError)
    def sign_in_first(error: SignInRequiredError) -> Response | tuple[str, int, dict[str, str]]:
        if request.method != "POST":
            return redirect(
                url_for("accounts.sign_in", next=request.full_path.rstrip("?")), code=303
            )
        return _page(error)

    @app.errorhandler(MarketError)
    def refused(error: MarketError) -> tuple[str, int, dict[str, str]]:
        return _page(error)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> tuple[str, int]:
        del error
        if replay.is_ours():
            return replay.page()
        words = gettext("页面已过期或来源不明，没有办理。请刷新页面后重新提交。")
        return render_template("errors/plain.html", status=400, sentence=words), 400

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> tuple[str, int, dict[str, str]] | Response:
        return _plain(app, error)

    @app.errorhandler(OperationalError)
    def unavailable(error: OperationalError) -> tuple[str, int, dict[str, str]]:
        app.logger.error("the database does not serve", exc_info=error)
        return _last_page(app, 503), 503, {"Retry-After": str(_DATABASE_BACK_SECONDS)}

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        app.logger.error("unhandled error", exc_info=error)
        return _last_page(app, 500), 500


def _plain(app: Flask, error: HTTPException) -> tuple[str, int, dict[str, str]] | Response:
    """Answer what the frame refuses by itself, such as an address that leads nowhere."""
    if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004
        return Response.force_type(error.get_response())
    if isinstance(error, NotFound) and (there := _without_slash(app)):
        return redirect(there, code=308)
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    page = render_template("errors/plain.html", status=error.code, sentence=None)
    return page, error.code, headers


def _without_slash(app: Flask) -> str | None:
    """Return the address of the page that somebody asked for with one slash too many."""
    wanted = f"/{request.path.strip('/')}"
    adapter = app.create_url_adapter(request)
    if request.method not in {"GET", "HEAD"} or request.path == wanted or adapter is None:
        return None
    if not adapter.test(wanted, "GET"):
        return None
    query = request.query_string.decode("ascii", "replace")
    return f"{request.root_path}{quote(wanted)}{f'?{query}' if query else ''}"


def _last_page(app: Flask, status: int) -> str:
    """Return the page of a failure; its frame needs the database, which may be what failed."""
    try:
        return render_template("errors/plain.html", status=status, sentence=None)
    except Exception:
        app.logger.exception("the error page failed too")
        return _WITHOUT_A_FRAME


def _page(error: MarketError) -> tuple[str, int, dict[str, str]]:
    status = status_of(error)
    return (
        render_template("errors/refused.html", sentence=sentence_of(error), status=status.value),
        status.value,
        retry_after(error),
    )


def retry_after(error: MarketError) -> dict[str, str]:
    """Return the header that says when to come back, for an error that knows it."""
    seconds = getattr(error, "retry_after_seconds", None)
    return {"Retry-After": str(seconds)} if seconds else {}
