"""What scoring puts on the experts' records, and what holds a member on the panel."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.db import UnitOfWork
from market.experts.actions.serving import record_sitting
from market.experts.errors import SittingKnownError
from market.experts.rules import SittingOutcome
from market.needs.queries import by_id as need_by_id
from market.panels import queries as panels
from market.panels.model import Seat
from market.panels.rules import SeatState
from market.scoring import queries
from market.scoring.queries import Scored

_ANSWERED: Final[Mapping[SeatState, SittingOutcome]] = MappingProxyType(
    {SeatState.DECLINED: SittingOutcome.DECLINED, SeatState.LAPSED: SittingOutcome.SILENT}
)


def put_on_record(work: UnitOfWork, of: Scored) -> None:
    """Put on record how the part of everybody who was called ended, as the list is judged.

    Whoever was not given the whole time, because the panel failed before, is not at fault.
    """
    panel = of.panel
    if panel is None:
        return
    need = need_by_id(work, panel.need_id)
    for seat in panels.seats_of(work, panel):
        outcome = _outcome(work, of, seat)
        if outcome is None:
            continue
        try:
            record_sitting(
                work,
                panels.expert_of(work, seat),
                panel=panel.number,
                item_code=need.item_code,
                owner_org_id=need.owner_org_id,
                outcome=outcome,
            )
        except SittingKnownError:
            continue  # The answer was put on record when it was given.


def _outcome(work: UnitOfWork, of: Scored, seat: Seat) -> SittingOutcome | None:
    if seat.state in _ANSWERED:
        return _ANSWERED[seat.state]
    if queries.sheet_of(work, seat) is not None:
        return SittingOutcome.SAT
    had_time = work.now >= of.scoring_by_at
    return SittingOutcome.UNSCORED if had_time and seat.state is SeatState.ACCEPTED else None


def has_handed_in(work: UnitOfWork, seat: Seat) -> bool:
    """Whether a member has handed in the sheet, and so stays on the panel."""
    return queries.sheet_of(work, seat) is not None
