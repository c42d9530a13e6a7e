"""What ratings come to: of an organisation, of all of a kind, and month by month.

Only what is released is counted. A rating that was not given is told apart and, unless the rules
say otherwise, in no average; one that is hidden is in none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, case, distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute

from market import regulations
from market.accounts.model import Organisation
from market.clock import months_after
from market.db import UnitOfWork
from market.ratings.model import Rating, RatingOpening
from market.ratings.queries import SUBJECT, directions_of
from market.ratings.rules import (
    COUNTED,
    OPEN,
    TENTHS,
    Dimension,
    Rated,
    RatingState,
    mean_tenths,
    permille,
)

MONTHS: Final = 12
# How many columns come before the sums of the five things.
_COUNTS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How an organisation, or a month, was rated.

    ``means`` are in tenths, by dimension; they and ``overall`` are none where there are too few.
    """

    given: int
    silent: int
    hidden: int
    good: int
    bad: int
    overall: int | None = None
    means: dict[Dimension, int | None]

    @property
    def silent_permille(self) -> int | None:
        """The share of ratings that were not given."""
        return permille(self.silent, self.given + self.silent)

    @property
    def good_permille(self) -> int | None:
        """The share of good ones among those given (好评率)."""
        return permille(self.good, self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One organisation on the list of those that were rated."""

    organisation: Organisation
    figures: Figures
    # Of the ratings that it owed to others itself, how many thousandths it did not give.
    own_silent_permille: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """One month and one kind of rated side."""

    month: str
    figures: Figures


def of_organisation(work: UnitOfWork, org_id: int, of: Rated) -> Figures:
    """Return how an organisation was rated as a firm, an owner or an authority."""
    row = work.session.execute(
        select(*_columns(work))
        .select_from(Rating)
        .outerjoin(RatingOpening, RatingOpening.rating_id == Rating.id)
        .where(Rating.rated_org_id == org_id, *_of(of))
    ).one()
    return _figures(work, row)


def own_silence(work: UnitOfWork, org_id: int) -> tuple[int, int]:
    """Return how many ratings an organisation had to give until now, and how many it did not."""
    row = work.session.execute(
        select(func.count(Rating.id), _times(Rating.state == RatingState.DEFAULTED)).where(
            Rating.rater_org_id == org_id, Rating.state.in_(OPEN)
        )
    ).one()
    return row[0], row[1]


def board(work: UnitOfWork, of: Rated, *, limit: int, offset: int) -> list[BoardRow]:
    """Return the organisations that were rated, those with most ratings first."""
    rows = work.session.execute(
        select(Organisation, *_columns(work))
        .select_from(Rating)
        .join(Organisation, Organisation.id == Rating.rated_org_id)
        .outerjoin(RatingOpening, RatingOpening.rating_id == Rating.id)
        .where(*_of(of))
        .group_by(Organisation.id)
        .order_by(func.count(Rating.id).desc(), Organisation.id)
        .limit(limit)
        .offset(offset)
    )
    found = [(row[0], _figures(work, row[1:])) for row in rows]
    silence = _silence_of(work, [organisation.id for organisation, _ in found])
    return [
        BoardRow(
            organisation=organisation,
            figures=figures,
            own_silent_permille=permille(*silence.get(organisation.id, (0, 0))),
        )
        for organisation, figures in found
    ]


def _silence_of(work: UnitOfWork, org_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many ratings organisations did not give, and how many they had to give."""
    rows = work.session.execute(
        select(
            Rating.rater_org_id,
            _times(Rating.state == RatingState.DEFAULTED),
            func.count(Rating.id),
        )
        .where(Rating.rater_org_id.in_(org_ids), Rating.state.in_(OPEN))
        .group_by(Rating.rater_org_id)
    )
    return {org_id: (silent, asked) for org_id, silent, asked in rows}


def count_board(work: UnitOfWork, of: Rated) -> int:
    """Return how many organisations ``board`` chooses from."""
    found = select(func.count(distinct(Rating.rated_org_id))).where(*_of(of))
    return work.session.scalar(found) or 0


def monthly(work: UnitOfWork, of: Rated) -> list[MonthRow]:
    """Return the ratings of the last twelve months by the month of their release."""
    since = months_after(work.today.replace(day=1), 1 - MONTHS)
    rows = work.session.execute(
        select(Rating.released_month, *_columns(work))
        .select_from(Rating)
        .outerjoin(RatingOpening, RatingOpening.rating_id == Rating.id)
        .where(Rating.released_month >= _month(since), *_of(of))
        .group_by(Rating.released_month)
        .order_by(Rating.released_month.desc())
    )
    return [MonthRow(month=str(row[0]), figures=_figures(work, row[1:])) for row in rows]


def this_month(work: UnitOfWork) -> Figures:
    """Return how firms were rated in ratings released this month: oversight's 好评率."""
    row = work.session.execute(
        select(*_columns(work))
        .select_from(Rating)
        .outerjoin(RatingOpening, RatingOpening.rating_id == Rating.id)
        .where(Rating.released_month == _month(work.today), *_of(Rated.FIRM))
    ).one()
    return _figures(work, row)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _of(of: Rated) -> tuple[ColumnElement[bool], ...]:
    return Rating.state.in_(OPEN), Rating.direction.in_(directions_of(of))


def _columns(work: UnitOfWork) -> list[ColumnElement[int]]:
    rules = regulations.in_force(SUBJECT, work.today)
    counted = Rating.state.in_(COUNTED)
    good = Rating.overall_tenths >= rules.integer("rating.good_tenths_least")
    bad = Rating.overall_tenths <= rules.integer("bad_rating.tenths_most")
    shown = Rating.state != RatingState.HIDDEN
    return [
        _times(counted),
        _times(Rating.state == RatingState.DEFAULTED),
        _times(Rating.state == RatingState.HIDDEN),
        _times(counted & good),
        _times(counted & bad),
        _times(shown & Rating.overall_tenths.is_not(None)),
        _sum(shown, Rating.overall_tenths),
        *(_sum(counted, getattr(RatingOpening, each.value)) for each in Dimension),
    ]


def _figures(work: UnitOfWork, row: Sequence[int]) -> Figures:
    given, silent, hidden, good, bad, scored, overall = row[:_COUNTS]
    least = regulations.in_force(SUBJECT, work.today).integer("rating.average_least")
    enough = given >= least
    means = {
        each: mean_tenths(total * TENTHS, given) if enough else None
        for each, total in zip(tuple(Dimension), row[_COUNTS:], strict=True)
    }
    return Figures(
        given=given,
        silent=silent,
        hidden=hidden,
        good=good,
        bad=bad,
        overall=mean_tenths(overall, scored) if enough else None,
        means=means,
    )


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(
    condition: ColumnElement[bool],
    column: ColumnElement[int] | InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, column), else_=0)), 0)
