"""What there is to do about panels, as the workbench lists it."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.experts.queries import expert_of_actor
from market.experts.rules import ExpertState
from market.panels import own, waiting
from market.panels.actions import seats
from market.panels.model import Panel, Seat
from market.panels.rules import SeatState


def for_expert(work: UnitOfWork) -> list[Todo]:
    """Seats that wait for the expert's answer, and those that a paused expert still holds."""
    rows = own.own_seats(work)
    return _to_answer(rows) + _held_though_paused(work, rows)


def _to_answer(rows: Sequence[tuple[Seat, Panel]]) -> list[Todo]:
    return [
        Todo(
            what=gettext("您被抽中为评审专家，请答复"),
            detail=panel.number,
            url=url_for("panels.seat", number=panel.number),
            due_at=seat.answer_by_at,
            urgency="soon",
        )
        for seat, panel in rows
        if seat.state is SeatState.OFFERED
    ]


def _held_though_paused(work: UnitOfWork, rows: Sequence[tuple[Seat, Panel]]) -> list[Todo]:
    expert = expert_of_actor(work)
    if expert is None or expert.state is not ExpertState.PAUSED:
        return []
    return [
        Todo(
            what=gettext("您已被暂停抽取，仍担任评审：不能评审的，请辞谢席位"),
            detail=panel.number,
            url=url_for("panels.seat", number=panel.number),
            due_at=panel.scoring_by_at,
            urgency="soon",
        )
        for seat, panel in rows
        if seat.state is SeatState.ACCEPTED
        and work.now < panel.scoring_by_at
        and seats.may_leave(work, seat)
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
