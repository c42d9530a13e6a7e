"""The timeline of a need: what everybody may know of it, cut into days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from market.calendar import provisional_calendar
from market.contracts.queries import of_award
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.errors import MissingError
from market.needs.model import Need
from market.timelines import awarding, lateness, selecting, serving
from market.timelines import labels as labels  # noqa: PLC0414 - registers the labels
from market.timelines.rules import Account, Late, Moment, Span, Step, charged, spans, totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A need's course along one of its awards: spans, and on whose account the days went.

    ``others`` are the numbers of its other awards, which have timelines of their own.
    """

    need: Need
    award: Award | None
    others: Sequence[str]
    # The award that goes on where this one ended; its timeline tells the rest.
    goes_on: Award | None
    spans: Sequence[Span]
    used: dict[Account, int]
    is_over: bool
    # Whether money is overdue now: then it is not over.
    owes: bool

    @property
    def working_days(self) -> int:
        """How many working days it lasted, those after its end left out."""
        return sum(self.used.values())

    @property
    def idle_days(self) -> int:
        """How many working days were nobody's although it was not over: money was not yet due."""
        counted = [place for place, span in enumerate(self.spans) if span.account in self.used]
        before = self.spans[: counted[-1]] if counted else ()
        return sum(span.working_days for span in before if span.account is Account.NOBODY)

    @property
    def from_on(self) -> date:
        """The day on which it began."""
        return self.spans[0].after_on


def timeline(
    work: UnitOfWork, number: str, award_number: str = "", *, for_good: bool = False
) -> Timeline:
    """Return the timeline of a need that was published.

    Where several firms were selected beside one another, each award has its own course after
    the draw; what was called before it and ended is part of it. What is public for a term alone
    is not in one that is kept ``for_good``.

    Raises:
        MissingError: There is no such need or award, or nothing of it is public.
        UnknownYearError: The calendar does not know a year it reaches.
    """
    need = work.session.scalar(select(Need).where(Need.number == number))
    if need is None:
        raise MissingError
    awards = _awards(work, need)
    award = _chosen(awards, award_number)
    course = _course(awards, award)
    moments = _told(work, need, course, for_good=for_good)
    if not moments:
        raise MissingError
    late = [late for one in course for late in lateness.of_award(work, one)]
    unpaid = _unpaid(work, course)
    moments = charged(moments, [*late, *unpaid])
    goes_on = _goes_on(awards, award)
    if award is not None and goes_on is not None:
        moments = _until_end(moments, awarding.ended_at(award))
    cut = spans(moments, work.today, provisional_calendar())
    return Timeline(
        need=need,
        award=award,
        others=[one.number for one in awards if one is not award],
        goes_on=goes_on,
        spans=cut,
        used=totals(cut),
        is_over=cut[-1].account is Account.NOBODY,
        owes=any(one.covers(work.now) for one in unpaid),
    )


def _unpaid(work: UnitOfWork, course: Sequence[Award]) -> list[Late]:
    contracts = [of_award(work, one.id) for one in course]
    return [late for one in contracts if one for late in lateness.of_money(work, one)]


def _awards(work: UnitOfWork, need: Need) -> Sequence[Award]:
    return work.session.scalars(
        select(Award).where(Award.need_id == need.id).order_by(Award.published_at, Award.id)
    ).all()


def _chosen(awards: Sequence[Award], number: str) -> Award | None:
    """Return the award asked for, or the last one of those that stand."""
    if not number:
        standing = [one for one in awards if one.state not in GONE_AWARDS]
        return next(reversed(standing or awards), None)
    found = next((award for award in awards if award.number == number), None)
    if found is None:
        raise MissingError
    return found


def _course(awards: Sequence[Award], award: Award | None) -> list[Award]:
    """Return an award, and before it those that had ended when it was called."""
    if award is None:
        return []
    return [one for one in awards if one is award or _ended_before(one, award)]


def _told(work: UnitOfWork, need: Need, course: Sequence[Award], *, for_good: bool) -> list[Moment]:
    """Return what happened; what fails because an award ended comes after its end."""
    selected = list(selecting.moments_of(work, need))
    told = [one for one in selected if one.step is not Step.FAILED]
    for award in course:
        told += awarding.moments_of(work, award)
        contract = of_award(work, award.id)
        if contract is not None:
            told += serving.moments_of(work, contract, for_good=for_good)
        told += awarding.end_of(work, award)
    return [*told, *(one for one in selected if one.step is Step.FAILED)]


def _ended_before(one: Award, award: Award) -> bool:
    """Whether an award had ended when another was called; two places have two courses."""
    ended_at = awarding.ended_at(one)
    return ended_at is not None and ended_at <= award.published_at


def _goes_on(awards: Sequence[Award], award: Award | None) -> Award | None:
    """Return the award that was called when one ended, or that stands beside it."""
    if award is None or award.state not in GONE_AWARDS:
        return None
    later = [one for one in awards if one is not award and _ended_before(award, one)]
    standing = [one for one in awards if one.state not in GONE_AWARDS]
    return next(iter(later or standing), None)


def _until_end(moments: Sequence[Moment], ended_at: datetime | None) -> list[Moment]:
    """Return what happened until an award ended: nobody has anything to do for it afterwards."""
    told = sorted(
        (one for one in moments if ended_at is None or one.at <= ended_at),
        key=lambda moment: moment.at,
    )
    return [*told[:-1], replace(told[-1], account=Account.NOBODY)]
