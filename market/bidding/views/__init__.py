"""Live bidding on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.bidding import judging
from market.bidding.rules import Verdict
from market.bidding.views import public, room, todos
from market.bidding.views.blueprint import bp

__all__ = ["bp", "init_app", "judging", "public", "room"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.filters["bid_verdict"] = Verdict
    app.register_blueprint(bp)
    todo.provide(Permission.DRAW_ENROL, todos.for_firm)
