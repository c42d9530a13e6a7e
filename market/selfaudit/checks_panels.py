"""Which rows about panels are compared with which entries of the market."""

from sqlalchemy import case, func, literal

from market.draws.model import Draw
from market.needs.model import Need, Notice
from market.panels.model import Panel, Seat
from market.selfaudit.told import Told, table_of, told


def panel_checks() -> tuple[Told, ...]:
    """Return the comparisons of whom a panel serves, of its key, and of each expert's answer."""
    panel, seat, need = table_of(Panel), table_of(Seat), table_of(Need)
    draw, notice = table_of(Draw), table_of(Notice)
    is_opened = (need.c.id == panel.c.need_id) & panel.c.key_opened_at.is_not(None)
    served = (
        panel.join(need, need.c.id == panel.c.need_id)
        .outerjoin(draw, draw.c.id == panel.c.draw_id)
        .outerjoin(notice, notice.c.id == draw.c.notice_id)
    )
    # The log is not told of whose need a panel is that serves no draw of firms.
    need_number = case((panel.c.draw_id.is_(None), literal("")), else_=need.c.number)
    return (
        told(
            "panel.opened.v1",
            panel,
            {"panel": panel.c.number},
            {
                "draw": panel.c.draw_hash,
                "need": need_number,
                "notice": func.coalesce(notice.c.number, panel.c.serves),
                "seats": panel.c.seats,
            },
            rows=served,
        ),
        told(
            "panel.seat.v1",
            seat,
            # Whose code it is follows from the panel's key: ``selfaudit.panels`` compares that.
            {"panel": panel.c.number, "expert": seat.c.expert_code},
            {"state": seat.c.state, "rank": seat.c.rank},
            rows=seat.join(panel, panel.c.id == seat.c.panel_id),
        ),
        told(
            "panel.key-opened.v1",
            panel,
            {"panel": panel.c.number},
            {"key": panel.c.code_key, "draw": panel.c.draw_hash},
            rows=panel.join(need, is_opened),
        ),
    )
