"""Which services a firm cannot give up at its own wish: those of the sessions it is enrolled in.

Who has enrolled where bids are open drives others out with every bid; it does not step aside
afterwards to let a friend near the ceiling be selected (docs/adr/0040).
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms import service_ties
from market.firms.model import Firm
from market.needs.methods import Method, is_bid
from market.needs.model import Need, Notice

# Until the list is frozen; then an award binds who is on it, as any other.
_UNTIL_THE_LIST: Final = (DrawState.OPEN, DrawState.CLOSED)
_METHODS: Final = tuple(each for each in Method if is_bid(each))


def of_firm(work: UnitOfWork, firm: Firm) -> Sequence[tuple[str, str]]:
    """Return the items, and the notices, of the sessions that hold a firm's services."""
    rows = work.session.execute(
        select(Need.item_code, Notice.number)
        .join(Draw, Draw.need_id == Need.id)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .where(
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state.in_(_UNTIL_THE_LIST),
            Need.method.in_(_METHODS),
        )
        .order_by(Draw.id)
    )
    return [(item_code, number) for item_code, number in rows]


service_ties.provide(of_firm)
