"""The pool on the web: the public count, the operators' desk and the expert's own page."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.errors import msgid
from market.experts import todos
from market.experts.views import desk, own, public
from market.experts.views.blueprint import bp

__all__ = ["desk", "init_app", "own", "public"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.EXPERT_CHECK, todos.for_operator)
    todo.provide(Permission.ORGANISATION_MANAGE, todos.for_manager)
    todo.provide(Permission.EXPERT_SERVE, todos.for_expert)
    todo.link(Permission.EXPERT_CHECK, msgid("评审专家库"), "experts.desk")
    todo.link(Permission.EXPERT_SERVE, msgid("我的专家资料"), "experts.mine")
