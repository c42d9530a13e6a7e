"""Which rows of scored selection are compared with which entries."""

from market.draws.model import Draw, Enrolment
from market.panels.model import Panel, Seat
from market.scoring.model import Proposal, ScoreSheet
from market.selfaudit.told import Told, table_of, told


def scoring_checks() -> tuple[Told, ...]:
    """Return the comparisons of proposals and of score sheets."""
    proposal, sheet = table_of(Proposal), table_of(ScoreSheet)
    draw, enrolment = table_of(Draw), table_of(Enrolment)
    panel, seat = table_of(Panel), table_of(Seat)
    return (
        told(
            "proposal.handed-in.v1",
            proposal,
            {
                "draw": draw.c.draw_hash,
                "enrolment": enrolment.c.sequence,
                "number": proposal.c.number,
            },
            {"document_digest": proposal.c.digest},
            rows=proposal.join(draw, draw.c.id == proposal.c.draw_id).join(
                enrolment, enrolment.c.id == proposal.c.enrolment_id
            ),
        ),
        told(
            "scores.sealed.v1",
            sheet,
            {
                "draw": draw.c.draw_hash,
                "panel": panel.c.number,
                "expert": seat.c.expert_code,
            },
            {"commitment": sheet.c.commitment},
            rows=sheet.join(draw, draw.c.id == sheet.c.draw_id)
            .join(panel, panel.c.id == sheet.c.panel_id)
            .join(seat, seat.c.id == sheet.c.seat_id),
        ),
    )
