"""The timeline of a need: what everybody may know of it, cut into days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from market.calendar import provisional_calendar
from market.contracts.queries import of_award
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import MissingError
from market.needs.model import Need
from market.timelines import awarding, selecting, serving
from market.timelines import labels as labels  # noqa: PLC0414 - registers the labels
from market.timelines.rules import Account, Moment, Span, spans, totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A need's course along one of its awards: spans, and on whose account the days went.

    ``others`` are the numbers of its other awards, which have timelines of their own.
    """

    need: Need
    award: Award | None
    others: Sequence[str]
    spans: Sequence[Span]
    used: dict[Account, int]
    is_over: bool

    @property
    def working_days(self) -> int:
        """How many working days it lasted, those after its end left out."""
        return sum(self.used.values())

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
    moments = [*selecting.moments_of(work, need), *_course(work, awards, award, for_good=for_good)]
    if not moments:
        raise MissingError
    cut = spans(moments, work.today, provisional_calendar())
    return Timeline(
        need=need,
        award=award,
        others=[one.number for one in awards if one is not award],
        spans=cut,
        used=totals(cut),
        is_over=cut[-1].account is Account.NOBODY,
    )


def _awards(work: UnitOfWork, need: Need) -> Sequence[Award]:
    return work.session.scalars(
        select(Award).where(Award.need_id == need.id).order_by(Award.published_at, Award.id)
    ).all()


def _chosen(awards: Sequence[Award], number: str) -> Award | None:
    """Return the award asked for, or the last one."""
    if not number:
        return awards[-1] if awards else None
    found = next((award for award in awards if award.number == number), None)
    if found is None:
        raise MissingError
    return found


def _course(
    work: UnitOfWork, awards: Sequence[Award], award: Award | None, *, for_good: bool
) -> Iterator[Moment]:
    """Yield the moments of an award and of those that were called before it."""
    if award is None:
        return
    for one in awards:
        if one is award or one.published_at < award.published_at:
            yield from awarding.moments_of(work, one)
            contract = of_award(work, one.id)
            if contract is not None:
                yield from serving.moments_of(work, contract, for_good=for_good)
