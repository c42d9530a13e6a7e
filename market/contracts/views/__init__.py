"""Contracts on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.contracts import todos
from market.contracts.views import filing, own, service
from market.contracts.views.blueprint import bp
from market.errors import msgid

__all__ = ["bp", "filing", "init_app", "own", "service"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.CONTRACT_FILE, todos.for_signers)
    todo.provide(Permission.MATERIALS_HAND_OVER, todos.for_materials)
    todo.provide(Permission.DELIVERABLE_REVIEW, todos.for_review)
    todo.provide(Permission.DELIVERABLE_SUBMIT, todos.for_service)
    todo.provide(Permission.SUSPENSION_DECIDE, todos.for_operator)
    todo.link(Permission.CONTRACT_FILE, msgid("本单位的合同"), "contracts.mine")
