"""By when the operator may be asked about a refusal, and by when the other side is heard on it."""

from collections.abc import Iterator
from datetime import datetime

from market.calendar import end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks import queries
from market.clocks.appeal.rules import appeal_until
from market.clocks.counting import last_day_before
from market.clocks.model import Clock, Suspension
from market.clocks.rules import ClockMove, SuspensionState
from market.clocks.times import times_of
from market.db import UnitOfWork


def appeal_by(work: UnitOfWork, clock: Clock, request: Suspension) -> datetime | None:
    """Return until when the operator may be asked about a refusal.

    None while another request or suspension of the clock is open, or its time is not the holder's:
    the term does not end meanwhile, and begins anew after that (docs/adr/0103, 0118).
    No notice of holidays makes it earlier than was said with the refusal.
    """
    days = times_of(clock).integer("suspension.appeal_working_days")
    calendar = provisional_calendar()
    others = [one for one in queries.suspensions_of(work, clock) if one.id != request.id]
    until = appeal_until(
        request.refused_at or request.answered_at or request.requested_at,
        [*(span for one in others for span in _open(one)), *_away(work, clock)],
        lambda at: calendar.due_at(last_day_before(at), days),
    )
    if until is None or request.appeal_by_at is None:
        return until
    return max(until, request.appeal_by_at)


def rejoin_term(clock: Clock, appealed_at: datetime) -> datetime:
    """Return until when the operator waits for what the other side says to an appeal."""
    days = times_of(clock).integer("suspension.rejoin_working_days")
    return provisional_calendar().due_at(beijing_day(appealed_at), days)


def _open(one: Suspension) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when until when a request stood open; none: it still does."""
    if one.appealed_at is not None:
        yield one.requested_at, one.refused_at
    since_at = one.appealed_at or one.requested_at
    match one.state:
        case SuspensionState.REFUSED | SuspensionState.MOOT:
            yield since_at, one.answered_at
        case SuspensionState.ENDED if one.until_on is not None:
            # It may have been granted when as many days were over already (docs/adr/0120).
            yield since_at, max(end_of(one.until_on), one.answered_at or since_at)
        case _:
            yield since_at, None


def _away(work: UnitOfWork, clock: Clock) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when until when a clock ran on another account, or not; none: it still does.

    It is so from when it was entered, not from when it happened. Suspensions count as requests.
    """
    since_at: datetime | None = None
    for event in queries.events_of(work, clock):
        if event.kind == ClockMove.SUSPEND:
            continue
        if event.party is not clock.holder:
            since_at = since_at or event.entered_at
        elif since_at is not None:
            yield since_at, event.entered_at
            since_at = None
    if since_at is not None:
        yield since_at, None
