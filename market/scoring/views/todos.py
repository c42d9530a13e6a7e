"""What there is to do in scored selections, as the workbenches of firms and experts list it."""

from flask import url_for
from flask_babel import gettext
from sqlalchemy import exists, select

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.experts.queries import expert_of_actor
from market.firms.queries import of_org_or_none
from market.needs.methods import Method
from market.needs.model import Need
from market.panels.model import Panel, Seat
from market.panels.rules import SeatState
from market.scoring import queries
from market.scoring.model import Proposal, ScoreSheet
from market.scoring.rules import Phase


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Proposals to hand in before the close."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    rows = work.session.execute(
        select(Draw, Need.title)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .join(Need, Need.id == Draw.need_id)
        .where(
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state == DrawState.OPEN,
            Draw.enrol_close_at > work.now,
            Need.method == Method.SCORED,
            ~exists().where(Proposal.enrolment_id == Enrolment.id),
        )
        .order_by(Draw.enrol_close_at, Draw.id)
    )
    words = gettext("提交方案：截止前不提交的不列入名单")
    return [
        Todo(
            words,
            title,
            url_for("scoring.own", number=draws.number_of(work, draw)),
            due_at=draw.enrol_close_at,
            urgency="soon",
        )
        for draw, title in rows
    ]


def for_expert(work: UnitOfWork) -> list[Todo]:
    """Panels on which the expert sits, whose sheet is not in yet."""
    expert = expert_of_actor(work)
    if expert is None:
        return []
    rows = work.session.execute(
        select(Draw, Need.title)
        .join(Panel, Panel.draw_id == Draw.id)
        .join(Seat, Seat.panel_id == Panel.id)
        .join(Need, Need.id == Draw.need_id)
        .where(
            Seat.expert_id == expert.id,
            Seat.state == SeatState.ACCEPTED,
            Draw.state == DrawState.CLOSED,
            ~exists().where(ScoreSheet.seat_id == Seat.id),
        )
        .order_by(Draw.enrol_close_at, Draw.id)
    )
    found = []
    for draw, title in rows:
        of = queries.scored(work, draw)
        if queries.phase_of(work, of) is Phase.SCORING:
            url = url_for("scoring.sheet", number=of.number)
            words = gettext("评审方案并交分：逾期不交的记入履职记录")
            found.append(Todo(words, title, url, due_at=of.scoring_by_at, urgency="soon"))
    return found
