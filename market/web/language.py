"""Chinese first, English second."""

from flask import Blueprint, Flask, redirect, request, session
from flask_babel import Babel, gettext
from werkzeug.wrappers import Response

from market.access import public
from market.errors import MissingError
from market.labels import Label

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}

bp = Blueprint("web", __name__)


def language() -> str:
    """Return ``zh`` or ``en``: what the reader chose, Chinese until then."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "zh"


def words(label: Label | str) -> str:
    """Translate a label or a msgid that was not written in a template."""
    text = label.text if isinstance(label, Label) else label
    return str(gettext(text)) if text else ""


def init_app(app: Flask) -> None:
    """Set up Flask-Babel: msgids are Chinese, so Chinese needs no catalogue."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "locale"
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES["zh"]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=lambda: LANGUAGES[language()])
    app.jinja_env.filters["words"] = words
    app.register_blueprint(bp)


@bp.get("/language/<code>", endpoint="language")
@public
def language_choice(code: str) -> Response:
    """Remember the reader's language and go back."""
    if code not in LANGUAGES:
        raise MissingError
    session["language"] = code
    return redirect(local_path(request.args.get("next")), code=303)


def local_path(path: str | None) -> str:
    """Return ``path`` if it stays on this site, else the home page.

    Browsers read a backslash as a slash and pass over tabs and line ends.
    """
    if not path or not path.startswith("/") or path.startswith("//"):
        return "/"
    return path if path.isprintable() and "\\" not in path else "/"
