"""Finding objections to results. What the sides wrote is theirs and the officials'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from market.access import OrgKind, Permission
from market.accounts.model import Organisation
from market.accounts.queries import names_of
from market.calendar import binding_until
from market.clock import beijing, months_after
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Award, Draw
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import EnrolmentState
from market.errors import MissingError
from market.firms.model import Firm
from market.firms.queries import of_org_or_none
from market.needs.model import Need
from market.needs.scope import looks_after, within
from market.objections.model import AwardObjection, ObjectionStep
from market.objections.rules import (
    NOT_OVER,
    OFFICIAL,
    Ground,
    ObjectionState,
    Outcome,
    Party,
)
from market.objections.rules import ObjectionMove as M

OFFICIALS = frozenset(
    {Permission.OVERSIGHT_READ, Permission.OBJECTION_ANSWER, Permission.OBJECTION_DECIDE}
)


# How an award says that it was lost because of the procedure (``actions.holding``).
BY_PROCEDURE: Final = ("objection_procedure", "complaint_procedure")
ANNULLED_BY_PROCEDURE: Final = (
    AwardObjection.ground == Ground.PROCEDURE,
    AwardObjection.state == ObjectionState.UPHELD,
    AwardObjection.outcome.in_((Outcome.ANNUL, Outcome.ANNUL_RESULT)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One objection as lists show it, with what it is about."""

    one: AwardObjection
    award: Award
    need: Need
    firm: Firm


def by_number(work: UnitOfWork, number: str) -> AwardObjection:
    """Return an objection by its number.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(select(AwardObjection).where(AwardObjection.number == number))
    if found is None:
        raise MissingError
    return found


def for_authority(work: UnitOfWork, number: str) -> AwardObjection:
    """Return an objection about an item that the actor's authority looks after.

    Raises:
        MissingError: There is none.
    """
    found = by_number(work, number)
    if not looks_after(work, work.session.get_one(Need, found.need_id)):
        raise MissingError
    return found


def annulled_by_procedure(work: UnitOfWork, need_id: int) -> int:
    """Return how often a result of a need was annulled because of its procedure.

    The award says by what it was lost: an objection and a complaint count alike.
    """
    return (
        work.session.scalar(
            select(func.count(Award.id)).where(
                Award.need_id == need_id, Award.reason.in_(BY_PROCEDURE)
            )
        )
        or 0
    )


def own(work: UnitOfWork, number: str) -> AwardObjection:
    """Return an objection that the actor's organisation raised."""
    found = work.session.scalar(
        select(AwardObjection).where(
            AwardObjection.number == number, AwardObjection.org_id == work.org_id
        )
    )
    if found is None:
        raise MissingError
    return found


def proposed_by_operator(work: UnitOfWork, one: AwardObjection) -> bool:
    """Whether the operator proposed what is to be decided now, and not an authority."""
    deeds = [step.move for step in steps_of(work, one)]
    proposals = [deed for deed in deeds if deed in {M.FIND_RIGHT, M.PROPOSE}]
    return proposals[-1:] == [M.FIND_RIGHT]


def locked(work: UnitOfWork, objection_id: int) -> AwardObjection:
    """Return an objection, held against every other change until the work ends."""
    return work.session.scalars(
        select(AwardObjection)
        .where(AwardObjection.id == objection_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def award_by_number(work: UnitOfWork, number: str) -> Award:
    """Return a published award by its number.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(select(Award).where(Award.number == number))
    if found is None:
        raise MissingError
    return found


def party_of(work: UnitOfWork, award: Award) -> Party:
    """Return as what the actor's organisation may object to an award."""
    need = work.session.get_one(Need, award.need_id)
    if work.actor.org_id == need.owner_org_id:
        return Party.OWNER
    if work.actor.org_kind != OrgKind.FIRM or work.actor.org_id is None:
        return Party.REPORTER
    firm = of_org_or_none(work, work.actor.org_id)
    if firm is None or award.draw_id is None:
        return Party.REPORTER
    draw = work.session.get_one(Draw, award.draw_id)
    enrolment = draws.enrolment_of(work, draw, firm)
    # Whoever was passed over, or struck off, took part as well: it may be wronged most of all.
    took_part = enrolment is not None and enrolment.state is not EnrolmentState.WITHDRAWN
    return Party.FIRM if took_part else Party.REPORTER


def is_winner(work: UnitOfWork, award: Award) -> bool:
    """Whether the actor's organisation is the firm that was awarded."""
    firm = work.session.get_one(Firm, award.firm_id)
    return firm.organisation_id == work.actor.org_id


def raised_by(work: UnitOfWork, award_id: int, org_id: int) -> Sequence[AwardObjection]:
    """Return what an organisation has raised against an award, the first one first."""
    return work.session.scalars(
        select(AwardObjection)
        .where(AwardObjection.award_id == award_id, AwardObjection.org_id == org_id)
        .order_by(AwardObjection.id)
    ).all()


def dismissed_of(work: UnitOfWork, org_id: int, months: int) -> int:
    """Return how many objections of an organisation were dismissed in the last months."""
    since = beijing(months_after(work.today, -months))
    return (
        work.session.scalar(
            select(func.count(AwardObjection.id)).where(
                AwardObjection.org_id == org_id,
                AwardObjection.state == ObjectionState.DISMISSED,
                AwardObjection.closed_at >= since,
            )
        )
        or 0
    )


def holding(work: UnitOfWork, award_id: int) -> Sequence[AwardObjection]:
    """Return the objections for which an award stands still."""
    return work.session.scalars(
        select(AwardObjection)
        .where(
            AwardObjection.award_id == award_id,
            AwardObjection.state.in_(NOT_OVER),
            AwardObjection.freezes,
        )
        .order_by(AwardObjection.id)
    ).all()


def open_of(work: UnitOfWork, award_id: int) -> Sequence[AwardObjection]:
    """Return the objections to an award that are not over, the first one first."""
    return work.session.scalars(
        select(AwardObjection)
        .where(AwardObjection.award_id == award_id, AwardObjection.state.in_(NOT_OVER))
        .order_by(AwardObjection.id)
    ).all()


def of_award(work: UnitOfWork, award_id: int) -> Sequence[AwardObjection]:
    """Return every objection to an award, the first one first."""
    return work.session.scalars(
        select(AwardObjection)
        .where(AwardObjection.award_id == award_id)
        .order_by(AwardObjection.id)
    ).all()


def steps_of(work: UnitOfWork, one: AwardObjection) -> Sequence[ObjectionStep]:
    """Return what was done with an objection, the first step first."""
    return work.session.scalars(
        select(ObjectionStep).where(ObjectionStep.objection_id == one.id).order_by(ObjectionStep.id)
    ).all()


def actors_of(work: UnitOfWork, steps: Sequence[ObjectionStep]) -> dict[int, str]:
    """Return to who oversees every authority who took each official's step, by the steps' ids."""
    if Permission.DRAW_SUPERVISE not in work.actor.permissions:
        return {}
    mine = {step.id: step.by_id for step in steps if step.move in OFFICIAL and step.by_id}
    names = names_of(work, mine.values())
    return {step_id: names[by_id] for step_id, by_id in mine.items() if by_id in names}


def row_of(work: UnitOfWork, one: AwardObjection) -> Row:
    """Return an objection with what it is about."""
    award = work.session.get_one(Award, one.award_id)
    return Row(
        one=one,
        award=award,
        need=work.session.get_one(Need, one.need_id),
        firm=work.session.get_one(Firm, award.firm_id),
    )


def listed(
    work: UnitOfWork,
    *conditions: ColumnElement[bool],
    limit: int = 100,
    offset: int = 0,
    order: ColumnElement[Any] | None = None,
) -> list[Row]:
    """Return objections, the latest first unless they are to be in another order."""
    first = AwardObjection.raised_at.desc() if order is None else order
    rows = work.session.execute(
        select(AwardObjection, Award, Need, Firm)
        .join(Award, Award.id == AwardObjection.award_id)
        .join(Need, Need.id == AwardObjection.need_id)
        .join(Firm, Firm.id == Award.firm_id)
        .where(*conditions)
        .order_by(first, AwardObjection.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Row(one=one, award=award, need=need, firm=firm) for one, award, need, firm in rows]


def count(work: UnitOfWork) -> int:
    """Return how many objections there are."""
    return work.session.scalar(select(func.count(AwardObjection.id))) or 0


def in_state(work: UnitOfWork, *states: ObjectionState) -> list[Row]:
    """Return the objections in some states, the most urgent first: for those whose turn it is.

    An authority has those about the items that it looks after.
    """
    return listed(
        work,
        AwardObjection.state.in_(states),
        within(work),
        order=AwardObjection.due_at.asc(),
    )


def late_at_authorities(work: UnitOfWork) -> list[Row]:
    """Return the objections that an authority has let lie beyond its time."""
    return listed(
        work,
        AwardObjection.state.in_(
            (ObjectionState.COMPLAINED, ObjectionState.EXAMINING, ObjectionState.PROPOSED)
        ),
        AwardObjection.due_at <= work.now,
        order=AwardObjection.due_at.asc(),
    )


def mine_in(work: UnitOfWork, *states: ObjectionState) -> list[Row]:
    """Return the objections of the actor's organisation in some states."""
    return listed(
        work, AwardObjection.org_id == work.actor.org_id, AwardObjection.state.in_(states)
    )


def against(work: UnitOfWork) -> list[Row]:
    """Return the objections, not over, to awards of the actor's own firm or need."""
    org_id = work.actor.org_id
    return listed(
        work,
        AwardObjection.state.in_(NOT_OVER),
        AwardObjection.org_id != org_id,
        (Firm.organisation_id == org_id) | (Need.owner_org_id == org_id),
    )


def answers_over_ids(
    work: UnitOfWork, now: datetime, limit: int, after_id: int = 0
) -> Sequence[int]:
    """Return the objections whose answer nobody complained about in time, by id."""
    return work.session.scalars(
        select(AwardObjection.id)
        .where(
            AwardObjection.state == ObjectionState.ANSWERED,
            AwardObjection.due_at <= binding_until(now),
            AwardObjection.id > after_id,
        )
        .order_by(AwardObjection.id)
        .limit(limit)
    ).all()


def unanswered_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the objections that the operator has not answered in time, by id."""
    return work.session.scalars(
        select(AwardObjection.id)
        .where(
            AwardObjection.state == ObjectionState.OPEN,
            AwardObjection.due_at <= binding_until(now),
            AwardObjection.id > after_id,
        )
        .order_by(AwardObjection.id)
        .limit(limit)
    ).all()


def overtaken_ids(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the objections, not over, to awards that have ended, by id."""
    return work.session.scalars(
        select(AwardObjection.id)
        .join(Award, Award.id == AwardObjection.award_id)
        .where(
            AwardObjection.state.in_(NOT_OVER),
            Award.state.in_(GONE_AWARDS),
            AwardObjection.id > after_id,
        )
        .order_by(AwardObjection.id)
        .limit(limit)
    ).all()


def may_read(work: UnitOfWork, one: AwardObjection) -> bool:
    """Whether the actor may read what the sides wrote: the objector and the officials.

    An authority reads what is about the items that it looks after.
    """
    if work.actor.org_id == one.org_id:
        return True
    is_official = bool(work.actor.permissions & OFFICIALS)
    return is_official and looks_after(work, work.session.get_one(Need, one.need_id))


def organisation_name(work: UnitOfWork, one: AwardObjection) -> str:
    """Return the name of the organisation that objects."""
    return work.session.get_one(Organisation, one.org_id).name


def decided_by(work: UnitOfWork, one: AwardObjection) -> str:
    """Return the name of the authority that decided; empty where none did."""
    if one.decided_by_org_id is None:
        return ""
    return work.session.get_one(Organisation, one.decided_by_org_id).name


def firm_of_award(work: UnitOfWork, award: Award) -> Firm:
    """Return the firm that was awarded."""
    return work.session.get_one(Firm, award.firm_id)


def need_of_award(work: UnitOfWork, award: Award) -> Need:
    """Return the need that an award is about."""
    return work.session.get_one(Need, award.need_id)
