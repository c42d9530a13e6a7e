"""Who used which time: events replayed into segments, and segments into five accounts.

Pure. The law: for every clock and at every instant the accounts sum exactly to the time that has
passed since it began, less that in which it was stopped. The same events give the same accounts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from market.clocks.counting import Ruler
from market.clocks.rules import Party


class Happening(Protocol):
    """What replaying needs of an event."""

    @property
    def party(self) -> Party | None:
        """On whose account time passes from then on; None: the clock stands."""

    @property
    def happened_at(self) -> datetime:
        """When it happened."""


@dataclass(frozen=True, slots=True)
class Segment:
    """From ``since_at`` on, time passes on the party's account; None: the clock stands."""

    since_at: datetime
    party: Party | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What passed on one account between two events was another's: somebody decided so later.

    It begins with an event and ends before another, so no segment is ever divided by it.
    """

    from_at: datetime
    until_at: datetime
    of: Party
    to: Party


class Correcting(Happening, Protocol):
    """An event that may correct the accounts before it."""

    @property
    def corrects_from_at(self) -> datetime | None:
        """Since when; None: it corrects nothing."""

    @property
    def corrects_until_at(self) -> datetime | None:
        """Until when."""

    @property
    def corrects_of(self) -> str | None:
        """Which account."""

    @property
    def corrects_to(self) -> str | None:
        """To which account."""


def corrections_of(events: Iterable[Correcting]) -> list[Correction]:
    """Return what some events correct of the accounts before them, in order."""
    return [
        Correction(
            event.corrects_from_at,
            event.corrects_until_at or event.happened_at,
            Party(event.corrects_of),
            Party(event.corrects_to),
        )
        for event in events
        if event.corrects_from_at and event.corrects_of and event.corrects_to
    ]


def followed(earlier: Sequence[Correction], latest: Correction) -> list[Correction]:
    """Return what earlier corrections make of time that changes hands only now.

    What was decided about the time of an account holds of time that is found to be its own later,
    so that it does not matter which of two decisions came first.

    Args:
        earlier: In the order in which they were made.
        latest: The one that is being made.

    Returns:
        The corrections to make after it.

    Source: docs/adr/0075, 0080.
    """
    found: list[Correction] = []
    for one in earlier:
        last = found[-1] if found else latest
        from_at, until_at = max(one.from_at, last.from_at), min(one.until_at, last.until_at)
        if one.of is last.to and from_at < until_at:
            found.append(Correction(from_at, until_at, one.of, one.to))
    return found


def replay(
    events: Sequence[Happening],
    counts_from: datetime,
    corrections: Sequence[Correction] = (),
) -> list[Segment]:
    """Return the segments that events begin.

    Args:
        events: In the order in which they happened.
        counts_from: When the clock begins to count (``counting.starts_at``); what happens
            before that takes effect then.
        corrections: In the order in which they were made; a later one finds what the earlier
            ones made of the accounts.

    Returns:
        One segment for each event; of those that begin together only the last has time. A
        correction moves time from one account to another and changes no length: the sum stays.

    Source: handbook domain.md section 6, "Who pays for the time"; docs/adr/0058, 0075.
    """
    parties = [event.party for event in events]
    for one in corrections:
        for place, event in enumerate(events):
            if one.from_at <= event.happened_at < one.until_at and parties[place] is one.of:
                parties[place] = one.to
    return [
        Segment(max(event.happened_at, counts_from), party)
        for event, party in zip(events, parties, strict=True)
    ]


def spans(segments: Sequence[Segment], until_at: datetime, ruler: Ruler) -> list[int]:
    """Return how many grains fall into each segment; the day that is running is counted.

    Args:
        segments: In order of time.
        until_at: When counting stops.
        ruler: In what is counted.

    Raises:
        UnknownYearError: The calendar does not know a year the segments reach.

    Source: handbook domain.md section 6; docs/adr/0058.
    """
    last = ruler.by(until_at)
    marks = [*(min(ruler.before(s.since_at), last) for s in segments), last]
    return [until - since for since, until in pairwise(marks)]


def accounts(segments: Sequence[Segment], until_at: datetime, ruler: Ruler) -> dict[Party, int]:
    """Return how many grains each of the five parties used.

    Args and errors as for ``spans``.

    Source: handbook domain.md section 6, "Who pays for the time".
    """
    used = dict.fromkeys(Party, 0)
    for segment, grains in zip(segments, spans(segments, until_at, ruler), strict=True):
        if segment.party is not None:
            used[segment.party] += grains
    return used


def elapsed(segments: Sequence[Segment], until_at: datetime, ruler: Ruler) -> int:
    """Return the time of a clock: all since it began, less that in which it was stopped.

    Computed apart from ``accounts``, so that the two can be compared. Args and errors as there.

    Source: handbook domain.md section 6, the invariant.
    """
    if not segments:
        return 0
    last = ruler.by(until_at)
    whole = max(0, last - ruler.before(segments[0].since_at))
    for segment, following in pairwise([*segments, None]):
        if segment is None or segment.party is not None:
            continue
        until = last if following is None else min(last, ruler.before(following.since_at))
        whole -= max(0, until - ruler.before(segment.since_at))
    return whole


def beyond(
    segments: Sequence[Segment], holder: Party, grains: int, until_at: datetime, ruler: Ruler
) -> list[tuple[datetime, datetime | None]]:
    """Return from when until when the holder let time pass beyond its nth grain.

    Args:
        segments: In order of time.
        holder: Whose account is counted.
        grains: n, at least 0.
        until_at: When counting stops.
        ruler: In what is counted.

    Returns:
        Each such time, in order; the last without an end if it still lasts.

    Raises:
        UnknownYearError: The limit's end lies in a year without a notice.

    Source: docs/adr/0111.
    """
    found: list[tuple[datetime, datetime | None]] = []
    left = grains
    for segment, following in pairwise([*segments, None]):
        if segment is None or segment.party is not holder:
            continue
        ends_at = None if following is None else following.since_at
        # Whoever was late once is late again at once.
        from_at = segment.since_at if found else ruler.due(segment.since_at, left)
        left = max(0, left - ruler.between(segment.since_at, ends_at or until_at))
        if from_at < (ends_at or until_at):
            found.append((from_at, ends_at))
    return found


def reached_at(
    segments: Sequence[Segment], holder: Party, grains: int, ruler: Ruler
) -> datetime | None:
    """Return when the holder's nth grain is over, if time goes on as it does now.

    With the limit as ``grains`` this is the first instant that is too late. Once the holder has
    used more than n it is when the nth was used, however often the work went back and forth
    since; with exactly n used, the end of the day on which the holder's time began again.

    Args:
        segments: In order of time.
        holder: Whose account is counted.
        grains: n, at least 0.
        ruler: In what is counted.

    Returns:
        The instant; None while time passes on another account.

    Raises:
        UnknownYearError: It lies in a year without a notice: no deadline is issued.

    Source: 民法典 第二百零一条、第二百零三条; handbook domain.md section 6.
    """
    if not segments or segments[-1].party is not holder:
        return None
    left = grains
    for segment, following in pairwise(segments):
        if segment.party is not holder:
            continue
        used = ruler.between(segment.since_at, following.since_at)
        if left < used:
            return ruler.due(segment.since_at, left)
        left -= used
    return ruler.due(segments[-1].since_at, left)
