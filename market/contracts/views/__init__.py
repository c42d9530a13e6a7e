"""Contracts on the web."""

from flask import Flask

from market.access import Permission
from market.accounts import todo
from market.contracts import beside, todos
from market.contracts.claims import todos as claims_todos
from market.contracts.ending import queries as endings
from market.contracts.ending import todos as ending_todos
from market.contracts.examining import todos as examining_todos
from market.contracts.reports import todos as reports_todos
from market.contracts.signing import queries as signing
from market.contracts.signing import todos as signing_todos
from market.contracts.staffing import todos as staffing_todos
from market.contracts.views import (
    claims,
    ending,
    examining,
    filing,
    opinions,
    origin,
    own,
    reporting,
    service,
    staffing,
    thread,
    timed,
    unsigned,
)
from market.contracts.views.blueprint import bp
from market.errors import msgid
from market.needs.record import queries as owner_record

__all__ = [
    "bp",
    "claims",
    "ending",
    "examining",
    "filing",
    "init_app",
    "opinions",
    "own",
    "reporting",
    "service",
    "staffing",
    "thread",
    "unsigned",
]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    beside.provide(origin.panel)
    beside.provide(ending.panel)
    beside.provide(reporting.panel)
    beside.provide(timed.panel)
    todo.provide(Permission.CONTRACT_FILE, todos.for_signers)
    todo.provide(Permission.MATERIALS_HAND_OVER, todos.for_materials)
    todo.provide(Permission.DELIVERABLE_REVIEW, todos.for_review)
    todo.provide(Permission.DELIVERABLE_REVIEW, claims_todos.for_owner)
    todo.provide(Permission.DELIVERABLE_SUBMIT, todos.for_service)
    todo.provide(Permission.DELIVERABLE_SUBMIT, examining_todos.for_firm)
    todo.provide(Permission.DELIVERABLE_SUBMIT, reports_todos.for_firm)
    todo.provide(Permission.WORK_REVIEW, examining_todos.for_reviewer)
    todo.provide(Permission.DRAW_SUPERVISE, examining_todos.for_supervisor)
    todo.provide(Permission.SUSPENSION_DECIDE, todos.for_operator)
    todo.provide(Permission.CONTRACT_FILE, signing_todos.for_sides)
    todo.provide(Permission.CONTRACT_FILE, staffing_todos.for_sides)
    todo.provide(Permission.OBJECTION_ANSWER, signing_todos.for_operator)
    todo.provide(Permission.OBJECTION_DECIDE, signing_todos.for_decider)
    todo.provide(Permission.OBJECTION_EXAMINE, signing_todos.for_officer)
    todo.provide(Permission.DRAW_SUPERVISE, signing_todos.for_supervisor)
    todo.provide(Permission.CONTRACT_FILE, ending_todos.for_sides)
    todo.provide(Permission.OBJECTION_EXAMINE, ending_todos.for_officer)
    todo.provide(Permission.OBJECTION_DECIDE, ending_todos.for_decider)
    todo.provide(Permission.DRAW_SUPERVISE, ending_todos.for_supervisor)
    words = msgid("成果审验统计")
    todo.link(Permission.OVERSIGHT_READ, words, "contracts.reviewers_by_firm")
    todo.link(Permission.CONTRACT_FILE, msgid("本单位的合同"), "contracts.mine")
    owner_record.provide(signing.of_owner)
    owner_record.provide(endings.of_owner)
