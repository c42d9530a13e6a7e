"""Which roles a person can hold, and who looks after whose people. Pure functions, no I/O."""

from collections.abc import Iterable
from typing import Final

from market.access import ROLES, OrgKind, Permission, Role
from market.errors import MarketError, msgid


class NoRoleError(MarketError):
    """A person needs at least one role."""

    sentence = msgid("请至少选择一个角色。")

    def __init__(self) -> None:
        super().__init__(field="roles")


class ForeignRoleError(MarketError):
    """The role belongs to another kind of organisation."""

    sentence = msgid("这类单位的人员不能担任所选角色。请重新选择角色。")

    def __init__(self, role: Role, kind: OrgKind) -> None:
        super().__init__(field="roles")
        self.role = role
        self.kind = kind


def check_roles(roles: Iterable[Role], kind: OrgKind) -> frozenset[Role]:
    """Return the roles of a person, if their organisation has such people.

    Args:
        roles: The roles to be held.
        kind: The kind of the person's organisation.

    Returns:
        The roles as a set.

    Raises:
        NoRoleError: There is none.
        ForeignRoleError: A role belongs to another kind of organisation.

    Source:
        The table of roles in ``market.access``.
    """
    wanted = frozenset(roles)
    if not wanted:
        raise NoRoleError
    for role in sorted(wanted):
        if ROLES[role][0] is not kind:
            raise ForeignRoleError(role, kind)
    return wanted


def roles_of_kind(kind: OrgKind) -> tuple[Role, ...]:
    """Return the roles that people of this kind of organisation can hold.

    Args:
        kind: The kind of organisation.

    Returns:
        The roles in the order of their declaration.

    Source:
        The table of roles in ``market.access``.
    """
    return tuple(role for role in Role if ROLES[role][0] is kind)


def is_manager(roles: Iterable[Role]) -> bool:
    """Whether a person with these roles manages the accounts of their organisation.

    Args:
        roles: The roles the person holds.

    Returns:
        True if one of them carries ``account:manage``.

    Source:
        The table of roles in ``market.access``.
    """
    return any(Permission.ACCOUNT_MANAGE in ROLES[role][1] for role in roles)


# Firms register themselves; the operator is created by whoever installs the platform.
ADMITTED_BY_OPERATOR: Final = (OrgKind.OWNER, OrgKind.REGULATOR, OrgKind.SUPERVISOR)


def may_look_after(manager: OrgKind, kind: OrgKind) -> bool:
    """Whether managers of one kind of organisation look after the people of another.

    The operator does, except for its own kind: people of the operator are managed as one's own.

    Args:
        manager: The kind of the manager's organisation.
        kind: The kind of the organisation looked after.

    Returns:
        True if they do.

    Source:
        Platform default. Each deed is told to the public log.
    """
    return manager is OrgKind.OPERATOR and kind is not OrgKind.OPERATOR
