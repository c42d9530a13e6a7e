"""The rules of a timeline: every day between the first and the last lies in exactly one span.

A term that the rules fix is nobody's time; what is beyond it is the time of who should have acted.

Pure functions, no I/O.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Final

from market.clock import beijing_day
from market.clocks.counting import WorkingDays
from market.clocks.rules import Party

INSTANT: Final = timedelta(microseconds=1)


class Account(StrEnum):
    """On whose account a day goes: the five of a clock, and four that no clock knows."""

    OWNER = "owner"
    FIRM = "firm"
    REVIEWER = "reviewer"
    THIRD_PARTY = "third-party"
    FORCE_MAJEURE = "force-majeure"
    # Either side could act, and none did.
    BOTH = "both"
    # Whoever runs the platform, beyond its terms.
    OPERATOR = "operator"
    # Publicity and terms that the rules fix; nobody can be quicker.
    PROCESS = "process"
    # Nobody has anything left to do.
    NOBODY = "nobody"


# A clock's account is the timeline's of the same name.
OF_PARTY: Final[Mapping[Party | None, Account]] = {
    **{party: Account(party.value) for party in Party},
    None: Account.NOBODY,
}


class Step(StrEnum):
    """What happened: a closed list, each with its words in ``labels``."""

    NOTICE = "notice"
    CLOSED = "closed"
    DRAWN = "drawn"
    VOIDED = "voided"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    CHOSEN = "chosen"
    AWARDED = "awarded"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    DISQUALIFIED = "disqualified"
    RELEASED = "released"
    FROZEN = "frozen"
    GOES_ON = "goes-on"
    OBJECTION = "objection"
    OBJECTION_OVER = "objection-over"
    UNSIGNED = "unsigned"
    FAULT_FOUND = "fault-found"
    FAULT_PRESUMED = "fault-presumed"
    OVERDUE = "overdue"
    CAUGHT_UP = "caught-up"
    PASSED_ON = "passed-on"
    FILED = "filed"
    IN_FORCE = "in-force"
    CLOCK = "clock"
    SUSPENSION_ASKED = "suspension-asked"
    SUSPENSION_ANSWERED = "suspension-answered"
    SUSPENSION_APPEALED = "suspension-appealed"
    SUSPENSION_REJOINED = "suspension-rejoined"
    SUSPENSION_RULED = "suspension-ruled"
    DELIVERED = "delivered"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SILENTLY_ACCEPTED = "silently-accepted"
    CARD = "card"
    ENDED = "ended"
    PAYMENT_LATE = "payment-late"
    PAYMENT_CAUGHT_UP = "payment-caught-up"
    EXTENSION_ASKED = "extension-asked"
    EXTENSION_ANSWERED = "extension-answered"
    SUPPLEMENT = "supplement"
    OPINION = "opinion"
    REPORTED = "reported"
    REPORT_MISSED = "report-missed"
    CARD_JUDGED = "card-judged"
    ENDING_ASKED = "ending-asked"
    ENDING_CLOSED = "ending-closed"
    MONEY = "money"
    MONEY_ANSWERED = "money-answered"
    RATED = "rated"
    SANCTION = "sanction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page of the market: its endpoint, and what it is asked by."""

    endpoint: str
    value: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened, and on whose account time passes from then on.

    ``account`` is None where it changes nothing about whose turn it is. ``why`` is a msgid or
    what somebody wrote; ``by_silence`` marks what came about because nobody acted.
    """

    at: datetime
    step: Step
    account: Account | None = None
    why: Sequence[str] = ()
    link: Link | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    entered_at: datetime | None = None
    # A clock's start: its own day is not counted even if it begins at 0:00 sharp.
    is_start: bool = False

    @property
    def begins_after_on(self) -> date:
        """The day after which days are counted for it."""
        return beijing_day(self.at if self.is_start else self.at - INSTANT)

    @property
    def entered_later(self) -> bool:
        """Whether it was entered on a later day than it happened."""
        return self.entered_at is not None and beijing_day(self.entered_at) > beijing_day(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days after ``after_on`` up to and including ``until_on``, all on one account."""

    moment: Moment
    account: Account
    after_on: date
    until_on: date
    working_days: int

    @property
    def days(self) -> int:
        """How many calendar days it is long."""
        return (self.until_on - self.after_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Time beyond the term of one who had to act, while everybody waited for it.

    ``why`` says what was to be done and by whom; without ``until_at`` it is not done yet.
    ``takes`` is whose time it would be otherwise: the procedure's, or nobody's.
    """

    from_at: datetime
    until_at: datetime | None
    account: Account
    why: Sequence[str]
    link: Link | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    takes: Account = Account.PROCESS
    ends_with: Step = Step.CAUGHT_UP

    def covers(self, at: datetime) -> bool:
        """Whether it lasts at an instant."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)

    def marks(self) -> Iterator[Moment]:
        """Yield its beginning and its end; neither says whose turn it is."""
        began = Moment(
            at=self.from_at, step=Step.OVERDUE, why=self.why, link=self.link, facts=self.facts
        )
        yield began
        if self.until_at is not None:
            yield replace(began, at=self.until_at, step=self.ends_with)


def charged(moments: Iterable[Moment], late: Sequence[Late]) -> list[Moment]:
    """Put what lies beyond somebody's term on its account, where it was nobody's time before.

    Args:
        moments: In any order; moments of one instant keep the order they are given in.
        late: Where several were late at once, the time is the first one's.

    Returns:
        The moments in order of time, each with its account, and where lateness began and ended:
        nothing but what a lateness takes changes hands, and only for as long as it lasts.

    Source: docs/adr/0111.
    """
    marks = [mark for one in late for mark in one.marks()]
    ordered = sorted([*marks, *moments], key=lambda moment: moment.at)
    return [
        replace(moment, account=_charge(account, moment.at, late))
        for moment, account in zip(ordered, _accounts(ordered), strict=True)
    ]


def _charge(account: Account, at: datetime, late: Iterable[Late]) -> Account:
    found = (one.account for one in late if one.takes is account and one.covers(at))
    return next(found, account)


def spans(moments: Iterable[Moment], until_on: date, calendar: WorkingDays) -> list[Span]:
    """Cut the time from the first moment on into spans, one for every moment.

    A day belongs to the moment in force when the day began, as with a clock: what happens at
    0:00 sharp belongs to the end of the day before, unless a clock starts then. The first
    moment's own day is not counted.

    Args:
        moments: In any order; moments of one instant keep the order they are given in.
        until_on: The last day that is counted, not before the first moment's.
        calendar: Which days are working days.

    Returns:
        As many spans as moments, in order of time, without a gap and without an overlap: their
        days sum to the days from the first moment's to ``until_on``, and so do working days.

    Raises:
        UnknownYearError: The calendar does not know a year they reach.

    Source: 民法典 第二百零一条 (the day itself is not counted); a platform default.
    """
    ordered = sorted(moments, key=lambda moment: moment.at)
    if not ordered:
        return []
    first_on = beijing_day(ordered[0].at)
    last_on = max(first_on, until_on)
    # Never earlier than the one before: a clock's start at 0:00 takes its whole day out.
    begins = list(
        accumulate((min(m.begins_after_on, last_on) for m in ordered), max, initial=first_on)
    )[1:]
    accounts = _accounts(ordered)
    return [
        Span(
            moment=moment,
            account=account,
            after_on=after_on,
            until_on=to_on,
            working_days=calendar.working_day_number(to_on) - calendar.working_day_number(after_on),
        )
        for moment, account, (after_on, to_on) in zip(
            ordered, accounts, pairwise([*begins, last_on]), strict=True
        )
    ]


def totals(cut: Iterable[Span]) -> dict[Account, int]:
    """Return the working days on each account, those of nobody left out.

    Args:
        cut: What ``spans`` returned.

    Returns:
        Every account but ``NOBODY``, also those without a day.
    """
    used: dict[Account, int] = {account: 0 for account in Account if account is not Account.NOBODY}
    for span in cut:
        if span.account in used:
            used[span.account] += span.working_days
    return used


def _accounts(ordered: Sequence[Moment]) -> list[Account]:
    """Return whose turn it is from each moment on; it stays where a moment says nothing."""
    found: list[Account] = []
    for moment in ordered:
        before = found[-1] if found else Account.PROCESS
        found.append(before if moment.account is None else moment.account)
    return found
