"""The course of a draw: when each step was to be taken, when it was, and whether that was late."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.draws.model import Draw, DrawCut
from market.draws.rules import CUT_MARGIN


class Moment(StrEnum):
    """The steps of a draw, in order."""

    OPENED = "opened"
    CLOSED = "closed"
    FROZEN = "frozen"
    REVEALED = "revealed"
    WITNESSED = "witnessed"
    VALUED = "valued"
    DRAWN = "drawn"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineStep:
    """One step: the latest instant for it, and when it was taken."""

    moment: Moment
    planned_at: datetime
    done_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether it was taken after its time."""
        return self.done_at is not None and self.done_at > self.planned_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still to be taken although its time is over."""
        return self.done_at is None and now > self.planned_at


def timeline(draw: Draw, cut: DrawCut | None = None) -> list[TimelineStep]:
    """Return the steps of a draw in order; of one that was called off, those that were taken.

    ``cut`` is the witnessed checkpoint, where one is kept.
    """
    revealed = draw.reveal_by_at if draw.frozen_at and cut else None
    steps = [
        _step(Moment.OPENED, draw.enrol_open_at, draw.enrol_open_at),
        _step(Moment.CLOSED, draw.freeze_by_at, draw.closed_at),
        _step(Moment.FROZEN, draw.freeze_by_at, draw.frozen_at),
        _step(Moment.REVEALED, draw.reveal_by_at, revealed),
        _step(Moment.WITNESSED, draw.phi_at - CUT_MARGIN, _witnessed_at(draw, cut)),
        _step(Moment.VALUED, draw.result_by_at, draw.drawn_at),
        _step(Moment.DRAWN, draw.result_by_at, draw.drawn_at),
    ]
    if draw.voided_at is None:
        return steps
    taken = [step for step in steps if step.done_at is not None]
    return [*taken, _step(Moment.CALLED_OFF, draw.phi_at, draw.voided_at)]


def _witnessed_at(draw: Draw, cut: DrawCut | None) -> datetime | None:
    return cut.quorum_at if cut is not None and draw.frozen_at is not None else None


def _step(moment: Moment, planned_at: datetime, done_at: datetime | None) -> TimelineStep:
    return TimelineStep(moment=moment, planned_at=planned_at, done_at=done_at)
