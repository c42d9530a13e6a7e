"""What is done with organisations and their people. Each deed is told to the public log."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market import codes
from market.access import OrgKind, Role
from market.accounts import closing, handing_over, queries, sessions
from market.accounts.errors import (
    AlreadyDeactivatedError,
    OneAccountError,
    OrganisationExistsError,
    OwnResetError,
    SecondPersonError,
    UsernameTakenError,
)
from market.accounts.handover_rules import needs_second
from market.accounts.journal import (
    OrganisationRegistered,
    PasswordReset,
    UserAdded,
)
from market.accounts.model import Organisation, OrganisationScope, User, UserRole
from market.accounts.passwords import HashedPassword, hasher
from market.accounts.roles import check_roles
from market.accounts.rules import username_of
from market.db import UnitOfWork

BY_OWN_MANAGER: Final = "本单位管理人员设置临时密码"


def register_organisation(
    work: UnitOfWork, *, kind: OrgKind, code: str, name: str, scope: Sequence[str] = ()
) -> Organisation:
    """Enter an organisation into the market.

    ``scope`` lists the groups of service items a regulator is responsible for; empty means all.

    Raises:
        CreditCodeError: The credit code is not one.
        OrganisationExistsError: It is registered already.
    """
    code = codes.credit_code(code, field="code")
    if work.session.scalar(select(Organisation.id).where(Organisation.code == code)):
        raise OrganisationExistsError
    entered = Organisation(kind=kind, code=code, name=name.strip(), created_at=work.now)
    work.session.add(entered)
    try:
        work.session.flush()
    except IntegrityError:
        raise OrganisationExistsError from None
    groups = tuple(sorted(set(scope)))
    work.session.add_all(
        OrganisationScope(organisation_id=entered.id, group_code=g) for g in groups
    )
    work.record(OrganisationRegistered(code=code, organisation_kind=kind, scope=groups))
    return entered


def register_organisations(
    work: UnitOfWork, kind: OrgKind, named: Sequence[tuple[str, str]]
) -> list[Organisation]:
    """Enter many organisations at once, each by its stored code and its name.

    Raises:
        OrganisationExistsError: One is registered already; then none is entered.
    """
    entered = [
        Organisation(kind=kind, code=code, name=name.strip(), created_at=work.now)
        for code, name in named
    ]
    work.session.add_all(entered)
    try:
        work.session.flush()
    except IntegrityError:
        raise OrganisationExistsError from None
    for one in entered:
        work.record(OrganisationRegistered(code=one.code, organisation_kind=kind, scope=()))
    return entered


def add_user(
    work: UnitOfWork,
    organisation: Organisation,
    *,
    username: str,
    name: str,
    roles: Iterable[Role],
    password: HashedPassword | str,
    temporary: bool = False,
) -> User:
    """Open an account for a person of an organisation.

    A password given as text is checked and hashed here, at the default cost; whoever knows the
    installation hashes it first, outside the transaction, with ``hasher(memory).choose``.

    Raises:
        BadUsernameError: The user name has the wrong form.
        UsernameTakenError: Someone has it.
        OneAccountError: The expert has one.
        NoRoleError, ForeignRoleError: The roles are not those of this kind of organisation.
        WeakPasswordError: The password could be guessed.
    """
    username = username_of(username)
    held = tuple(sorted(check_roles(roles, organisation.kind)))
    if isinstance(password, str):
        password = hasher().choose(password, username)
    if queries.user_by_name(work, username) is not None:
        raise UsernameTakenError
    if organisation.kind is OrgKind.EXPERT and queries.has_account(work, organisation.id):
        raise OneAccountError
    user = User(
        organisation_id=organisation.id,
        username=username,
        name=name.strip(),
        password_hash=password.encoded,
        password_temporary=temporary,
        active=True,
        created_at=work.now,
    )
    work.session.add(user)
    try:
        work.session.flush()
    except IntegrityError:
        raise UsernameTakenError from None
    work.session.add_all(UserRole(user_id=user.id, role=role) for role in held)
    work.record(UserAdded(account=user.id, organisation=organisation.code, roles=held))
    return user


def deactivate_user(work: UnitOfWork, user: User) -> None:
    """Close an account for good; its person is signed out at once.

    Raises:
        SecondPersonError: The actor is of the operator, where two people do it, with a reason.
        OneselfError: It is the actor's own.
        AlreadyDeactivatedError: It is closed.
        LastManagerError: Nobody would be left to manage the organisation's accounts.
    """
    if needs_second(work.actor.org_kind):
        raise SecondPersonError
    closing.close(work, user)


def change_password(work: UnitOfWork, user: User, password: HashedPassword) -> None:
    """Give an account the password its person chose; every browser is signed out."""
    user.password_hash = password.encoded
    user.password_temporary = False
    sessions.end_all(work, user)


def reset_password(work: UnitOfWork, user: User, password: HashedPassword) -> None:
    """Give a colleague a temporary password that has to be changed at the next sign-in.

    Raises:
        SecondPersonError: The actor is of the operator, where two people do it.
        OwnResetError: It is the actor's own account.
        AlreadyDeactivatedError: The account is closed.
    """
    if needs_second(work.actor.org_kind):
        raise SecondPersonError
    if work.actor.user_id == user.id:
        raise OwnResetError
    if not user.active:
        raise AlreadyDeactivatedError
    employer = queries.organisation(work, user.organisation_id)
    handing_over.give(work, user, password)
    handing_over.put_down(work, user, BY_OWN_MANAGER)
    work.record(PasswordReset(account=user.id, organisation=employer.code))
