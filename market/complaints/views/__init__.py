"""Complaints on the web: made by anybody, handled by the authority, counted in public."""

from flask import Flask, url_for

from market.access import Permission
from market.accounts import todo
from market.complaints import basis as basis
from market.complaints import holding as holding
from market.complaints import queries, todos
from market.complaints.views import desk as desk
from market.complaints.views import evidence as evidence
from market.complaints.views import handling as handling
from market.complaints.views import public as public
from market.complaints.views import showing as showing
from market.complaints.views.blueprint import bp
from market.contracts import beside
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws import award_links
from market.draws.model import Award
from market.errors import msgid
from market.needs.elsewhere import Link


def init_app(app: Flask) -> None:
    """Register the pages, what there is to do, and what other pages show of complaints."""
    app.register_blueprint(bp)
    todo.provide(Permission.WORKBENCH_OPEN, todos.for_sides)
    todo.provide(Permission.COMPLAINT_HANDLE, todos.for_handler)
    todo.provide(Permission.COMPLAINT_DECIDE, todos.for_decider)
    todo.provide(Permission.COMPLAINT_ENTER, todos.for_operator)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.link(Permission.WORKBENCH_OPEN, msgid("投诉"), "complaints.desk")
    todo.link(Permission.COMPLAINT_AUDIT, msgid("投诉人信息查看记录"), "complaints.openings")
    beside.provide(panel)
    award_links.provide(links_of)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of complaints for which its award stands still."""
    rows = queries.of_award(work, contract.award_id)
    return Panel("complaints/_panel.html", {"rows": rows}) if rows else None


def links_of(work: UnitOfWork, award: Award) -> list[Link]:
    """Return, for a result, the complaints for which it stands still, and where to complain."""
    held = [
        Link(
            label=msgid("因投诉暂停，查看原因和办理期限"),
            url=url_for("complaints.show", number=one.number),
        )
        for one in queries.of_award(work, award.id)
    ]
    ask = url_for("complaints.new", target="award", against="firm", ref=award.number)
    return [*held, Link(label=msgid("投诉"), url=ask)]
