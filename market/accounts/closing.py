"""Closing an account for good."""

from market.access import OrgKind
from market.accounts import queries, queries_handovers, sessions
from market.accounts.errors import (
    AlreadyDeactivatedError,
    LastManagerError,
    LastSupervisorError,
    OneselfError,
)
from market.accounts.handover_rules import needs_second
from market.accounts.journal import UserDeactivated
from market.accounts.model import Organisation, User
from market.db import UnitOfWork


def close(work: UnitOfWork, user: User) -> None:
    """Close an account for good; its person is signed out at once.

    Raises:
        OneselfError: It is the actor's own.
        AlreadyDeactivatedError: It is closed.
        LastManagerError: Nobody would be left to manage the organisation's accounts.
        LastSupervisorError: The operator would be without that supervisor.
    """
    if work.actor.user_id == user.id:
        raise OneselfError
    employer = _locked_employer(work, user)
    require_closable(work, user, employer)
    user.active = False
    sessions.end_all(work, user)
    work.record(UserDeactivated(account=user.id, organisation=employer.code))


def require_closable(work: UnitOfWork, user: User, employer: Organisation) -> None:
    """Refuse to close the last account that an organisation cannot do without.

    Raises:
        AlreadyDeactivatedError, LastManagerError, LastSupervisorError: See ``close``.
    """
    if not user.active:
        raise AlreadyDeactivatedError
    person = next(p for p in queries.people_of(work, employer.id) if p.user.id == user.id)
    if person.is_manager and not queries.has_other_manager(work, user):
        raise LastManagerError
    if (
        employer.kind is OrgKind.SUPERVISOR
        and needs_second(work.actor.org_kind)
        and not queries_handovers.unit_is_there(work, employer.id, user.id)
    ):
        raise LastSupervisorError


def _locked_employer(work: UnitOfWork, user: User) -> Organisation:
    """Return the organisation, locked: two managers must not deactivate each other at once."""
    employer = work.session.get_one(Organisation, user.organisation_id, with_for_update=True)
    work.session.refresh(user)
    return employer
