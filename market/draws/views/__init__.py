"""Draws on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.draws import results
from market.draws.labels import ENTRY_WORDS
from market.draws.views import (
    attending,
    changing,
    contributor,
    desk,
    excluding,
    fairness,
    firm,
    objecting,
    operator,
    public,
    screen,
    steps,
    supervisor,
    todos,
    todos_exclusion,
    tools,
    withdrawing,
)
from market.draws.views.blueprint import bp
from market.errors import msgid
from market.needs import elsewhere, outcome
from market.web import qr

__all__ = [
    "attending",
    "bp",
    "changing",
    "contributor",
    "desk",
    "excluding",
    "fairness",
    "firm",
    "init_app",
    "objecting",
    "operator",
    "public",
    "screen",
    "supervisor",
    "tools",
    "withdrawing",
]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.filters["entry_words"] = lambda kind: ENTRY_WORDS.get(kind, kind)
    app.jinja_env.globals["qr"] = qr.svg_of
    app.jinja_env.globals["clock_left"] = steps.clock_left
    app.register_blueprint(bp)
    outcome.provide(results.of_need)
    elsewhere.provide_progress(results.progress_of)
    todo.provide(Permission.AWARD_ANSWER, todos.for_firm)
    todo.provide(Permission.DRAW_ENROL, todos.for_enrolled)
    todo.provide(Permission.DRAW_ENROL, todos.for_failing)
    todo.provide(Permission.DRAW_ENROL, todos.for_changed)
    todo.provide(Permission.NEED_POST, todos.for_owner)
    todo.provide(Permission.DRAW_RUN, todos.for_operator)
    todo.provide(Permission.DRAW_RUN, todos_exclusion.for_operator)
    todo.provide(Permission.DRAW_ENROL, todos_exclusion.for_firm)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.provide(Permission.DRAW_CONTRIBUTE, todos.for_contributor)
    todo.link(Permission.DRAW_ENROL, msgid("我的报名与中选"), "draws.mine")
    todo.link(Permission.DRAW_RUN, msgid("摇号值守"), "draws.desk")
    todo.link(Permission.OVERSIGHT_READ, msgid("排除登记"), "draws.exclusions")
    todo.link(Permission.DRAW_SUPERVISE, msgid("监督方随机密钥"), "draws.supervisor_key")
    todo.link(Permission.DRAW_CONTRIBUTE, msgid("参与出数"), "draws.contributor")
