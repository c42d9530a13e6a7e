"""Re-reviews on the web: asked for by a side, judged by experts, in the end shown to everybody."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.contracts import beside
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.rereview import holding, queries, subject, todos
from market.rereview.disputable import disputable, is_in_time
from market.rereview.rules import WITH_EXPERTS
from market.rereview.showing import knows
from market.rereview.views import copying as copying
from market.rereview.views import own as own
from market.rereview.views import public as public
from market.rereview.views.blueprint import bp

__all__ = ["bp", "copying", "holding", "init_app", "own", "public", "subject"]


def init_app(app: Flask) -> None:
    """Register the pages, what there is to do, and what a contract's page shows of re-reviews."""
    app.register_blueprint(bp)
    todo.provide(Permission.CONTRACT_FILE, todos.for_side)
    todo.provide(Permission.EXPERT_SERVE, todos.for_expert)
    todo.provide(Permission.OBJECTION_DECIDE, todos.for_decider)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.provide(Permission.DRAW_RUN, todos.for_operator)
    todo.provide(Permission.OBJECTION_ANSWER, todos.for_finder)
    beside.provide(panel)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of them; to strangers nothing that is with experts."""
    found = queries.of_contract(work, contract)
    rows = [one for one in found if one.state not in WITH_EXPERTS or knows(work, one, contract)]
    may = Permission.CONTRACT_FILE in work.actor.permissions
    there = disputable(work, contract) if may else None
    if there is not None and not there.stands_still and not is_in_time(work, there):
        there = None
    if not rows and there is None:
        return None
    return Panel("rereview/_panel.html", {"rows": rows, "disputable": there})
