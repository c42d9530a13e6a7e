"""Which rows about panels are compared with which entries of the market."""

from market.draws.model import Draw
from market.experts.model import Expert
from market.needs.model import Need, Notice
from market.panels.model import Panel, Seat
from market.selfaudit.told import Told, table_of, told


def panel_checks() -> tuple[Told, ...]:
    """Return the comparisons of whom a panel serves, and of what each expert answered."""
    panel, seat, need = table_of(Panel), table_of(Seat), table_of(Need)
    draw, notice, expert = table_of(Draw), table_of(Notice), table_of(Expert)
    served = panel.join(need, need.c.id == panel.c.need_id).join(draw, draw.c.id == panel.c.draw_id)
    return (
        told(
            "panel.opened.v1",
            panel,
            {"panel": panel.c.number},
            {
                "draw": panel.c.draw_hash,
                "need": need.c.number,
                "notice": notice.c.number,
                "seats": panel.c.seats,
            },
            rows=served.join(notice, notice.c.id == draw.c.notice_id),
        ),
        told(
            "panel.seat.v1",
            seat,
            # By who the account belongs to: the code beside it is compared with the order.
            {"panel": panel.c.number, "expert": expert.c.code},
            {"state": seat.c.state, "rank": seat.c.rank},
            rows=seat.join(panel, panel.c.id == seat.c.panel_id).join(
                expert, expert.c.id == seat.c.expert_id
            ),
        ),
    )
