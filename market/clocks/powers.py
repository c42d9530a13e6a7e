"""What a reader may do about the suspensions of a clock: the pages ask, the actions ask anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.access import Permission
from market.clocks import kinds, queries
from market.clocks.asking import open_among
from market.clocks.model import Clock, Suspension
from market.clocks.rules import ClockState, SuspensionState
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do with a clock."""

    suspend: bool
    answer: frozenset[int]
    decide: frozenset[int]
    resume: frozenset[int]


def may_of(work: UnitOfWork, clock: Clock, suspensions: Sequence[Suspension]) -> May:
    """Return what the actor may do with a clock and these requests of it."""
    actor = work.actor
    of_clock = actor.org_id in {clock.holder_org_id, clock.other_org_id}
    side = of_clock and Permission.SUSPENSION_REQUEST in actor.permissions
    operator = not of_clock and Permission.SUSPENSION_DECIDE in actor.permissions

    def those(state: SuspensionState, *, asked_by_us: bool | None = None) -> frozenset[int]:
        return frozenset(
            s.id
            for s in suspensions
            if s.state is state
            and (asked_by_us is None or (s.requested_by_org_id == actor.org_id) == asked_by_us)
        )

    idle = open_among(suspensions) is None
    idle = idle and kinds.kind_of(clock.kind).suspendable
    ours = clock.state is ClockState.RUNNING and queries.runs_for(work, clock) is clock.holder
    nothing: frozenset[int] = frozenset()
    return May(
        suspend=side and idle and ours,
        answer=those(SuspensionState.REQUESTED, asked_by_us=False) if side else nothing,
        decide=those(SuspensionState.ESCALATED) if operator else nothing,
        resume=those(SuspensionState.RUNNING, asked_by_us=True) if side else nothing,
    )
