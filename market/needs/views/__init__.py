"""Needs on the web."""

from flask import Flask

from market import codes, witnessing
from market.access import Permission
from market.accounts import todo
from market.errors import msgid
from market.money import capitals
from market.needs.changes.labels import FIELDS
from market.needs.labels import (
    MODES,
    failure_words,
    method_how,
    method_name,
    ticket_rule_label,
    unit_name,
)
from market.needs.prices import percent
from market.needs.views import (
    bundling,
    changes,
    check,
    checking,
    editing,
    justifying,
    own,
    preview,
    public,
    questions,
    record,
    sketching,
    terms,
    todos,
)
from market.needs.views.blueprint import bp
from market.web.work import installation

__all__ = [
    "bp",
    "bundling",
    "changes",
    "check",
    "checking",
    "editing",
    "init_app",
    "justifying",
    "own",
    "preview",
    "public",
    "questions",
    "record",
    "sketching",
    "terms",
]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.filters["draw_mode"] = MODES.__getitem__
    app.jinja_env.filters["method_name"] = method_name
    app.jinja_env.filters["method_how"] = method_how
    app.jinja_env.filters["ticket_rule_label"] = ticket_rule_label
    app.jinja_env.filters["unit_name"] = unit_name
    app.jinja_env.filters["capitals"] = capitals
    app.jinja_env.filters["percent"] = percent
    app.jinja_env.globals["log_is_witnessed"] = lambda: witnessing.required(installation())
    app.jinja_env.filters["phone"] = codes.phone_shown
    app.jinja_env.filters["failure"] = failure_words
    app.jinja_env.filters["need_field"] = lambda name: FIELDS.get(name, name)
    app.jinja_env.filters["ground_title"] = checking.title_of
    app.register_blueprint(bp)
    todo.provide(Permission.NEED_POST, todos.for_clerk)
    todo.provide(Permission.NEED_APPROVE, todos.for_approver)
    todo.provide(Permission.NEED_CHECK, todos.for_operator)
    todo.provide(Permission.NEED_POST, todos.to_answer)
    todo.provide(Permission.NEED_APPROVE, todos.changes_to_approve)
    todo.provide(Permission.NEED_APPROVE, todos.withdrawals_to_decide)
    todo.provide(Permission.NEED_CHECK, todos.changes_to_check)
    todo.provide(Permission.OVERSIGHT_READ, todos.overdue)
    todo.link(Permission.NEED_POST, msgid("发布采购需求"), "needs.new")
    todo.link(Permission.NEED_POST, msgid("本单位的采购需求"), "needs.mine")
    todo.link(Permission.NEED_POST, msgid("打包小额需求"), "needs.bundle")
    todo.link(Permission.NEED_APPROVE, msgid("本单位的采购需求"), "needs.mine")
    todo.link(Permission.NEED_CHECK, msgid("采购需求审核"), "needs.checks")
    todo.provide(Permission.NEED_CHECK, todos.to_be_answered)
    todo.link(Permission.OVERSIGHT_READ, msgid("审核和答疑期限"), "needs.terms")
