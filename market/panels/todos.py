"""What there is to do about panels, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.panels import queries, waiting
from market.panels.rules import SeatState


def for_expert(work: UnitOfWork) -> list[Todo]:
    """Seats that wait for the expert's answer."""
    return [
        Todo(
            what=gettext("您被抽中为评审专家，请答复"),
            detail=panel.number,
            url=url_for("panels.seat", number=panel.number),
            due_at=seat.answer_by_at,
            urgency="soon",
        )
        for seat, panel in queries.own_seats(work)
        if seat.state is SeatState.OFFERED
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Panels whose round has come and has to be carried in."""
    return [
        Todo(
            what=gettext("带入抽取评审专家的信标轮次"),
            detail=f"{one.number} {one.title}",
            url=url_for("panels.phi", number=one.number),
            due_at=one.phi_at,
        )
        for one in waiting.PanelsWaiting().frozen(work)
        if one.waits
    ]
