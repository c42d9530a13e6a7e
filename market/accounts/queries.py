"""Reading organisations and their people."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from market.access import OrgKind, Role, permissions_of
from market.accounts.model import Organisation, OrganisationScope, User, UserRole
from market.accounts.roles import is_manager, may_look_after
from market.accounts.rules import USERNAME_PATTERN
from market.db import Actor, UnitOfWork
from market.errors import MissingError

PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Person:
    """One of an organisation's people, with the roles they hold."""

    user: User
    roles: tuple[Role, ...]

    @property
    def is_manager(self) -> bool:
        """Whether they manage the organisation's accounts."""
        return is_manager(self.roles)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and how long the list is."""

    rows: Sequence[Organisation]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


def organisation(work: UnitOfWork, organisation_id: int) -> Organisation:
    """Return an organisation.

    Raises:
        MissingError: There is none.
    """
    found = work.session.get(Organisation, organisation_id)
    if found is None:
        raise MissingError
    return found


def organisation_codes(work: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    """Return the credit codes of some organisations by their ids."""
    chosen = select(Organisation.id, Organisation.code).where(Organisation.id.in_(ids))
    return dict(work.session.execute(chosen).all())


def organisation_by_code(work: UnitOfWork, code: str) -> Organisation:
    """Return the organisation with a credit code.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(select(Organisation).where(Organisation.code == code))
    if found is None:
        raise MissingError
    return found


def all_organisations(work: UnitOfWork) -> Sequence[Organisation]:
    """Return every organisation, oldest first."""
    return work.session.scalars(select(Organisation).order_by(Organisation.id)).all()


def organisations(work: UnitOfWork, *, kind: OrgKind | None, words: str, number: int) -> Page:
    """Return a page of organisations, by name or code, newest first."""
    wanted = select(Organisation)
    if kind is not None:
        wanted = wanted.where(Organisation.kind == kind)
    if words:
        wanted = wanted.where(
            Organisation.name.contains(words, autoescape=True)
            | Organisation.code.contains(words.upper(), autoescape=True)
        )
    return _page(work, wanted, number)


def _page(work: UnitOfWork, wanted: Select[Organisation], number: int) -> Page:
    total = work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    number = min(max(1, number), max(1, -(-total // PAGE_ROWS)))
    rows = work.session.scalars(
        wanted.order_by(Organisation.id.desc()).limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)
    ).all()
    return Page(rows, number, total)


def scope_of(work: UnitOfWork, organisation_id: int) -> frozenset[str]:
    """Return the groups of service items a regulator is responsible for; none means all."""
    return frozenset(
        work.session.scalars(
            select(OrganisationScope.group_code).where(
                OrganisationScope.organisation_id == organisation_id
            )
        )
    )


def scopes(work: UnitOfWork) -> dict[int, list[str]]:
    """Return the groups of items each authority is limited to; one without any is for all."""
    found: dict[int, list[str]] = {}
    for row in work.session.scalars(select(OrganisationScope)):
        found.setdefault(row.organisation_id, []).append(row.group_code)
    return found


def operator_id(work: UnitOfWork) -> int | None:
    """Return the organisation that runs the platform; the first one, where there are several."""
    return _first_id(work, OrgKind.OPERATOR)


def supervisor_id(work: UnitOfWork) -> int | None:
    """Return the supervisor's organisation, if there is one."""
    return _first_id(work, OrgKind.SUPERVISOR)


def _first_id(work: UnitOfWork, kind: OrgKind) -> int | None:
    return work.session.scalar(
        select(Organisation.id).where(Organisation.kind == kind).order_by(Organisation.id).limit(1)
    )


def looked_after(work: UnitOfWork, organisation_id: int) -> Organisation:
    """Return an organisation whose people the actor manages: one's own, or any for the operator.

    Raises:
        MissingError: There is none that the actor may know of.
    """
    found = work.session.get(Organisation, organisation_id)
    if found is None or work.actor.org_kind is None:
        raise MissingError
    manager = OrgKind(work.actor.org_kind)
    if found.id != work.org_id and not may_look_after(manager, found.kind):
        raise MissingError
    return found


def users_of(work: UnitOfWork, organisation_id: int) -> Sequence[User]:
    """Return the accounts of an organisation, oldest first."""
    return work.session.scalars(
        select(User).where(User.organisation_id == organisation_id).order_by(User.id)
    ).all()


def people_of(work: UnitOfWork, organisation_id: int) -> list[Person]:
    """Return the people of an organisation with their roles: active ones first, oldest first."""
    users = users_of(work, organisation_id)
    roles: dict[int, list[Role]] = {user.id: [] for user in users}
    for row in work.session.scalars(
        select(UserRole)
        .join(User, User.id == UserRole.user_id)
        .where(User.organisation_id == organisation_id)
    ):
        roles[row.user_id].append(row.role)
    in_order = sorted(users, key=lambda user: (not user.active, user.id))
    return [Person(user, tuple(sorted(roles[user.id], key=_by_rank))) for user in in_order]


def user_of(work: UnitOfWork, organisation_id: int, user_id: int) -> User:
    """Return one of an organisation's people.

    Raises:
        MissingError: They are not of this organisation.
    """
    found = work.session.scalar(
        select(User).where(User.id == user_id, User.organisation_id == organisation_id)
    )
    if found is None:
        raise MissingError
    return found


def is_there() -> ColumnElement[bool]:
    """Return the condition that an account's person can act: only such are chosen or counted.

    Whoever never chose a password of their own is not there yet, or was never agreed to
    (docs/adr/0098).
    """
    return and_(User.active, ~User.password_temporary)


def has_account(work: UnitOfWork, organisation_id: int) -> bool:
    """Whether an organisation has an account that is not closed."""
    chosen = select(User.id).where(User.organisation_id == organisation_id, User.active)
    return work.session.scalar(chosen.limit(1)) is not None


def names_of(work: UnitOfWork, user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people, by their accounts."""
    found = select(User.id, User.name).where(User.id.in_(set(user_ids)))
    return dict(work.session.execute(found).all())


def user_by_name(work: UnitOfWork, typed: str) -> User | None:
    """Return the account with a user name as someone typed it, active or not."""
    name = typed.strip().lower()
    if not USERNAME_PATTERN.fullmatch(name):  # nor could every database be asked
        return None
    return work.session.scalar(select(User).where(User.username == name))


def roles_of(source: UnitOfWork | Session, user: User) -> tuple[Role, ...]:
    """Return the roles of a person in the order of the table of roles."""
    held = _session(source).scalars(select(UserRole.role).where(UserRole.user_id == user.id))
    return tuple(sorted(held, key=_by_rank))


def actor_of(source: UnitOfWork | Session, user: User) -> Actor:
    """Return the actor that a person is: their organisation, and what their roles let them do."""
    employer = _session(source).get_one(Organisation, user.organisation_id)
    return Actor(
        f"user:{user.id}",
        user_id=user.id,
        org_id=employer.id,
        org_kind=employer.kind.value,
        org_code=employer.code,
        permissions=permissions_of(frozenset(roles_of(source, user))),
    )


def has_other_manager(work: UnitOfWork, user: User) -> bool:
    """Whether someone else who is there manages the accounts of a person's organisation."""
    return any(
        person.is_manager and person.user.is_there and person.user.id != user.id
        for person in people_of(work, user.organisation_id)
    )


def _session(source: UnitOfWork | Session) -> Session:
    return source.session if isinstance(source, UnitOfWork) else source


_RANKS: Final = {role: rank for rank, role in enumerate(Role)}


def _by_rank(role: Role) -> int:
    return _RANKS[role]
