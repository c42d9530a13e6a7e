"""Finding past projects."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select

from market import regulations
from market.clock import months_after
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.doubts import DoubtState
from market.firms.model import Firm
from market.firms.model_past_projects import PastProject, PastProjectDoubt
from market.firms.past_projects import (
    SHOWN,
    Done,
    ProjectsRequiredError,
    ProjectState,
    counted,
)
from market.regulations import Regulation

SUBJECT = "past-projects"
ROWS = 500


def of_firm(work: UnitOfWork, firm_id: int, *states: ProjectState) -> Sequence[PastProject]:
    """Return a firm's past projects in some states, or in all, the last completed first."""
    return work.session.scalars(
        select(PastProject)
        .where(PastProject.firm_id == firm_id, PastProject.state.in_(states or tuple(ProjectState)))
        .order_by(PastProject.completed_on.desc(), PastProject.id.desc())
        .limit(ROWS)
    ).all()


def shown(work: UnitOfWork, firm_id: int) -> Sequence[PastProject]:
    """Return what the public reads of a firm's past projects."""
    return of_firm(work, firm_id, *sorted(SHOWN))


def done_by(work: UnitOfWork, firm_id: int) -> list[Done]:
    """Return a firm's past projects as conditions of notices count them."""
    return [
        Done(state=row.state, item_code=row.item_code, completed_on=row.completed_on)
        for row in of_firm(work, firm_id, ProjectState.VERIFIED)
    ]


def most_required(rules: Regulation) -> int:
    """Return how many past projects a notice may ask for at most; none where it may not at all."""
    return rules.integer("notice.most") if rules.flag("notice.allowed") else 0


def check_required(asked: int, day: date) -> None:
    """Refuse a condition that the rules of a day do not allow.

    Raises:
        ProjectsRequiredError: It asks for more than they do.
    """
    rules = regulations.in_force(SUBJECT, day)
    if asked > (most := most_required(rules)):
        raise ProjectsRequiredError(rules.title, most)


def counted_for(work: UnitOfWork, firm_id: int, item_code: str, published_on: date) -> int:
    """Return how many of a firm's past projects count for a notice of a day, wherever they were."""
    years = regulations.in_force(SUBJECT, published_on).integer("notice.within_years")
    since = months_after(published_on, -12 * years)
    return counted(done_by(work, firm_id), item_code, since)


def of_own(work: UnitOfWork, firm: Firm, project_id: int) -> PastProject:
    """Return one of a firm's past projects, held against every other change.

    Raises:
        MissingError: It is not the firm's.
    """
    return _held(work, PastProject.id == project_id, PastProject.firm_id == firm.id)


def to_decide(work: UnitOfWork, project_id: int) -> PastProject:
    """Return a past project for the operator's decision, held against every other change.

    Raises:
        MissingError: There is none.
    """
    return _held(work, PastProject.id == project_id)


def _held(work: UnitOfWork, *conditions: ColumnElement[bool]) -> PastProject:
    query = select(PastProject).where(*conditions).with_for_update()
    found = work.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise MissingError
    return found


def by_id(work: UnitOfWork, project_id: int) -> PastProject:
    """Return a past project by its id: for operators.

    Raises:
        MissingError: There is none.
    """
    found = work.session.get(PastProject, project_id)
    if found is None:
        raise MissingError
    return found


def to_check(work: UnitOfWork) -> list[tuple[PastProject, Firm]]:
    """Return the past projects that wait for the operator, the oldest first."""
    rows = work.session.execute(
        select(PastProject, Firm)
        .join(Firm, Firm.id == PastProject.firm_id)
        .where(PastProject.state == ProjectState.DECLARED)
        .order_by(PastProject.entered_at, PastProject.id)
        .limit(ROWS)
    )
    return [(project, firm) for project, firm in rows]


def open_doubt_of(work: UnitOfWork, row: PastProject) -> PastProjectDoubt | None:
    """Return the doubt about a past project that is not decided, if there is one."""
    return work.session.scalar(
        select(PastProjectDoubt).where(
            PastProjectDoubt.project_id == row.id, PastProjectDoubt.state == DoubtState.HEARING
        )
    )


def doubts_of(work: UnitOfWork, row: PastProject) -> Sequence[PastProjectDoubt]:
    """Return every doubt about a past project, the last first."""
    return work.session.scalars(
        select(PastProjectDoubt)
        .where(PastProjectDoubt.project_id == row.id)
        .order_by(PastProjectDoubt.id.desc())
    ).all()


def doubt_by_number(
    work: UnitOfWork, number: str, *, of: Firm | None = None, held: bool = False
) -> tuple[PastProjectDoubt, PastProject]:
    """Return a doubt and its project.

    Args:
        work: The unit of work.
        number: The doubt's number.
        of: Whose it must be; nobody's in particular for operators.
        held: Whether both are held against every other change.

    Raises:
        MissingError: There is none.
    """
    query = (
        select(PastProjectDoubt, PastProject)
        .join(PastProject, PastProject.id == PastProjectDoubt.project_id)
        .where(PastProjectDoubt.number == number)
    )
    if of is not None:
        query = query.where(PastProject.firm_id == of.id)
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = work.session.execute(query).one_or_none()
    if found is None:
        raise MissingError
    return found[0], found[1]


def doubts_open(
    work: UnitOfWork, *of: ColumnElement[bool]
) -> list[tuple[PastProjectDoubt, PastProject, Firm]]:
    """Return the doubts that are not decided, the one whose term ends first at the top."""
    rows = work.session.execute(
        select(PastProjectDoubt, PastProject, Firm)
        .join(PastProject, PastProject.id == PastProjectDoubt.project_id)
        .join(Firm, Firm.id == PastProject.firm_id)
        .where(PastProjectDoubt.state == DoubtState.HEARING, *of)
        .order_by(PastProjectDoubt.state_by_at, PastProjectDoubt.id)
        .limit(ROWS)
    )
    return [(doubt, project, firm) for doubt, project, firm in rows]


def next_reference(work: UnitOfWork, firm: Firm) -> int:
    """Return the number of a firm's next past project; the firm is held meanwhile."""
    last = select(func.max(PastProject.reference)).where(PastProject.firm_id == firm.id)
    return 1 + (work.session.scalar(last) or 0)
