"""Needs on the web."""

from flask import Flask

from market import witnessing
from market.access import Permission
from market.accounts import todo
from market.errors import msgid
from market.needs.labels import MODES, failure_words
from market.needs.views import check, editing, own, public, todos
from market.needs.views.blueprint import bp
from market.web.work import installation

__all__ = ["bp", "check", "editing", "init_app", "own", "public"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.filters["draw_mode"] = MODES.__getitem__
    app.jinja_env.globals["log_is_witnessed"] = lambda: witnessing.required(installation())
    app.jinja_env.filters["failure"] = failure_words
    app.register_blueprint(bp)
    todo.provide(Permission.NEED_POST, todos.for_clerk)
    todo.provide(Permission.NEED_APPROVE, todos.for_approver)
    todo.provide(Permission.NEED_CHECK, todos.for_operator)
    todo.link(Permission.NEED_POST, msgid("发布采购需求"), "needs.new")
    todo.link(Permission.NEED_POST, msgid("本单位的采购需求"), "needs.mine")
    todo.link(Permission.NEED_APPROVE, msgid("本单位的采购需求"), "needs.mine")
    todo.link(Permission.NEED_CHECK, msgid("采购需求审核"), "needs.checks")
