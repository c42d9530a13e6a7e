"""The first subject of panels: the proposals of the firms in one draw, that experts score."""

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.actions.closing import look_again
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.needs.model import Need
from market.panels import queries, subjects
from market.panels.model import Panel
from market.panels.rules import PanelSubject
from market.panels.subjects import Parties, Shown, Standing


class Selection:
    """What a scored selection tells its panel."""

    def lock(self, work: UnitOfWork, panel_id: int) -> Panel:
        """Lock the draw of firms, then the panel."""
        return queries.locked_with_draw(work, panel_id)

    def standing(self, work: UnitOfWork, panel: Panel) -> Standing:
        """Return where the draw of firms stands."""
        draw = draw_of(work, panel)
        match draw.state:
            case DrawState.OPEN:
                return Standing.OPEN
            case DrawState.VOID:
                return Standing.OVER
            case DrawState.CLOSED:
                is_closed = draws.has_entry(work, draw, "close")
                return Standing.WAITING if is_closed else Standing.CLOSING
            case _:
                return Standing.DONE

    def parties(self, work: UnitOfWork, panel: Panel) -> Parties:
        """Return the owner and every firm that takes part."""
        need = work.session.get_one(Need, panel.need_id)
        firm_ids = work.session.scalars(
            select(Enrolment.firm_id)
            .where(Enrolment.draw_id == panel.draw_id, Enrolment.state == EnrolmentState.ENROLLED)
            .order_by(Enrolment.firm_id)
        ).all()
        return Parties(item_code=need.item_code, owner_org_id=need.owner_org_id, firm_ids=firm_ids)

    def look_again(self, work: UnitOfWork, panel: Panel) -> None:
        """Let the draw of firms be looked at: it may fail now, not when the time is over."""
        look_again(draw_of(work, panel))

    def begin(self, work: UnitOfWork, panel: Panel) -> None:
        """Leave the timetable as the notice fixed it."""
        del work, panel

    def shown(self, work: UnitOfWork, panel: Panel) -> Shown:
        """Return the need's title and the notice."""
        number = draws.number_of(work, draw_of(work, panel))
        title = work.session.get_one(Need, panel.need_id).title
        return Shown(title=title, number=number, path=f"/draws/{number}")


def draw_of(work: UnitOfWork, panel: Panel) -> Draw:
    """Return the draw whose firms a panel scores."""
    return work.session.get_one(Draw, panel.draw_id)


subjects.provide(PanelSubject.SELECTION, Selection())
