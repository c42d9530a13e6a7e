"""Direct choices on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.direct import pages, todos
from market.direct.views import firm, operator, own, public, supervisor
from market.direct.views.blueprint import bp
from market.errors import msgid
from market.needs import elsewhere
from market.needs.record import queries as record

__all__ = ["bp", "firm", "init_app", "operator", "own", "public", "supervisor"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    elsewhere.provide(links=pages.links_of, public=pages.public_url)
    record.provide(pages.counters)
    todo.provide(Permission.NEED_POST, todos.for_clerk)
    todo.provide(Permission.NEED_APPROVE, todos.for_approver)
    todo.provide(Permission.NEED_CHECK, todos.for_operator)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.provide(Permission.OVERSIGHT_READ, todos.overdue)
    todo.provide(Permission.AWARD_ANSWER, todos.for_firm)
    todo.link(Permission.NEED_CHECK, msgid("直接选取核验"), "direct.checks")
    todo.link(Permission.OVERSIGHT_READ, msgid("直接选取和应急委托"), "direct.oversight")
    todo.link(Permission.AWARD_ANSWER, msgid("被直接选取的项目"), "direct.received")
