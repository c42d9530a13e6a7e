"""Re-reviews on the web: asked for by firms, judged by experts, shown to everybody at the end."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.contracts import beside
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.rereview import holding, queries, subject, todos
from market.rereview.views import own as own
from market.rereview.views import public as public
from market.rereview.views.blueprint import bp

__all__ = ["bp", "holding", "init_app", "own", "public", "subject"]


def init_app(app: Flask) -> None:
    """Register the pages, what there is to do, and what a contract's page shows of re-reviews."""
    app.register_blueprint(bp)
    todo.provide(Permission.DELIVERABLE_SUBMIT, todos.for_firm)
    todo.provide(Permission.EXPERT_SERVE, todos.for_expert)
    todo.provide(Permission.OBJECTION_DECIDE, todos.for_decider)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    beside.provide(panel)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page, which only its sides and officials read, shows of them."""
    rows = queries.of_contract(work, contract)
    ours = work.actor.org_id == contract.firm_org_id
    may = ours and Permission.DELIVERABLE_SUBMIT in work.actor.permissions
    found = queries.disputable(work, contract) if may else None
    if found is not None and work.now >= found.by_at:
        found = None
    if not rows and found is None:
        return None
    return Panel("rereview/_panel.html", {"rows": rows, "disputable": found})
