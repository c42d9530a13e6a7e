"""Quarterly grades of owners, operators and authorities, computed from their cards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from market import regulations
from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.operators import Backlog, backlog_of
from market.accounts.todo import Todo
from market.clock import beijing
from market.clocks import cards
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.supervision import queries
from market.supervision.rules import Grade, Scale, bounded, grade_of, quarter_of, weight_of

EARLIEST: Final = date(2024, 1, 1)  # the rules begin
GRADED: Final = (OrgKind.OWNER, OrgKind.OPERATOR, OrgKind.REGULATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """One organisation's quarter."""

    party: Organisation
    yellow: int
    red: int
    weight: int
    grade: Grade
    # Of the operator: what lies beyond its terms.
    backlog: Backlog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """A quarter with everybody's grade; ``is_open`` while it is not over."""

    first_on: date
    next_on: date
    rows: Sequence[GradeRow]
    scale: Scale
    is_open: bool

    @property
    def before_on(self) -> date:
        """A day of the quarter before."""
        return self.first_on - timedelta(days=1)


def day_asked(work: UnitOfWork, text: str) -> date:
    """Return the day whose quarter the address names; nonsense and the future are today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return work.today
    return min(max(day, EARLIEST), work.today)


def of_quarter(work: UnitOfWork, day: date, duties: Iterable[Todo] = ()) -> Quarter:
    """Return the grades of the quarter in which a day lies; withdrawn cards count nowhere.

    No card is dealt for what the operator lets lie: of its ``duties`` those bound its grade that
    are late now, or were at the quarter's end and still wait.
    """
    first_on, next_on = quarter_of(day)
    scale = scale_of(min(day, work.today))
    stages = queries.stages_between(work, first_on, next_on)
    parties = work.session.scalars(
        select(Organisation).where(Organisation.kind.in_(GRADED)).order_by(Organisation.id)
    )
    lies = backlog_of(duties, min(work.now, beijing(next_on)))
    rows = [_row(party, stages.get(party.id, ()), scale, lies) for party in parties]
    rows.sort(key=lambda row: -row.weight)
    return Quarter(
        first_on=first_on, next_on=next_on, rows=rows, scale=scale, is_open=work.today < next_on
    )


def scale_of(day: date) -> Scale:
    """Return what cards weigh by the rules of a day."""
    rules = regulations.in_force(cards.SUBJECT, day)
    return Scale(
        yellow_weight=rules.integer("assessment.yellow_weight"),
        red_weight=rules.integer("assessment.red_weight"),
        excellent_most=rules.integer("assessment.excellent_most"),
        good_most=rules.integer("assessment.good_most"),
        qualified_most=rules.integer("assessment.qualified_most"),
        overdue_most_days=rules.integer("assessment.overdue_most_days"),
    )


def _row(party: Organisation, stages: Sequence[CardStage], scale: Scale, lies: Backlog) -> GradeRow:
    own = lies if party.kind is OrgKind.OPERATOR else None
    yellow = sum(stage is CardStage.YELLOW for stage in stages)
    weight = weight_of(stages, scale)
    grade = grade_of(weight, scale)
    return GradeRow(
        party=party,
        yellow=yellow,
        red=len(stages) - yellow,
        weight=weight,
        grade=bounded(grade, own.worst_days, scale) if own else grade,
        backlog=own,
    )
