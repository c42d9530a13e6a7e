"""Documents, owners' registrations and buyers on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.documents import todos
from market.documents.views import buyers, firm, owners, reading, retention
from market.documents.views.blueprint import bp
from market.errors import msgid

__all__ = ["bp", "buyers", "firm", "init_app", "owners", "reading", "retention"]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.DOCUMENT_CHECK, todos.for_checker)
    todo.provide(Permission.OWNER_CHECK, todos.for_operator)
    todo.provide(Permission.DOCUMENT_HAND_IN, todos.for_uploader)
    todo.provide(Permission.OWNER_EDIT, todos.for_owner)
    todo.link(Permission.DOCUMENT_CHECK, msgid("材料核对"), "documents.checks")
    todo.link(Permission.DOCUMENT_CHECK, msgid("材料保存期限"), "documents.retention")
    todo.link(Permission.OWNER_CHECK, msgid("业主登记核对"), "documents.owner_checks")
    todo.link(Permission.FIRM_EDIT, msgid("本机构材料"), "documents.own_firm")
    todo.link(Permission.OWNER_EDIT, msgid("本单位登记"), "documents.own_owner")
    todo.link(Permission.OWNER_EDIT, msgid("采购授权"), "documents.own_buyers")
