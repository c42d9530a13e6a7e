"""Scored selection on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.scoring import judging, pool
from market.scoring.rules import Verdict
from market.scoring.sheets import shown
from market.scoring.views import member, own, public, todos
from market.scoring.views.blueprint import bp

__all__ = ["bp", "init_app", "judging", "member", "own", "pool", "public"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbenches."""
    app.jinja_env.filters["score_verdict"] = Verdict
    app.jinja_env.filters["total_points"] = shown
    app.register_blueprint(bp)
    todo.provide(Permission.DRAW_ENROL, todos.for_firm)
    todo.provide(Permission.EXPERT_SERVE, todos.for_expert)
