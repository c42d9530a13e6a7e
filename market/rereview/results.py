"""What came of re-reviews: what experts found together, and what a lost dispute costs."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.panels.model import Panel
from market.rereview import queries
from market.rereview.model import Rereview, RereviewResult
from market.rereview.rules import WITH_EXPERTS, Finding, RereviewState, majority, overdue_at


def majorities(work: UnitOfWork, row: Rereview, panel: Panel) -> dict[int, Finding | None]:
    """Return what more than half of all seats found of each disputed point, by its number."""
    found = [
        queries.opened(work, row, panel, seat, sheet)
        for seat, sheet in queries.sheets_of(work, panel)
        if sheet is not None
    ]
    return {
        point.number: majority([marks[point.number].finding for marks in found], panel.seats)
        for point in queries.points_of(work, row)
    }


def is_value_late(work: UnitOfWork, row: Rereview) -> bool:
    """Whether the value that draws the experts is overdue, or came when it was.

    It stays so while they read: no minute decides whose the days are that nobody brought it in.
    """
    panel = queries.panel_of(work, row)
    if panel is None or row.state not in WITH_EXPERTS:
        return False
    came_late = panel.drawn_at is not None and panel.drawn_at >= overdue_at(panel.result_by_at)
    return row.overdue or came_late


def lost_before(work: UnitOfWork, contract: Contract, org_id: int) -> int:
    """Return how many disputes of a contract a side lost in every point."""
    bodies = work.session.scalars(
        select(RereviewResult.body)
        .join(Rereview, Rereview.id == RereviewResult.rereview_id)
        .where(
            Rereview.contract_id == contract.id,
            Rereview.asked_by_org_id == org_id,
            Rereview.state == RereviewState.UPHELD,
        )
    )
    said = [[one["majority"] for one in json.loads(body)["points"]] for body in bodies]
    return sum(Finding.UNFOUNDED not in each for each in said)


def costs_asker(work: UnitOfWork, row: Rereview) -> bool:
    """Whether the result says that whoever asked has the judges' time."""
    found = queries.result_of(work, row)
    return found is not None and bool(json.loads(found.body).get("costs_asker"))


def results_of(work: UnitOfWork, contract: Contract) -> Sequence[tuple[str, bytes]]:
    """Return the numbers of a contract's re-reviews that are over, each with what was published."""
    rows = work.session.execute(
        select(Rereview.number, RereviewResult.body)
        .join(RereviewResult, RereviewResult.rereview_id == Rereview.id)
        .where(Rereview.contract_id == contract.id)
        .order_by(Rereview.id)
    )
    return [(number, body) for number, body in rows]
