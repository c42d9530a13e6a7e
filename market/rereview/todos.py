"""What there is to do about re-reviews, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.experts.queries import expert_of_actor
from market.rereview import queries
from market.rereview.disputable import to_dispute
from market.rereview.rules import RereviewState


def for_side(work: UnitOfWork) -> list[Todo]:
    """Returns to dispute, disputes to comment on, and those on which no experts could decide."""
    disputable = [
        Todo(
            what=gettext("对退回有争议的，可以申请复评"),
            detail=one.contract.title,
            url=url_for("rereview.ask", contract_id=one.contract.id),
            due_at=one.by_at,
        )
        for one in to_dispute(work)
    ]
    return disputable + _to_check_copy(work) + _to_comment(work) + _to_refer(work)


def _to_comment(work: UnitOfWork) -> list[Todo]:
    return [
        Todo(
            what=gettext("对方申请复评：可以提出意见，供专家一并阅读")
            if row.state is RereviewState.DRAWING
            else gettext("对方的异议可由主管部门裁定：请在裁定以前提出意见"),
            detail=contract.title,
            url=url_for("rereview.comment", number=row.number),
            due_at=row.comment_by_at,
        )
        for row, contract in queries.to_comment(work)
    ]


def _to_check_copy(work: UnitOfWork) -> list[Todo]:
    return [
        Todo(
            what=gettext("核对复评用的成果副本：不一致的提出异议"),
            detail=contract.title,
            url=url_for("rereview.show", number=row.number),
            due_at=row.copy_by_at,
            urgency="soon",
        )
        for row, contract in queries.to_check_copy(work)
    ]


def for_finder(work: UnitOfWork) -> list[Todo]:
    """Copies that are doubted: it goes on when the time is over."""
    return [
        Todo(
            what=gettext("认定复评的成果副本是否一致"),
            detail=row.number,
            url=url_for("rereview.find_copy", number=row.number),
            due_at=check.due_at,
            urgency="soon",
        )
        for row, check in queries.doubted(work)
    ]


def _to_refer(work: UnitOfWork) -> list[Todo]:
    return [
        Todo(
            what=gettext("复评没有形成结论：可以请主管部门裁定"),
            detail=contract.title,
            url=url_for("rereview.show", number=row.number),
            due_at=row.due_at,
            urgency="soon",
        )
        for row, contract in queries.to_refer(work)
    ]


def for_expert(work: UnitOfWork) -> list[Todo]:
    """Re-reviews on which the expert sits, whose sheet is not in yet: by number, without a name."""
    expert = expert_of_actor(work)
    if expert is None:
        return []
    return [
        Todo(
            what=gettext("复评成果并提交评审表：逾期不交的记入履职记录"),
            detail=row.number,
            url=url_for("rereview.sheet", number=row.number),
            due_at=row.due_at,
            urgency="soon",
        )
        for row, _ in queries.sheets_due(work, expert.id)
    ]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """Disputes that wait for the authority's decision."""
    return [
        Todo(
            what=gettext("裁定成果退回争议"),
            detail=f"{row.number} {contract.title}",
            url=url_for("rereview.decide", number=row.number),
            due_at=row.due_at,
        )
        for row, contract in queries.to_decide(work)
    ]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """What an authority lets lie, and draws whose value does not come: silence decides nothing."""
    return [
        Todo(
            what=gettext("督办：主管部门逾期未裁定成果退回争议")
            if row.state is RereviewState.REFERRED
            else gettext("督办：抽取复评专家的随机值逾期没有带入"),
            detail=row.number,
            url=url_for("rereview.show", number=row.number),
            due_at=row.due_at,
            urgency="late",
        )
        for row in queries.late(work)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Draws of experts whose value was not brought in time, while both sides wait."""
    rows = [(row, queries.panel_of(work, row)) for row in queries.late(work)]
    return [
        Todo(
            what=gettext("逾期：抽取复评专家的随机值没有带入，合同双方在等待"),
            detail=row.number,
            url=url_for("panels.phi", number=panel.number),
            due_at=panel.result_by_at,
            urgency="late",
        )
        for row, panel in rows
        if row.state is RereviewState.DRAWING and panel is not None
    ]
