"""Finding who is excluded from which draw, why, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from market.db import UnitOfWork
from market.draws.exclusion_rules import (
    ExclusionState,
    ExclusionStep,
    is_unanswered,
    state_after,
)
from market.draws.model import Draw
from market.draws.model_exclusion import Exclusion, ExclusionEvent
from market.draws.rules import DrawState
from market.errors import MissingError
from market.firms.model import Firm
from market.needs.model import Need, Notice

BEFORE_FREEZE = (DrawState.OPEN, DrawState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """An exclusion with its draw, its firm and the steps taken, the first one first."""

    row: Exclusion
    draw: Draw
    number: str
    title: str
    firm: Firm
    steps: Sequence[ExclusionEvent]

    @property
    def taken(self) -> list[ExclusionStep]:
        """Which steps were taken, in their order."""
        return [each.step for each in self.steps]

    @property
    def state(self) -> ExclusionState:
        """Where it stands."""
        return state_after(self.taken)

    @property
    def is_unanswered(self) -> bool:
        """Whether the firm objected and nobody has answered."""
        return is_unanswered(self.taken)

    @property
    def is_objected(self) -> bool:
        """Whether the firm objected."""
        return ExclusionStep.OBJECT in self.taken

    @property
    def answer(self) -> ExclusionEvent | None:
        """The decision that answered the firm's objection."""
        if not self.is_objected or self.is_unanswered:
            return None
        after = self.steps[self.taken.index(ExclusionStep.OBJECT) + 1 :]
        return after[0]

    @property
    def is_changeable(self) -> bool:
        """Whether the list is not frozen."""
        return self.draw.state in BEFORE_FREEZE

    @property
    def proposed_by_id(self) -> int:
        """Who proposed it."""
        return self.row.proposed_by_id


def exclusion_of(work: UnitOfWork, draw: Draw, firm_code: str) -> Exclusion | None:
    """Return the confirmed exclusion that keeps a firm out of a draw."""
    return work.session.scalar(
        select(Exclusion).where(
            Exclusion.draw_id == draw.id,
            Exclusion.firm_code == firm_code,
            _took(ExclusionStep.CONFIRM),
            ~_took(ExclusionStep.LIFT),
        )
    )


def pending_exclusion_of(work: UnitOfWork, draw: Draw, firm_code: str) -> Exclusion | None:
    """Return the exclusion of a firm that was neither refused nor lifted."""
    return work.session.scalar(
        select(Exclusion).where(
            Exclusion.draw_id == draw.id,
            Exclusion.firm_code == firm_code,
            ~_took(ExclusionStep.REFUSE),
            ~_took(ExclusionStep.LIFT),
        )
    )


def exclusion(work: UnitOfWork, exclusion_id: int) -> Excluded:
    """Return an exclusion.

    Raises:
        MissingError: There is none.
    """
    found = _read(work, _all().where(Exclusion.id == exclusion_id))
    if not found:
        raise MissingError
    return found[0]


def exclusion_of_firm(work: UnitOfWork, exclusion_id: int, org_id: int) -> Excluded:
    """Return an exclusion of an organisation's own firm.

    Raises:
        MissingError: There is none, or it is another's.
    """
    wanted = _all().where(Exclusion.id == exclusion_id, Firm.organisation_id == org_id)
    found = _read(work, wanted)
    if not found:
        raise MissingError
    return found[0]


def exclusions_on(work: UnitOfWork, *, limit: int, offset: int) -> list[Excluded]:
    """Return some exclusions, the newest first."""
    return _read(work, _all().limit(limit).offset(offset))


def exclusion_count(work: UnitOfWork) -> int:
    """Return how many exclusions were ever proposed."""
    return work.session.scalar(select(func.count(Exclusion.id))) or 0


def open_exclusions(work: UnitOfWork, org_id: int | None = None) -> list[Excluded]:
    """Return the exclusions from draws that are not frozen; all, or those of one's own firm."""
    wanted = _all().where(Draw.state.in_(BEFORE_FREEZE))
    if org_id is not None:
        wanted = wanted.where(Firm.organisation_id == org_id)
    return _read(work, wanted)


def _took(step: ExclusionStep) -> ColumnElement[bool]:
    return (
        select(ExclusionEvent.id)
        .where(ExclusionEvent.exclusion_id == Exclusion.id, ExclusionEvent.step == step)
        .exists()
    )


def _all() -> Select[Exclusion, Draw, str, str, Firm]:
    return (
        select(Exclusion, Draw, Notice.number, Need.title, Firm)
        .join(Draw, Draw.id == Exclusion.draw_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .join(Firm, Firm.code == Exclusion.firm_code)
        .order_by(Exclusion.id.desc())
    )


def _read(work: UnitOfWork, wanted: Select[Exclusion, Draw, str, str, Firm]) -> list[Excluded]:
    rows = work.session.execute(wanted).all()
    steps: dict[int, list[ExclusionEvent]] = {row.id: [] for row, *_ in rows}
    taken = select(ExclusionEvent).where(ExclusionEvent.exclusion_id.in_(steps))
    for each in work.session.scalars(taken.order_by(ExclusionEvent.id)):
        steps[each.exclusion_id].append(each)
    return [
        Excluded(row=row, draw=draw, number=number, title=title, firm=firm, steps=steps[row.id])
        for row, draw, number, title, firm in rows
    ]
