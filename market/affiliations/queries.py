"""Finding declarations, groups and objections. What an actor may not know of is missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from market.affiliations.model import (
    AffiliationObjection,
    Declaration,
    DeclaredParty,
    DeclaredTie,
    GroupFirm,
    Grouping,
)
from market.affiliations.rules import UNANSWERED, Group, GroupState, ObjectionState
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError
from market.firms.model import Firm

MOST_ROWS = 200
NOT_OVER = (GroupState.HEARING, GroupState.CONFIRMED)


def declaration_of(work: UnitOfWork, firm_id: int) -> Declaration | None:
    """Return what a firm declared last."""
    return work.session.scalar(
        select(Declaration)
        .where(Declaration.firm_id == firm_id)
        .order_by(Declaration.version_no.desc())
        .limit(1)
    )


def declarations_of(work: UnitOfWork, firm_id: int) -> Sequence[Declaration]:
    """Return everything a firm declared, the last version first."""
    return work.session.scalars(
        select(Declaration)
        .where(Declaration.firm_id == firm_id)
        .order_by(Declaration.version_no.desc())
    ).all()


def parties_of(work: UnitOfWork, declaration: Declaration | None) -> Sequence[DeclaredParty]:
    """Return the controllers and shareholders of a declaration, in their order."""
    if declaration is None:
        return ()
    return work.session.scalars(
        select(DeclaredParty)
        .where(DeclaredParty.declaration_id == declaration.id)
        .order_by(DeclaredParty.id)
    ).all()


def ties_of(work: UnitOfWork, declaration: Declaration | None) -> Sequence[DeclaredTie]:
    """Return the ties of a declaration, in their order."""
    if declaration is None:
        return ()
    return work.session.scalars(
        select(DeclaredTie)
        .where(DeclaredTie.declaration_id == declaration.id)
        .order_by(DeclaredTie.id)
    ).all()


def is_last(since: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition that a declaration is its firm's last, or was at any time since."""
    later = Declaration.__table__.alias("later")
    followed = [
        later.c.firm_id == Declaration.firm_id,
        later.c.version_no > Declaration.version_no,
    ]
    if since is not None:
        followed.append(later.c.declared_at <= since)
    return ~exists().where(*followed)


# Groups.


def group(work: UnitOfWork, number: str) -> Grouping:
    """Return a case by its number: for operators."""
    return _one(work, Grouping.number == number)


def own_group(work: UnitOfWork, number: str) -> Grouping:
    """Return a case about the firm that the actor acts for."""
    return _one(work, Grouping.number == number, _is_of_org(work.actor.org_id))


def locked_group(work: UnitOfWork, group_id: int) -> Grouping:
    """Return a case, held against every other change until the work ends."""
    query = select(Grouping).where(Grouping.id == group_id).with_for_update()
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def _is_of_org(org_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        GroupFirm.group_id == Grouping.id,
        GroupFirm.firm_id == Firm.id,
        Firm.organisation_id == org_id,
    )


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Grouping:
    found = work.session.scalar(select(Grouping).where(*conditions))
    if found is None:
        raise MissingError
    return found


def firms_of(work: UnitOfWork, of: Grouping) -> list[tuple[GroupFirm, Firm]]:
    """Return the firms of a case with what they said, by credit code."""
    rows = work.session.execute(
        select(GroupFirm, Firm)
        .join(Firm, Firm.id == GroupFirm.firm_id)
        .where(GroupFirm.group_id == of.id)
        .order_by(Firm.code)
    )
    return [(member, firm) for member, firm in rows]


def member(work: UnitOfWork, of: Grouping, firm: Firm) -> GroupFirm:
    """Return a firm's place in a case."""
    found = work.session.scalar(
        select(GroupFirm).where(GroupFirm.group_id == of.id, GroupFirm.firm_id == firm.id)
    )
    if found is None:
        raise MissingError
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A case with the names of its firms."""

    group: Grouping
    firms: tuple[Firm, ...]


def _rows(work: UnitOfWork, groups: Sequence[Grouping]) -> list[GroupRow]:
    names: dict[int, list[Firm]] = {each.id: [] for each in groups}
    for group_id, firm in work.session.execute(
        select(GroupFirm.group_id, Firm)
        .join(Firm, Firm.id == GroupFirm.firm_id)
        .where(GroupFirm.group_id.in_(names))
        .order_by(Firm.code)
    ):
        names[group_id].append(firm)
    return [GroupRow(group=each, firms=tuple(names[each.id])) for each in groups]


def cases(work: UnitOfWork, *states: GroupState, limit: int = MOST_ROWS) -> list[GroupRow]:
    """Return cases with their firms, the latest first."""
    groups = work.session.scalars(
        select(Grouping)
        .where(Grouping.state.in_(states or tuple(GroupState)))
        .order_by(Grouping.id.desc())
        .limit(limit)
    ).all()
    return _rows(work, groups)


def cases_of_firm(work: UnitOfWork, firm: Firm) -> list[GroupRow]:
    """Return the cases about a firm, the latest first."""
    groups = work.session.scalars(
        select(Grouping)
        .join(GroupFirm, GroupFirm.group_id == Grouping.id)
        .where(GroupFirm.firm_id == firm.id)
        .order_by(Grouping.id.desc())
    ).all()
    return _rows(work, groups)


def is_in_force(work: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition that a group is in force now."""
    return (Grouping.state == GroupState.CONFIRMED) & (Grouping.effective_at <= work.now)


def in_force(work: UnitOfWork, limit: int = 50, offset: int = 0) -> list[GroupRow]:
    """Return the groups in force, for the public list, the latest first."""
    groups = work.session.scalars(
        select(Grouping)
        .where(is_in_force(work))
        .order_by(Grouping.effective_at.desc(), Grouping.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return _rows(work, groups)


def count_in_force(work: UnitOfWork) -> int:
    """Return how many groups are in force."""
    return (
        work.session.scalar(select(func.count()).select_from(Grouping).where(is_in_force(work)))
        or 0
    )


def groups_of(work: UnitOfWork, firm_id: int) -> list[Group]:
    """Return the groups in force that a firm is in, and those that share a firm with them.

    As the rules see them, those of the firm itself first.
    """
    found: dict[int, Group] = {}
    asked: set[int] = set()
    waiting = {firm_id}
    while waiting:
        asked |= waiting
        fresh = _groups_with(work, waiting, found)
        found |= fresh
        waiting = {member for each in fresh.values() for member in each.firms} - asked
    return list(found.values())


def _groups_with(
    work: UnitOfWork, firm_ids: Collection[int], known: Collection[int]
) -> dict[int, Group]:
    """Return the groups in force that any of some firms is in, without those known already."""
    held = aliased(GroupFirm)
    of_any = Grouping.id.in_(select(held.group_id).where(held.firm_id.in_(firm_ids)))
    rows = work.session.execute(
        select(Grouping.id, Grouping.number, GroupFirm.firm_id)
        .join(GroupFirm, GroupFirm.group_id == Grouping.id)
        .where(is_in_force(work), of_any, Grouping.id.not_in(known))
        .order_by(Grouping.number)
    )
    numbers: dict[int, str] = {}
    firms: dict[int, set[int]] = {}
    for group_id, number, member_id in rows:
        numbers[group_id] = number
        firms.setdefault(group_id, set()).add(member_id)
    return {
        group_id: Group(number=number, firms=frozenset(firms[group_id]))
        for group_id, number in numbers.items()
    }


def holding(work: UnitOfWork, firm_ids: Sequence[int]) -> str | None:
    """Return the number of a case that is not over and already holds all of these firms."""
    held = [
        exists().where(GroupFirm.group_id == Grouping.id, GroupFirm.firm_id == firm_id)
        for firm_id in firm_ids
    ]
    return work.session.scalar(
        select(Grouping.number)
        .where(Grouping.state.in_(NOT_OVER), *held)
        .order_by(Grouping.id)
        .limit(1)
    )


def to_decide(work: UnitOfWork) -> list[GroupRow]:
    """Return the cases that the actor did not open and that have been heard, the oldest first."""
    unheard = exists().where(GroupFirm.group_id == Grouping.id, GroupFirm.stated_at.is_(None))
    groups = work.session.scalars(
        select(Grouping)
        .where(
            Grouping.state == GroupState.HEARING,
            by_another(work, Grouping.opened_by_id),
            (Grouping.state_by_at <= work.now) | ~unheard,
        )
        .order_by(Grouping.state_by_at, Grouping.id)
    ).all()
    return _rows(work, groups)


# Objections.


def objections(
    work: UnitOfWork, *states: ObjectionState
) -> list[tuple[AffiliationObjection, Firm]]:
    """Return objections with their firms: for operators; what waits, then what is due, first."""
    rows = work.session.execute(
        select(AffiliationObjection, Firm)
        .join(Firm, Firm.id == AffiliationObjection.firm_id)
        .where(AffiliationObjection.state.in_(states or tuple(ObjectionState)))
        .order_by(
            AffiliationObjection.state.not_in(UNANSWERED),
            AffiliationObjection.answer_by_at,
            AffiliationObjection.id,
        )
        .limit(MOST_ROWS)
    )
    return [(one, firm) for one, firm in rows]


def objection(work: UnitOfWork, number: str) -> AffiliationObjection:
    """Return an objection by its number: for operators."""
    found = work.session.scalar(
        select(AffiliationObjection).where(AffiliationObjection.number == number)
    )
    if found is None:
        raise MissingError
    return found


def locked_objection(work: UnitOfWork, objection_id: int) -> AffiliationObjection:
    """Return an objection, held against every other change until the work ends."""
    query = (
        select(AffiliationObjection)
        .where(AffiliationObjection.id == objection_id)
        .with_for_update()
    )
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def objections_of_firm(work: UnitOfWork, firm: Firm) -> Sequence[AffiliationObjection]:
    """Return a firm's objections, the latest first."""
    return work.session.scalars(
        select(AffiliationObjection)
        .where(AffiliationObjection.firm_id == firm.id)
        .order_by(AffiliationObjection.id.desc())
    ).all()


def open_objection(work: UnitOfWork, firm: Firm, subject: str) -> AffiliationObjection | None:
    """Return a firm's objection to a group or in a draw that waits for its answer."""
    return work.session.scalar(
        select(AffiliationObjection).where(
            AffiliationObjection.firm_id == firm.id,
            AffiliationObjection.subject == subject,
            AffiliationObjection.state.in_(UNANSWERED),
        )
    )


def last_about(work: UnitOfWork, firm: Firm, case_number: str) -> AffiliationObjection | None:
    """Return a firm's last objection to being barred by a case, answered or not."""
    return work.session.scalar(
        select(AffiliationObjection)
        .where(
            AffiliationObjection.firm_id == firm.id,
            AffiliationObjection.subject == case_number,
            AffiliationObjection.group_id.is_(None),
            AffiliationObjection.notice_number == "",
        )
        .order_by(AffiliationObjection.id.desc())
        .limit(1)
    )


def objections_in(
    work: UnitOfWork, firm: Firm, notice_number: str
) -> Sequence[AffiliationObjection]:
    """Return a firm's objections in one draw, the latest first."""
    return work.session.scalars(
        select(AffiliationObjection)
        .where(
            AffiliationObjection.firm_id == firm.id,
            AffiliationObjection.notice_number == notice_number,
        )
        .order_by(AffiliationObjection.id.desc())
    ).all()


def exempted(work: UnitOfWork, notice_number: str) -> frozenset[int]:
    """Return the firms that need not stand aside in a draw, because their objection was right."""
    return frozenset(
        work.session.scalars(
            select(AffiliationObjection.firm_id).where(
                AffiliationObjection.notice_number == notice_number,
                AffiliationObjection.group_id.is_(None),
                AffiliationObjection.state == ObjectionState.UPHELD,
            )
        )
    )
