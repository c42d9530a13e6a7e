"""What scoring puts on the experts' records, and what holds a member on the panel."""

from collections.abc import Mapping
from datetime import timedelta
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

    Not before: the record names the expert by the code in the pool, and panels are known by
    others until their scores are published. Whoever was not given the whole time, because the
    panel failed before, is not at fault.
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
            continue  # Judged before; the list failed afterwards.


def _outcome(work: UnitOfWork, of: Scored, seat: Seat) -> SittingOutcome | None:
    if seat.state in _ANSWERED:
        return _ANSWERED[seat.state] if _had_time_to_answer(of, seat) else None
    if seat.state is SeatState.UNFIT:
        return None
    if queries.sheet_of(work, seat) is not None:
        return SittingOutcome.SAT
    had_time = work.now >= of.scoring_by_at
    return SittingOutcome.UNSCORED if had_time and seat.state is SeatState.ACCEPTED else None


def _had_time_to_answer(of: Scored, seat: Seat) -> bool:
    """Whether an expert who was silent had the whole term; who declined needs none."""
    if seat.state is not SeatState.LAPSED or of.panel is None or seat.answer_by_at is None:
        return True
    return seat.answer_by_at - seat.offered_at >= timedelta(minutes=of.panel.answer_minutes)


def has_handed_in(work: UnitOfWork, seat: Seat) -> bool:
    """Whether a member has handed in the sheet, and so stays on the panel."""
    return queries.sheet_of(work, seat) is not None
