"""How refusals look over HTTP: the one place that turns an error into a status."""

from http import HTTPStatus

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from market.errors import (
    ForbiddenError,
    MarketError,
    MissingError,
    SignInRequiredError,
)

STATUS: dict[type[MarketError], HTTPStatus] = {
    SignInRequiredError: HTTPStatus.UNAUTHORIZED,
    MissingError: HTTPStatus.NOT_FOUND,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    MarketError: HTTPStatus.CONFLICT,
}


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
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path), code=303)
        return _page(error)

    @app.errorhandler(MarketError)
    def refused(error: MarketError) -> tuple[str, int, dict[str, str]]:
        return _page(error)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> tuple[str, int]:
        del error
        words = gettext("页面已过期或来源不明，没有办理。请刷新页面后重新提交。")
        return render_template("errors/plain.html", status=400, sentence=words), 400

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> tuple[str, int] | Response:
        if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004
            return Response.force_type(error.get_response())
        return render_template("errors/plain.html", status=error.code, sentence=None), error.code

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        app.logger.error("unhandled error", exc_info=error)
        try:
            return render_template("errors/plain.html", status=500, sentence=None), 500
        except Exception:
            # The frame of the page needs the database, which may be what broke.
            app.logger.exception("the error page failed too")
            return "系统暂时不能服务，已提交的内容没有丢失。请稍后重试。\n", 500


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
