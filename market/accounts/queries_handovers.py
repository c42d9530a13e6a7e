"""Finding who was given a password by others, when, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from market.access import ROLES, OrgKind, Permission
from market.accounts.handover_rules import (
    TOLD_FOR,
    Agreer,
    HandoverPurpose,
    HandoverState,
    agreers,
)
from market.accounts.model import Organisation, PasswordHandover, User, UserRole
from market.accounts.queries import is_there
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError

_Asker, _Decider, _Agreer = aliased(User), aliased(User), aliased(User)
_AGREEING: Final = [role for role, (_, can) in ROLES.items() if Permission.ACCOUNT_AGREE in can]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A handover with the names a page shows. Without a person, the command line did it."""

    row: PasswordHandover
    user: User
    organisation: Organisation
    asked_by: str | None
    decided_by: str | None
    agreed_by: str | None


def locked(work: UnitOfWork, handover_id: int) -> PasswordHandover:
    """Return a handover, held against every other decision.

    Raises:
        MissingError: There is none.
    """
    query = select(PasswordHandover).where(PasswordHandover.id == handover_id).with_for_update()
    found = work.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise MissingError
    return found


def one(work: UnitOfWork, handover_id: int) -> Handover:
    """Return a handover with its names.

    Raises:
        MissingError: There is none.
    """
    found = _named(work, _all().where(PasswordHandover.id == handover_id))
    if not found:
        raise MissingError
    return found[0]


def newest(work: UnitOfWork, *, limit: int, offset: int) -> Sequence[Handover]:
    """Return some handovers, the newest first."""
    return _named(work, _all().limit(limit).offset(offset))


def count(work: UnitOfWork) -> int:
    """Return how many there are."""
    return work.session.scalar(select(func.count(PasswordHandover.id))) or 0


def waiting(work: UnitOfWork) -> Sequence[Handover]:
    """Return what waits for a second person and that the actor did not ask for."""
    asked = PasswordHandover.state == HandoverState.ASKED
    not_mine = PasswordHandover.user_id != work.actor.user_id
    another = by_another(work, PasswordHandover.asked_by_id)
    return _named(work, _all().where(asked, another, not_mine))


def to_agree(work: UnitOfWork, handover_id: int | None = None) -> list[Handover]:
    """Return what waits for an agreement that the actor can give; all of it, or one."""
    wanted = _all().where(
        PasswordHandover.state == HandoverState.AWAITED,
        PasswordHandover.user_id != work.actor.user_id,
    )
    if handover_id is not None:
        wanted = wanted.where(PasswordHandover.id == handover_id)
    if work.actor.org_kind not in {OrgKind.SUPERVISOR, OrgKind.REGULATOR}:
        wanted = wanted.where(User.organisation_id == work.org_id)
    return [found for found in _named(work, wanted) if _may_agree(work, found)]


def agreed_to(work: UnitOfWork, handover_id: int) -> Handover:
    """Return a handover that waits for the actor's agreement.

    Raises:
        MissingError: There is none, or it is another's to agree to.
    """
    found = to_agree(work, handover_id)
    if not found:
        raise MissingError
    return found[0]


def locked_to_agree(work: UnitOfWork, handover_id: int) -> PasswordHandover:
    """Return a handover that waits for the actor's agreement, held against every other decision.

    Raises:
        MissingError: There is none, or it is another's to agree to.
    """
    row = locked(work, handover_id)
    agreed_to(work, handover_id)
    return row


def _may_agree(work: UnitOfWork, shown: Handover) -> bool:
    if Permission.ACCOUNT_AGREE not in work.actor.permissions:
        return False
    whose, of = shown.row.user_id, shown.organisation
    able = agreers(
        of.kind,
        shown.row.purpose,
        unit_is_there=unit_is_there(work, of.id, whose),
        supervisor_is_there=_somebody_is_there(work, whose, Organisation.kind == "supervisor"),
    )
    match work.actor.org_kind:
        case _ if work.org_id == of.id:
            return Agreer.UNIT in able
        case OrgKind.SUPERVISOR:
            return Agreer.SUPERVISOR in able
        case OrgKind.REGULATOR:
            return Agreer.AUTHORITY in able
        case _:
            return False


def unit_is_there(work: UnitOfWork, organisation_id: int, besides_id: int) -> bool:
    """Whether an organisation has somebody who can agree, besides one of its people.

    Whoever never chose a password of their own is not there yet.
    """
    return _somebody_is_there(work, besides_id, Organisation.id == organisation_id)


def _somebody_is_there(work: UnitOfWork, besides_id: int, of: ColumnElement[bool]) -> bool:
    wanted = (
        select(User.id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(of, User.id != besides_id, is_there())
        .where(UserRole.role.in_(_AGREEING))
    )
    return work.session.scalar(wanted.limit(1)) is not None


def waiting_for(work: UnitOfWork, user_id: int) -> PasswordHandover | None:
    """Return what is asked for an account and not decided."""
    return work.session.scalar(
        select(PasswordHandover).where(
            PasswordHandover.user_id == user_id,
            PasswordHandover.state.in_([HandoverState.AWAITED, HandoverState.ASKED]),
        )
    )


def lately_reset(work: UnitOfWork) -> Sequence[Handover]:
    """Return the resets of the actor's own password that the actor is still told of."""
    return _named(
        work,
        _all().where(
            PasswordHandover.user_id == work.user_id,
            PasswordHandover.purpose == HandoverPurpose.RESET,
            PasswordHandover.state == HandoverState.HANDED,
            PasswordHandover.decided_at > work.now - TOLD_FOR,
        ),
    )


def given_since(work: UnitOfWork, organisation_id: int, instant: datetime) -> bool:
    """Whether an account of an organisation was opened, or given a password by others, since."""
    accounts = select(User.id).where(User.organisation_id == organisation_id, User.active)
    opened = accounts.where(User.created_at > instant)
    handed = accounts.join(PasswordHandover, PasswordHandover.user_id == User.id).where(
        PasswordHandover.state == HandoverState.HANDED,
        PasswordHandover.purpose != HandoverPurpose.CLOSE,
        PasswordHandover.decided_at > instant,
    )
    found = select(opened.exists() | handed.exists())
    return bool(work.session.scalar(found))


def _all() -> Select[Any, Any, Any, Any, Any, Any]:
    return (
        select(PasswordHandover, User, Organisation, _Asker.name, _Decider.name, _Agreer.name)
        .join(User, User.id == PasswordHandover.user_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(_Asker, _Asker.id == PasswordHandover.asked_by_id)
        .outerjoin(_Decider, _Decider.id == PasswordHandover.decided_by_id)
        .outerjoin(_Agreer, _Agreer.id == PasswordHandover.agreed_by_id)
        .order_by(PasswordHandover.id.desc())
    )


def _named(work: UnitOfWork, chosen: Select[Any, Any, Any, Any, Any, Any]) -> list[Handover]:
    return [
        Handover(
            row=row, user=user, organisation=of, asked_by=first, decided_by=second, agreed_by=third
        )
        for row, user, of, first, second, third in work.session.execute(chosen)
    ]
