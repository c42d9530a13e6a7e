"""What the public log is told about accounts: numbers, codes and roles, never people."""

from dataclasses import dataclass
from typing import ClassVar

from market.access import OrgKind, Role
from market.accounts.handover_rules import HandoverPurpose, HandoverState
from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRegistered(Entry):
    """An organisation joined the market. ``scope`` names a regulator's groups of services."""

    kind: ClassVar[str] = "organisation.registered.v1"

    code: str
    organisation_kind: OrgKind
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAdded(Entry):
    """An account was opened for someone who acts for an organisation."""

    kind: ClassVar[str] = "user.added.v1"

    account: int
    organisation: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeactivated(Entry):
    """An account was closed for good."""

    kind: ClassVar[str] = "user.deactivated.v1"

    account: int
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Entry):
    """Someone else gave the account a temporary password: until it is changed, they know it."""

    kind: ClassVar[str] = "user.password-reset.v1"

    account: int
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHandedOver(Entry):
    """How far they have come who open somebody's account, give it a password or close it.

    A manager who resets a colleague of the same organisation alone is told of as handed over.
    """

    kind: ClassVar[str] = "user.handover.v1"

    handover: int
    account: int
    organisation: str
    purpose: HandoverPurpose
    state: HandoverState
