"""Quotes on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.quotes import judging
from market.quotes.rules import Verdict
from market.quotes.views import own, public, todos
from market.quotes.views.blueprint import bp

__all__ = ["bp", "init_app", "judging", "own", "public"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.filters["verdict"] = Verdict
    app.register_blueprint(bp)
    todo.provide(Permission.DRAW_ENROL, todos.for_firm)
