"""What there is to do in sessions, as a firm's workbench lists it."""

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from market.accounts.todo import Todo
from market.bidding import queries
from market.bidding.rules import BidderState, Phase
from market.db import UnitOfWork
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms.queries import of_org_or_none
from market.needs.methods import Method, is_bid
from market.needs.model import Need


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Sessions that run, in which the firm is enrolled and does not hold the lowest bid."""
    firm = of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    rows = work.session.execute(
        select(Draw, Enrolment, Need.title)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .join(Need, Need.id == Draw.need_id)
        .where(
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state == DrawState.CLOSED,
            Need.method.in_([each for each in Method if is_bid(each)]),
        )
        .order_by(Draw.enrol_close_at, Draw.id)
    )
    found = [_todo(work, draw, enrolment, title) for draw, enrolment, title in rows]
    return [todo for todo in found if todo is not None]


def _todo(work: UnitOfWork, draw: Draw, enrolment: Enrolment, title: str) -> Todo | None:
    of = queries.held(work, draw)
    if of.phase_at(work.now) is not Phase.RUNNING:
        return None
    match queries.state_of(work, of, enrolment):
        case BidderState.SILENT:
            words = gettext("正在竞价：不出价的不列入名单")
        case BidderState.BEATEN:
            words = gettext("正在竞价：出价已被超过")
        case _:
            return None
    url = url_for("bidding.room", number=of.number)
    return Todo(words, title, url, due_at=of.end_at, urgency="soon")
