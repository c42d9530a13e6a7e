"""Firms on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.catalogue.views import provide_offers
from market.errors import msgid
from market.firms.fee_words import per_mille, percent
from market.firms.views import (
    checks,
    deciding,
    delegates,
    doubts,
    elsewhere,
    entered_for,
    exports,
    imports,
    insurance,
    offers,
    own,
    past_projects,
    public,
    services,
    speaking,
    todos,
    upkeep,
)
from market.firms.views.blueprint import bp
from market.firms.views.offers import change_in_words, charges_in_words, in_words

__all__ = [
    "bp",
    "checks",
    "deciding",
    "delegates",
    "doubts",
    "elsewhere",
    "entered_for",
    "exports",
    "imports",
    "init_app",
    "insurance",
    "own",
    "past_projects",
    "public",
    "services",
    "speaking",
    "upkeep",
]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.jinja_env.filters["per_mille"] = per_mille
    app.jinja_env.filters["discount"] = percent
    app.jinja_env.filters["fee_words"] = in_words
    app.jinja_env.filters["fee_change"] = change_in_words
    app.jinja_env.filters["fee_charges"] = charges_in_words
    app.register_blueprint(bp)
    provide_offers(app, offers.offers_of)
    todo.provide(Permission.FIRM_CHECK, todos.for_operator)
    todo.provide(Permission.FIRM_CHECK, insurance.for_operator)
    todo.provide(Permission.FIRM_CHECK, past_projects.for_operator)
    todo.provide(Permission.FIRM_CHECK, doubts.for_operator)
    todo.provide(Permission.FIRM_EDIT, todos.for_firm)
    todo.provide(Permission.FIRM_EDIT, entered_for.for_firm)
    todo.provide(Permission.FIRM_EDIT, past_projects.for_firm)
    todo.provide(Permission.FIRM_EDIT, doubts.for_firm)
    todo.link(Permission.FIRM_CHECK, msgid("入驻审核"), "firms.checks")
    todo.link(Permission.FIRM_IMPORT, msgid("导入机构名单"), "firms.import_list")
    todo.link(Permission.FIRM_IMPORT, msgid("代机构录入"), "firms.enter_for")
    todo.link(Permission.FIRM_CHECK, msgid("业绩核对"), "firms.past_project_checks")
    todo.link(Permission.FIRM_CHECK, msgid("导出数据表"), "firms.operator_downloads")
    todo.link(Permission.FIRM_EDIT, msgid("本机构入驻与资料"), "firms.own")
    todo.link(Permission.FIRM_EDIT, msgid("本机构业绩"), "firms.own_past_projects")
    todo.link(Permission.FEE_PUBLISH, msgid("本机构服务与收费"), "firms.own_services")
