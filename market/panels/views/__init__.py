"""Panels on the web: the public page of each, the expert's answer, the courier's round."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.errors import msgid
from market.panels import todos, waiting
from market.panels.actions import opening
from market.panels.views import own, public
from market.panels.views.blueprint import bp

__all__ = ["bp", "init_app", "opening", "own", "public", "waiting"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.globals["scoring_link"] = own.scoring_link
    app.register_blueprint(bp)
    todo.provide(Permission.EXPERT_SERVE, todos.for_expert)
    todo.provide(Permission.DRAW_RUN, todos.for_operator)
    todo.link(Permission.EXPERT_SERVE, msgid("我的评审席位"), "panels.mine")
