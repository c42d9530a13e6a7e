"""The Flask application: the only place that assembles things."""

import importlib
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from market import access, witnessing
from market.installation import Installation
from market.web import errors, headers, health, language, log, log_bulletin, once, openings, site

_PACKAGE = Path(__file__).resolve().parent
# Installed from a wheel the templates lie inside the package; in a checkout, beside it.
TEMPLATES = next(
    folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()
)

FEATURES = (
    "accounts",
    "messages",
    "letters",
    "catalogue",
    "firms",
    "documents",
    "tariffs",
    "affiliations",
    "experts",
    "needs",
    "draws",
    "quotes",
    "direct",
    "bidding",
    "panels",
    "scoring",
    "explanations",
    "contracts",
    "rereview",
    "objections",
    "complaints",
    "clocks",
    "supervision",
    "ratings",
    "holidays",
    "credit",
    "supplements",
    "payments",
    "timelines",
    "dossiers",
    "selfaudit",
    "oversight",
    "portal",
)


class _Word(UnicodeConverter):
    """A word in an address: one that a database can be asked for."""

    def to_python(self, value: str) -> str:
        """Refuse what PostgreSQL cannot even compare."""
        if "\0" in value:
            raise ValidationError
        return str(super().to_python(value))


class _Number(IntegerConverter):
    """A number in an address: no larger than any database can be asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Werkzeug's own
        super().__init__(*args, **({"max": 2**63 - 1} | kwargs))


def create_app(here: Installation) -> Flask:
    """Build the application; it starts only if every endpoint says who may call it.

    Raises:
        ConfigurationError: The policy of witnesses cannot be used.
    """
    witnessing.policy(here)
    app = Flask("market", template_folder=str(TEMPLATES), static_folder="web/static")
    app.url_map.converters |= {"int": _Number, "default": _Word, "string": _Word}
    app.extensions["installation"] = here
    app.config.update(
        SECRET_KEY=here.keys.session_secret,
        MAX_CONTENT_LENGTH=here.config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=here.config.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if hops := here.config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    CSRFProtect(app)
    language.init_app(app)
    site.init_app(app)
    openings.init_app(app)
    once.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(log.bp)
    app.register_blueprint(log_bulletin.bp)
    for feature in FEATURES:
        if find_spec(f"market.{feature}") and find_spec(f"market.{feature}.views"):
            importlib.import_module(f"market.{feature}.views").init_app(app)
    access.public(app.view_functions["static"])
    access.check_every_endpoint(app)
    return app
