"""What there is to do for quotes, as a firm's workbench lists it."""

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.draws import methods
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms.queries import of_org_or_none
from market.needs.methods import Method, is_quoted
from market.needs.model import Need
from market.quotes import queries
from market.quotes.rules import Phase, QuoteState


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Quotes to seal before the close, and to open after it."""
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
            Draw.state.in_((DrawState.OPEN, DrawState.CLOSED)),
            Need.method.in_([each for each in Method if is_quoted(each)]),
        )
        .order_by(Draw.enrol_close_at, Draw.id)
    )
    found = [_todo(work, draw, enrolment, title) for draw, enrolment, title in rows]
    return [todo for todo in found if todo is not None]


def _todo(work: UnitOfWork, draw: Draw, enrolment: Enrolment, title: str) -> Todo | None:
    if methods.opening_by_at(work, draw) is None:
        return None
    of = queries.quoted(work, draw)
    url = url_for("quotes.own", number=of.number)
    match queries.phase_of(work, of), queries.state_of(work, enrolment):
        case Phase.SEALING, QuoteState.NONE:
            words, due_at = gettext("封存报价：不封存的不列入名单"), draw.enrol_close_at
        case Phase.OPENING, QuoteState.SEALED:
            words, due_at = gettext("开启报价：不按时开启的无效"), of.opening_by_at
        case _:
            return None
    return Todo(words, title, url, due_at=due_at, urgency="soon")
